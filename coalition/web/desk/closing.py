"""The end of signing: a later deadline, closing by hand, cancelling; each says first what it does."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock, languages
from coalition.actions import circulate, close
from coalition.actions.circulate import DeadlineNotLater
from coalition.actions.draft import DeadlineInThePast
from coalition.database import db
from coalition.models.letter import AlreadyPublished, IllegalMove, Letter, NotOpenForSigning, Tally
from coalition.models.public import PublicLetter
from coalition.rendering.kinds import WITHOUT_SIGNATORIES
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.moment import MomentField
from coalition.web.desk.tasks import people_count
from coalition.web.desk.typed import Typed

DEADLINE = "closes"


@desk.get("/letters/<uuid:letter_id>/close")
@audience(Audience.TEAM)
def closing(letter_id: UUID) -> ResponseReturnValue:
    """Extend or close."""
    letter = the_letter()
    return _page(Typed.stored({}), moment.moment_field(DEADLINE, letter.deadline_at, letter.zone))


@desk.post("/letters/<uuid:letter_id>/extend")
@audience(Audience.TEAM)
def extend(letter_id: UUID) -> ResponseReturnValue:
    """Give it a later deadline; a closed letter opens again."""
    typed = Typed(request.form)
    closes, deadline = moment.read(typed, DEADLINE, the_letter().zone, missing=_("Enter the day."))
    if deadline is None or not typed.is_good:
        has_form = _can_be_extended(the_letter())
        return _page(typed, closes, status=422) if has_form else _page(Typed.stored({}), closes, status=409)
    try:
        circulate.extend(letter_id, deadline_at=deadline, by=account())
    except DeadlineInThePast:
        return _page(_wrong(typed, closes, _("This moment has passed. Choose a later one.")), closes, status=422)
    except DeadlineNotLater:
        words = _("People were told a deadline. Choose a later one, or close the letter by hand.")
        return _page(_wrong(typed, closes, words), closes, status=422)
    except NotOpenForSigning:
        typed.wrong("", _("The letter was not sent, or is cancelled: it has no deadline to extend."))
        return _page(typed, closes, status=409)
    except AlreadyPublished:
        typed.wrong("", _("The letter was retracted: it takes no signatures any more."))
        return _page(typed, closes, status=409)
    flash(_("Signing now closes later. Those who have not answered are told."))
    return lead_to(letter_id)


@desk.post("/letters/<uuid:letter_id>/close")
@audience(Audience.TEAM)
def close_by_hand(letter_id: UUID) -> ResponseReturnValue:
    """Close it now."""
    try:
        close.close(letter_id, by=account())
    except IllegalMove:
        flash(_("The letter is not open: there is nothing to close."))
    else:
        flash(_("Signing is closed. Those who signed are told."))
    return lead_to(letter_id)


@desk.get("/letters/<uuid:letter_id>/cancel")
@audience(Audience.TEAM)
def cancelling(letter_id: UUID) -> ResponseReturnValue:
    """What cancelling does, and the press."""
    return _cancel_page(Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/cancel")
@audience(Audience.TEAM)
def cancel(letter_id: UUID) -> ResponseReturnValue:
    """Cancel it, for good."""
    typed = Typed(request.form)
    if not typed.tick("sure") and not _can_be_cancelled(the_letter()):
        return _cancel_page(typed, status=409)
    if not typed.tick("sure"):
        typed.wrong("sure", _("Confirm that this letter is cancelled for good."))
        return _cancel_page(typed, status=422)
    try:
        circulate.cancel(letter_id, by=account())
    except AlreadyPublished:
        typed.wrong("", _("A published letter is not cancelled."))
        return _cancel_page(typed, status=409)
    except IllegalMove:
        flash(_("The letter is cancelled already."))
    else:
        flash(_("The letter is cancelled."))
    return lead_to(letter_id)


def _can_be_extended(letter: Letter) -> bool:
    """Whether the page has a form for it; else it says why there is none."""
    return letter.stage in {"open", "closed"} and not is_retracted(letter)


def _can_be_cancelled(letter: Letter) -> bool:
    return letter.stage != "cancelled" and not _is_public(letter)


def may_close_unsigned(letter: Letter) -> bool:
    """Whether it can be published without having been sent: there is nobody on its list, or its kind needs nobody."""
    if letter.stage != "draft":
        return False
    return letter.kind in WITHOUT_SIGNATORIES or people_count(letter)[0] == 0


def is_retracted(letter: Letter) -> bool:
    """Whether its pages say no more than that it was retracted."""
    public = db.session.get(PublicLetter, letter.id)
    return public is not None and public.retracted_at is not None


def _is_public(letter: Letter) -> bool:
    return db.session.get(PublicLetter, letter.id) is not None


def _wrong(typed: Typed, closes: MomentField, words: str) -> Typed:
    typed.wrong("closes_date", words)
    closes.errors["date"] = words
    return typed


def _page(typed: Typed, closes: MomentField, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter = the_letter()
    tally = db.session.get_one(Tally, letter.id)
    spoken = language()
    return show(
        "desk/closing.html",
        status=status,
        errors=typed.errors,
        closes=closes,
        deadline=moment.in_words(letter.deadline_at, letter.zone, account().zone) if letter.deadline_at else [],
        is_public=_is_public(letter),
        is_retracted=is_retracted(letter),
        may_close_unsigned=may_close_unsigned(letter),
        is_usual=letter.kind in WITHOUT_SIGNATORIES,
        is_over=not letter.is_open_for_signing(now=clock.now()),
        signed=ngettext("%(number)s organisation has signed.", "%(number)s organisations have signed.", tally.signed,
                        number=languages.number(tally.signed, spoken)),
    )  # fmt: skip


def _cancel_page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    letter = the_letter()
    tally = db.session.get_one(Tally, letter.id)
    return show(
        "desk/cancel.html",
        status=status,
        errors=typed.errors,
        was_sent=letter.version.put_forward_at is not None,
        signed=tally.signed,
        is_public=_is_public(letter),
        is_cancelled=letter.stage == "cancelled",
    )
