"""Check and send: everything that goes out, on one page, and the press that is bound to it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition import clock, languages
from coalition.actions import circulate, consult
from coalition.actions.circulate import NothingToSend, NumberChanged, Sending, VersionBeingWritten
from coalition.actions.consult import NoCommentsDeadline
from coalition.actions.draft import DeadlineInThePast
from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.models.letter import IllegalMove, Letter, NotOpenForSigning
from coalition.models.public import PublicLetter
from coalition.models.version import Text
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.comment_groups import open_comments
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.looked_through import problems_of
from coalition.web.desk.reminder_words import sending_words
from coalition.web.desk.tasks import people_words, word_count
from coalition.web.desk.typed import Typed


@desk.get("/letters/<uuid:letter_id>/send")
@audience(Audience.TEAM)
def send(letter_id: UUID) -> ResponseReturnValue:
    """What would go out now, and to whom."""
    return _page()


@desk.post("/letters/<uuid:letter_id>/send")
@audience(Audience.TEAM)
def send_now(letter_id: UUID) -> ResponseReturnValue:
    """Send what was shown; show it again where it is not what it was."""
    typed = Typed(request.form)
    number = typed.number("number", least=0, most=1_000_000)
    was_open = the_letter().stage == "open"
    try:
        sent = circulate.send(letter_id, by=account(), number=number, seal=str(typed.get("seal")))
    except NumberChanged:
        if _is_on_its_way():
            flash(_("It is on its way already."))
            return lead_to(letter_id)
        return _page(_("The list, the text or the deadline changed since this page was made. Check it again."))
    except (NothingToSend, DeadlineInThePast, VersionBeingWritten, NotOpenForSigning) as refused:
        return _page(_refusal(refused))
    if was_open:
        flash(_("On its way to %(people)s.", people=_people(sent)))
    else:
        flash(_("The letter is open, and on its way to %(people)s.", people=_people(sent)))
    return lead_to(letter_id)


@desk.post("/letters/<uuid:letter_id>/send/comments")
@audience(Audience.TEAM)
def send_for_comments(letter_id: UUID) -> ResponseReturnValue:
    """Send what was shown for comments; show it again where it is not what it was."""
    typed = Typed(request.form)
    number = typed.number("number", least=0, most=1_000_000)
    try:
        sent = consult.open_consultation(letter_id, by=account(), number=number, seal=str(typed.get("seal")))
    except NumberChanged:
        if _is_on_its_way("consultation"):
            flash(_("It is on its way already."))
            return lead_to(letter_id)
        return _page(_("The list, the text or a date changed since this page was made. Check it again."))
    except (NothingToSend, NoCommentsDeadline, IllegalMove) as refused:
        return _page(_refusal(refused))
    flash(_("Comments are asked for. On its way to %(people)s.", people=_people(sent)))
    return lead_to(letter_id)


def _refusal(refused: Exception) -> str:
    """What to do before it can go out."""
    words = {
        NothingToSend: _("There is nothing to send: write the text, and add somebody to send it to."),
        DeadlineInThePast: _("The deadline has passed. Set a later one first."),
        VersionBeingWritten: _("Another version is being written. Put it forward or drop it first."),
        NotOpenForSigning: _("Signing is over. Extend the deadline first."),
        NoCommentsDeadline: _("Say first until when comments are taken."),
        IllegalMove: _("Comments are asked for before signing. Go back to comments from the page for that."),
    }
    return str(words[type(refused)])


def _people(sent: int) -> str:
    number = languages.number(sent, desk_language())
    return str(ngettext("%(number)s person", "%(number)s people", sent, number=number))


def _is_on_its_way(stage: str = "open") -> bool:
    """Whether the same press came twice: the letter is in its stage by the first, and nobody waits any more."""
    db.session.rollback()
    letter = the_letter()
    return letter.stage == stage and not circulate.sending(db.session(), letter).waiting


def _page(refusal: str = "") -> ResponseReturnValue:
    db.session.rollback()
    letter, now = the_letter(), clock.now()
    due = circulate.sending(db.session(), letter)
    waiting = _with_names(due)
    blockers = _blockers(letter, due, now=now)
    return show(
        "desk/send.html",
        status=409 if refusal else 200,
        errors={"": refusal} if refusal else {},
        texts=[_text_row(letter.version.text(tag)) for tag in letter.languages],
        addressees=[one.printed(letter.authoritative_language) for one in letter.version.addressees],
        deadline=moment.in_words(letter.deadline_at, letter.zone, account().zone) if letter.deadline_at else [],
        groups=_groups(letter, waiting),
        recipients=[_recipient(letter, one) for one in waiting],
        people=people_words(len(due.everybody), due.organisations),
        blockers=blockers,
        warnings=_warnings(letter, waiting),
        reminders=sending_words(letter, now=now),
        number=len(due.everybody),
        comments=_for_comments(letter, due, now=now),
        has_text=not letter.version.text(letter.authoritative_language).is_empty,
        seal=due.seal,
        version=letter.version.number,
        button=_button(letter, due),
        is_open=letter.stage == "open",
        is_all_sent=letter.stage == "open" and not due.waiting,
    )


def _with_names(due: Sending) -> list[Invitation]:
    """The invitations that wait, with organisation and contact at hand, by name."""
    ids = [one.id for one in due.everybody]
    loaded = db.session.scalars(
        select(Invitation)
        .where(Invitation.id.in_(ids))
        .options(joinedload(Invitation.organisation), joinedload(Invitation.contact))
    )
    spoken = desk_language()
    return sorted(loaded, key=lambda one: languages.sort_key(one.organisation.name, spoken))


def _button(letter: Letter, due: Sending) -> str:
    shown = languages.number(due.organisations, desk_language())
    return str(
        ngettext(
            "Send version %(version)s to %(number)s organisation",
            "Send version %(version)s to %(number)s organisations",
            due.organisations,
            version=languages.number(letter.version.number, desk_language()),
            number=shown,
        )
    )


def _for_comments(letter: Letter, due: Sending, *, now: datetime) -> dict[str, Any] | None:
    """What asking for comments would do now: whom it reaches, until when; None where that is not to be had."""
    if letter.stage not in {"draft", "consultation"} or not due.waiting:
        return None
    until = letter.comments_until_at
    organisations = len({one.organisation_id for one in due.waiting})
    return {
        "number": len(due.waiting),
        "until": moment.in_words(until, letter.zone, account().zone) if until else [],
        "is_ready": until is not None and until > now,
        "button": ngettext(
            "Ask %(number)s organisation for comments on version %(version)s",
            "Ask %(number)s organisations for comments on version %(version)s",
            organisations,
            number=languages.number(organisations, desk_language()),
            version=languages.number(letter.version.number, desk_language()),
        ),
    }


def _blockers(letter: Letter, due: Sending, *, now: datetime) -> list[dict[str, str]]:
    """What keeps the letter from going out, each with the page that mends it."""
    found = []
    if letter.stage not in {"draft", "consultation", "open"}:
        return [_over(letter)]
    if letter.stage == "consultation" and letter.next_version is not None:
        words = _("Another version is being written. Put it forward or drop it before anybody signs.")
        found.append({"words": words, "href": "amend"})
    if letter.version.text(letter.authoritative_language).is_empty:
        found.append({"words": _("There is no text yet."), "href": f"text/{letter.authoritative_language}"})
    if not due.everybody and letter.stage != "open":
        found.append({"words": _("Nobody is on the list yet."), "href": "people"})
    if letter.deadline_at and letter.deadline_at <= now:
        found.append({"words": _("The deadline has passed."), "href": "close" if letter.stage == "open" else "dates"})
    return found


def _over(letter: Letter) -> dict[str, str]:
    """Why the letter goes to nobody any more, and where to go about it."""
    if letter.stage == "cancelled":
        return {"words": _("The letter is cancelled. It goes to nobody any more."), "href": ""}
    if db.session.get(PublicLetter, letter.id):
        return {"words": _("The letter is published. It goes to nobody any more."), "href": ""}
    return {"words": _("Signing is over. Extend the deadline to send to more people."), "href": "close"}


def _warnings(letter: Letter, waiting: list[Invitation]) -> list[dict[str, str]]:
    """What to think about once more; nothing here stops anything."""
    found = []
    if letter.deadline_at is None:
        found.append({"words": _("There is no deadline. Signing stays open until you close it."), "href": "dates"})
    waiting_comments, _has_any = open_comments(letter)
    if waiting_comments:
        words = ngettext("%(num)s comment is not answered.", "%(num)s comments are not answered.", waiting_comments)
        found.append({"words": words, "href": "comments"})
    for text in letter.version.texts:
        name = languages.name(text.language, desk_language())
        if text.is_empty:
            words = _("There is no text in %(language)s yet. Whoever reads it gets another language.", language=name)
            found.append({"words": words, "href": f"text/{text.language}"})
        elif problems_of(text) and not text.shown_at:
            words = _("The text in %(language)s has places to look at.", language=name)
            found.append({"words": words, "href": f"text/{text.language}"})
        elif not text.title:
            words = _("The text in %(language)s has no title.", language=name)
            found.append({"words": words, "href": f"text/{text.language}"})
    bounced = [one for one in waiting if one.contact.bounced_at]
    if bounced:
        words = ngettext("%(num)s address did not work before.", "%(num)s addresses did not work before.", len(bounced))
        found.append({"words": words, "href": "people"})
    return found


def _text_row(text: Text) -> dict[str, Any]:
    name = languages.name(text.language, desk_language())
    words = _("No text yet") if text.is_empty else word_count(text)
    return {"tag": text.language, "name": name, "words": words, "title": text.title}


def _groups(letter: Letter, waiting: list[Invitation]) -> list[dict[str, str]]:
    """Who reads which language, counted: the language of the mail, and that of the text in it."""
    spoken = desk_language()
    counted = Counter((one.contact.language, letter.text(one.contact.language).language) for one in waiting)
    return [
        {
            "mail": languages.name(languages.interface_language(own), spoken),
            "own": languages.name(own, spoken),
            "text": languages.name(text, spoken),
            "number": languages.number(number, spoken),
        }
        for (own, text), number in sorted(counted.items())
    ]


def _recipient(letter: Letter, one: Invitation) -> dict[str, str]:
    text = letter.text(one.contact.language)
    return {
        "organisation": one.organisation.name,
        "contact": one.contact.name or "",
        "address": one.contact.address or "",
        "text": languages.name(text.language, desk_language()),
        "mail": f"mail?to={one.id.hex}&for=signature" if letter.stage == "consultation" else f"mail?to={one.id.hex}",
    }
