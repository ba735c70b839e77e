"""Releasing at the desk: the answers to check before it, a release that is planned, and the ten minutes to undo one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock, config, languages
from coalition.actions import address, announce, proof, publish, release
from coalition.actions.check import Check
from coalition.actions.release import NothingPlanned, ReleaseInThePast, TooLateToUndo
from coalition.database import db
from coalition.models.letter import StillUnderEmbargo
from coalition.rendering import bodies
from coalition.rendering.passing_on import EMBED
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.findings import SEEN, found_words
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.release_choice import AT, ReleaseChoice, embargo_words, instant_words
from coalition.web.desk.typed import Typed

if TYPE_CHECKING:
    from coalition.models.public import PublicLetter
    from coalition.models.release import PlannedRelease

FORM_WORDS = {
    "": "HTML",
    ".pdf": "PDF",
    ".json": "JSON",
    ".docx": "DOCX",
    ".csv": "CSV",
    ".xlsx": "XLSX",
    ".md": "Markdown",
    ".bib": "BibTeX",
    "/card.png": "PNG",
}


def answers_page(typed: Typed, choice: ReleaseChoice, found: Check, reasons: dict[str, str]) -> ResponseReturnValue:
    """What will be out, when, and who is written to; the press. Everything typed goes with it, and back."""
    letter, now, spoken = the_letter(), clock.now(), language()
    session = db.session()
    printed = proof.proof(session, letter, now=now)
    names = sum(len(group.lines) for group in printed.groups)
    told = announce.number_told(session, letter)
    return show(
        "desk/release.html",
        carried=[*_carried(typed), *(found_words(one).seen for one in found.findings if one.key in reasons)],
        is_now=choice.is_now,
        instant=instant_words(choice.at, letter.zone) if choice.at else [],
        embargo=embargo_words(letter, now=now),
        address=f"{config.settings().root}/letters/{address.address_of(session, letter)}",
        number=languages.number(publish.next_number(session, letter), spoken),
        texts=[(tag, languages.name(tag, spoken)) for tag in printed.languages],
        forms=[form_words(ending) for ending in bodies.FORMS],
        names=languages.number(names, spoken),
        withheld=languages.number(found.withheld, spoken) if found.withheld else "",
        told=ngettext(
            "%(number)s person who signed gets a mail, ten minutes later",
            "%(number)s people who signed get a mail, ten minutes later",
            told,
            number=languages.number(told, spoken),
        ),
        passed_over=[
            {"words": found_words(one).words, "reason": reasons[one.key]}
            for one in found.findings
            if one.key in reasons and not one.stops
        ],
    )


def _carried(typed: Typed) -> list[tuple[str, str]]:
    """What was typed; what was read when it was is said anew, for it is read again."""
    return [
        (name, value)
        for name, value in typed.sent.items(multi=True)
        if name not in {"csrf_token", "act"} and not name.startswith(SEEN)
    ]


def form_words(ending: str) -> str:
    """What a form of a letter is called."""
    if ending == ".txt":
        return str(_("plain text"))
    if ending == EMBED:
        return str(_("frame"))
    return FORM_WORDS.get(ending, ending.removeprefix(".").upper())


def planned_page(
    plan: PlannedRelease, *, typed: Typed | None = None, fields: Any = None, status: int = 200
) -> ResponseReturnValue:
    """A release that is to come: when, and how to move it or give it up."""
    letter, now = the_letter(), clock.now()
    return show(
        "desk/planned.html",
        status=status,
        errors=typed.errors if typed else {},
        instant=instant_words(plan.at, letter.zone),
        left=languages.span_words(plan.at - now, language()) if plan.at > now else "",
        who=plan.by.name,
        made=languages.moment_words(plan.made_at, account().zone, language()),
        embargo=embargo_words(letter, now=now),
        texts=[(tag, languages.name(tag, language())) for tag in letter.languages],
        reasons=len(plan.overrides or {}),
        fields=fields or moment.moment_field(AT, plan.at, letter.zone),
        check_again=f"{path_of(letter.id)}/publish?again=1",
    )


@desk.post("/letters/<uuid:letter_id>/publish/plan")
@audience(Audience.TEAM)
def change_plan(letter_id: UUID) -> ResponseReturnValue:
    """Move a planned release, or give it up."""
    if request.form.get("act") == "give-up":
        release.give_up(letter_id, by=account())
        flash(_("The plan is given up. Nothing is released by itself."))
        return lead_to(letter_id, "publish")
    typed = Typed(request.form)
    fields, at = moment.read(typed, AT, the_letter().zone, missing=_("Enter the day."))
    if at is not None:
        try:
            release.move(letter_id, at, by=account())
        except NothingPlanned:
            flash(_("No release is planned any more."))
            return lead_to(letter_id, "publish")
        except (ReleaseInThePast, StillUnderEmbargo) as refused:
            typed.wrong(f"{AT}_date", too_early(refused))
            fields.errors["date"] = typed.errors[f"{AT}_date"]
    if typed.is_good:
        flash(_("The planned release is moved."))
        return lead_to(letter_id, "publish")
    db.session.rollback()
    plan = release.plan_of(db.session(), letter_id)
    return planned_page(plan, typed=typed, fields=fields, status=422) if plan else lead_to(letter_id, "publish")


def too_early(refused: ReleaseInThePast | StillUnderEmbargo) -> str:
    """What to do about an instant that can not be one of release."""
    if isinstance(refused, ReleaseInThePast):
        return str(_("This moment has passed. Choose a later one."))
    words = " · ".join(moment.in_words(refused.until, the_letter().zone))
    return str(_("The embargo ends later: %(moment)s. Choose that or a later time.", moment=words))


@desk.post("/letters/<uuid:letter_id>/publish/undo")
@audience(Audience.TEAM)
def undo_release(letter_id: UUID) -> ResponseReturnValue:
    """Undo a release while that is possible."""
    try:
        release.undo(letter_id, by=account())
    except TooLateToUndo:
        flash(_("It is too late to undo the release: feeds and mails may tell of the letter."))
    else:
        flash(_("The release is undone. In public it is as if the letter had never been there."))
    return lead_to(letter_id, "publish")


@desk.post("/letters/<uuid:letter_id>/publish/announce")
@audience(Audience.TEAM)
def announce_now(letter_id: UUID) -> ResponseReturnValue:
    """Tell of a release without waiting for the end of its ten minutes."""
    if announce.announce(letter_id, by=account()):
        flash(_("The feeds have it, and the mails go out."))
    return lead_to(letter_id, "publish")


def undo_facts(public: PublicLetter, *, now: datetime) -> dict[str, str] | None:
    """Until when a release can be undone, and how long that is; None where it can not."""
    until = public.undo_until
    if until is None or until <= now:
        return None
    return {
        "until": languages.moment_words(until, account().zone, language()),
        "left": languages.span_words(until - now, language()),
    }
