"""The board of a letter that went out: figures that filter, a table, and the press that shows withheld names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.actions import circulate
from coalition.actions.acts import standing_signature
from coalition.actions.circulate import NotCoordinator, may_be_nudged
from coalition.database import db
from coalition.intake.names import fold_name
from coalition.models.letter import Letter, Tally
from coalition.models.public import PublicLetter
from coalition.web.audience import COORDINATOR, Audience, account, audience, member
from coalition.web.desk import moment
from coalition.web.desk.answers import DECIDING, NO_ANSWER, Answer, Answers, answers_to
from coalition.web.desk.audiences import Narrowed
from coalition.web.desk.comment_groups import open_comments
from coalition.web.desk.door import desk
from coalition.web.desk.forgotten import forgotten_words
from coalition.web.desk.frame import language, path_of, show, the_letter
from coalition.web.desk.home import stage_tone, stage_words, time_left
from coalition.web.desk.mail_words import CameBack, came_back
from coalition.web.desk.reconfirmation import round_words
from coalition.web.desk.release_choice import plan_words
from coalition.web.desk.reminder_words import next_reminders
from coalition.web.desk.reply_view import unread
from coalition.web.desk.typed import leaf
from coalition.web.desk.waiting import waiting_words
from coalition.web.forms import shown

PAGE = 100
KEPT = ("q", "state", "country", "group")
"""What an address of the board keeps when the table is sorted or leafed through."""
FILTERS = {
    "invited": (),
    "signed": ("signed", "recorded", "waiting", "suspended"),
    "recorded": ("recorded",),
    "waiting": ("waiting",),
    "suspended": ("suspended",),
    "declined": ("declined", "withdrawn"),
    "unanswered": NO_ANSWER,
    "deciding": DECIDING,
    "bounced": ("bounced",),
    "unsent": ("unsent",),
    "revoked": ("revoked",),
}
"""Figure to the states of the lines it shows; all of them where it names none."""
NUDGED = ("unanswered", "passed_on")
"""Who may be nudged: not those who said by when they answer, nor those who wait for a colleague."""
TONES = {
    "signed": "ok",
    "recorded": "warn",
    "waiting": "warn",
    "suspended": "bad",
    "declined": "",
    "bounced": "bad",
    "withdrawn": "warn",
    "revoked": "warn",
}


def board(*, now: datetime) -> ResponseReturnValue:
    """The page; an observer sees it without anything to press."""
    letter, is_coordinator = the_letter(), member().role == COORDINATOR
    answers = answers_to(db.session(), letter)
    chosen, narrowed = _filter_of(request.args.get("state", "")), Narrowed.of(request.args)
    found = narrowed.among(_searched(_filtered(answers, chosen), request.args.get("q", "")))
    lines = _sorted(found, request.args.get("sort", "name"))
    last = max((len(lines) - 1) // PAGE + 1, 1)
    page = leaf(request.args, last)
    is_public = db.session.get(PublicLetter, letter.id) is not None
    return show(
        "desk/board.html",
        stage=stage_words(letter, is_public=is_public),
        tone=stage_tone(letter, is_public=is_public),
        is_public=is_public,
        planned=plan_words(letter.id),
        figures=[
            *_figures(letter, answers, chosen),
            *_individual_figures(letter),
            *_comment_figures(letter),
            *_reply_figures(letter, is_coordinator=is_coordinator),
        ],
        has_individuals=letter.has_individuals,
        comments={"until": _comments_until(letter)},
        withheld=withheld_words(answers),
        waits=waiting_words(letter, now=now) if is_coordinator else [],
        left=time_left(letter, now=now),
        deadline=moment.in_words(letter.deadline_at, letter.zone, account().zone) if letter.deadline_at else [],
        lines=_rows(lines[(page - 1) * PAGE : page * PAGE], letter, now=now),
        state=chosen,
        narrowed=narrowed.facts(),
        narrowed_to=narrowed.words(),
        search=shown(request.args.get("q", "")),
        sort=request.args.get("sort", "name"),
        columns=_columns(chosen),
        pages=_pages(page, last),
        number=len(lines),
        unsent=answers.count("unsent"),
        may_sign=is_coordinator and _may_sign(letter),
        must_keep=is_coordinator and _must_keep(letter),
        round=round_words(letter, now=now),
        forgotten=forgotten_words(letter),
        can_nudge=is_coordinator and letter.is_open_for_signing(now=now),
        can_call=is_coordinator and answers.count(*NO_ANSWER) > 0,
    )


@desk.post("/letters/<uuid:letter_id>/withheld")
@audience(Audience.TEAM)
def show_withheld(letter_id: UUID) -> ResponseReturnValue:
    """Who signed with the name withheld: noted in the record first, then shown, on this answer alone."""
    try:
        circulate.show_withheld(letter_id, by=account())
    except NotCoordinator:
        abort(403)
    lines = answers_to(db.session(), the_letter()).withheld()
    return show("desk/withheld.html", lines=[_unnamed(line) for line in _by_name(lines)])


def shown_lines(letter: Letter, sent: Mapping[str, str], *, state: str = "invited") -> list[Answer]:
    """The lines of the table under what an address or a form says of filter and search, on all of its pages.

    `state` is the filter where none is named.
    """
    chosen = _filter_of(sent.get("state", state))
    found = _searched(_filtered(answers_to(db.session(), letter), chosen), sent.get("q", ""))
    return _by_name(Narrowed.of(sent).among(found))


def state_words(state: str) -> Any:
    """What a line's state is called."""
    return {
        "signed": _("Signed"),
        "recorded": _("Signed, recorded by a coordinator"),
        "waiting": _("Signed an earlier text, asked again"),
        "suspended": _("Signed, disputed or objected"),
        "withheld": _("Signed, name withheld"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrew"),
        "bounced": _("Address does not work"),
        "unanswered": _("No answer"),
        "approval": _("A colleague has to approve"),
        "passed_on": _("Passed on to a colleague"),
        "expected": _("Answer expected"),
        "unsent": _("Not written to yet"),
        "revoked": _("Taken back"),
    }[state]


def line_words(line: Answer) -> str:
    """What the state of one line is called: with the day, where the organisation named one."""
    if line.state == "expected" and line.expected_on:
        return str(_("Expected by %(day)s", day=languages.date_words(line.expected_on, language())))
    return str(state_words(line.state))


def event_words(event: str) -> Any:
    """What happened to an invitation, in words."""
    return {
        "added": _("put on the list"),
        "queued": _("mail on its way"),
        "sent": _("mail delivered"),
        "bounced": _("mail came back"),
        "nudged": _("nudged"),
        "reminded": _("reminded"),
        "handed": _("handed over to a colleague"),
        "answered": _("answered"),
        "revoked": _("taken back"),
    }[event]


def _filter_of(state: str) -> str:
    return state if state in FILTERS else "invited"


def _filtered(answers: Answers, chosen: str) -> list[Answer]:
    states = FILTERS[chosen]
    return [line for line in answers.named() if not states or line.state in states]


def _searched(lines: list[Answer], typed: str) -> list[Answer]:
    """Those whose name, acronym or country holds what was typed, whatever its case and accents."""
    wanted = fold_name(typed[:300])
    if not wanted:
        return lines
    spoken = language()

    def holds(line: Answer) -> bool:
        one = line.organisation
        country = languages.country_name(one.country, spoken) if one.country else ""
        return any(wanted in fold_name(words) for words in (*one.names.values(), one.acronym, country))

    return [line for line in lines if holds(line)]


def _sorted(lines: list[Answer], by: str) -> list[Answer]:
    named = _by_name(lines)
    spoken = language()
    ways: dict[str, Callable[[Answer], Any]] = {
        "country": lambda line: languages.country_name(line.organisation.country, spoken),
        "state": lambda line: state_words(line.state),
        "last": lambda line: -(line.last[1].timestamp() if line.last else 0),
    }
    return sorted(named, key=ways[by]) if by in ways else named


def _by_name(lines: list[Answer]) -> list[Answer]:
    spoken = language()
    return sorted(lines, key=lambda line: languages.sort_key(line.organisation.name_in(spoken), spoken))


def _figures(letter: Letter, answers: Answers, chosen: str) -> list[dict[str, Any]]:
    spoken, path = language(), path_of(letter.id)
    tally = db.session.get_one(Tally, letter.id)
    counted = (
        ("invited", tally.invited, _("invited")),
        ("signed", tally.signed, _signed_words(tally)),
        ("recorded", answers.count("recorded"), _("recorded, not confirmed")),
        ("waiting", tally.waiting, _("to re-confirm")),
        ("suspended", answers.count("suspended"), _("disputed or objected")),
        ("declined", tally.declined + answers.count("withdrawn"), _("declined or withdrew")),
        ("unanswered", answers.count(*NO_ANSWER), _("no answer")),
        ("deciding", answers.count(*DECIDING), _("deciding")),
        ("bounced", answers.count("bounced"), _("bounced")),
        ("unsent", answers.count("unsent"), _("not written to")),
    )
    return [
        {
            "value": languages.number(number, spoken),
            "label": words,
            "href": path if name == "invited" else f"{path}?state={name}",
            "current": name == chosen,
        }
        for name, number, words in counted
        if number or name in {"invited", "signed", "declined", "unanswered"}
    ]


def _individual_figures(letter: Letter) -> list[dict[str, Any]]:
    """How many persons signed for themselves, where the letter has a list for them: it leads to them."""
    if not letter.has_individuals:
        return []
    value = languages.number(db.session.get_one(Tally, letter.id).individuals, language())
    href = path_of(letter.id, "individuals")
    return [{"value": value, "label": _("individuals signed"), "href": href, "current": False}]


def _comment_figures(letter: Letter) -> list[dict[str, Any]]:
    """How many comments wait for an answer: it leads to them. Nothing where nobody was asked and nobody spoke."""
    number, has_any = open_comments(letter)
    if not has_any and letter.stage != "consultation":
        return []
    value = languages.number(number, language())
    href = path_of(letter.id, "comments")
    return [{"value": value, "label": _("comments open"), "href": href, "current": False}]


def _reply_figures(letter: Letter, *, is_coordinator: bool) -> list[dict[str, Any]]:
    """How many replies by mail nobody has dealt with, for those who may read them; nothing where none waits."""
    number = unread([letter.id]).get(letter.id, 0) if is_coordinator else 0
    if not number:
        return []
    words = ngettext("reply by mail", "replies by mail", number)
    value = languages.number(number, language())
    return [{"value": value, "label": words, "href": path_of(letter.id, "replies"), "current": False}]


def _comments_until(letter: Letter) -> list[str]:
    until = letter.comments_until_at if letter.stage == "consultation" else None
    return moment.in_words(until, letter.zone, account().zone) if until else []


def _signed_words(tally: Tally) -> str:
    if tally.uncounted:
        spoken = language()
        withheld, uncounted = (languages.number(one, spoken) for one in (tally.withheld, tally.uncounted))
        return str(
            _("signed (%(withheld)s withheld, %(uncounted)s in no number)", withheld=withheld, uncounted=uncounted)
        )
    if not tally.withheld:
        return str(_("signed"))
    return str(_("signed (%(number)s withheld)", number=languages.number(tally.withheld, language())))


def withheld_words(answers: Answers) -> str:
    """How many organisations have no line, for their names are withheld; "" for none."""
    number = len(answers.withheld())
    if not number:
        return ""
    return str(
        ngettext(
            "%(number)s organisation signed with its name withheld. It is not in this table.",
            "%(number)s organisations signed with their names withheld. They are not in this table.",
            number,
            number=languages.number(number, language()),
        )
    )


def _rows(lines: list[Answer], letter: Letter, *, now: datetime) -> list[dict[str, Any]]:
    """The lines of the table, each with the day of the reminder that comes next."""
    coming = next_reminders(letter, now=now)
    return [_row(line, letter, now=now) | {"next": coming.get(line.organisation.id, "")} for line in lines]


def _row(line: Answer, letter: Letter, *, now: datetime) -> dict[str, Any]:
    spoken, live = language(), line.asked
    asked = [
        {
            "name": one.contact.name or one.contact.address or "",
            "language": languages.name(one.contact.language, spoken),
        }
        for one in live
    ]
    return {
        "id": line.organisation.id.hex,
        "href": path_of(letter.id, "organisations", str(line.organisation.id)),
        "name": line.organisation.name_in(spoken),
        "country": languages.country_name(line.organisation.country, spoken) if line.organisation.country else "",
        "people": asked,
        "state": line_words(line),
        "tone": TONES.get(line.state, ""),
        "last": last_words(line),
        "came_back": _came_back(line) if line.state == "bounced" else None,
        "can_nudge": line.state in NUDGED and any(may_be_nudged(one, now=now) for one in live),
    }


def _came_back(line: Answer) -> CameBack | None:
    """What the first of its addresses answered."""
    found = (came_back(one.contact, one.bounced_at, account().zone, language()) for one in line.asked)
    return next((one for one in found if one), None)


def last_words(line: Answer) -> str:
    """What happened last on a line, and when; "" for nothing."""
    if line.last is None:
        return ""
    event, at = line.last
    moment_words = languages.moment_words(at, account().zone, language())
    return str(_("%(event)s, %(moment)s", event=event_words(event), moment=moment_words))


def _unnamed(line: Answer) -> dict[str, Any]:
    answered = [one for one in line.invitations if one.answered_at]
    return {
        "name": line.organisation.name,
        "href": path_of(the_letter().id, "organisations", str(line.organisation.id)),
        "people": [one.contact.name or one.contact.address or "" for one in answered or line.invitations],
    }


def _columns(chosen: str) -> list[dict[str, Any]]:
    """The headings that sort; the address keeps filter and search."""
    kept = {name: value for name in KEPT if (value := request.args.get(name))}
    now = request.args.get("sort", "name")

    def column(by: str, label: str) -> dict[str, Any]:
        sorted_now = "ascending" if now == by or (by == "name" and now not in {"country", "state", "last"}) else None
        return {"label": label, "href": "?" + urlencode(kept | {"sort": by}), "sorted": sorted_now}

    return [
        column("name", _("Organisation")),
        {"label": _("Contact")},
        column("country", _("Country")),
        column("state", _("Answer")),
        column("last", _("Last event")),
        {"label": _("Next reminder")},
    ]


def _pages(page: int, last: int) -> dict[str, str] | None:
    if last == 1:
        return None
    kept = {name: value for name in (*KEPT, "sort") if (value := request.args.get(name))}
    spoken = language()
    words = _("Page %(number)s of %(last)s", number=languages.number(page, spoken), last=languages.number(last, spoken))
    return {
        "words": words,
        "earlier": "?" + urlencode(kept | {"page": page - 1}) if page > 1 else "",
        "later": "?" + urlencode(kept | {"page": page + 1}) if page < last else "",
    }


def _must_keep(letter: Letter) -> bool:
    """Whether the account's own organisation signed an earlier text and is asked whether it keeps its signature."""
    own = standing_signature(db.session(), letter.id, account().organisation_id)
    is_settled = letter.stage not in {"open", "closed"} or db.session.get(PublicLetter, letter.id) is not None
    return own is not None and not is_settled and not own.agrees


def _may_sign(letter: Letter) -> bool:
    """Whether the account's organisation leads the letter and has not signed it."""
    own = account().organisation_id
    leads = any(lead.organisation_id == own for lead in letter.leads)
    return leads and letter.stage == "open" and standing_signature(db.session(), letter.id, own) is None
