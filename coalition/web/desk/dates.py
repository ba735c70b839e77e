"""Deadline, embargo, time zone, place and printed date."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock
from coalition.actions import draft
from coalition.actions.draft import Dates, DeadlineInThePast, EmbargoInThePast
from coalition.database import db
from coalition.intake.moments import NotADay, read_printed_date
from coalition.languages import date_words, is_zone
from coalition.models.letter import AlreadyPublished, Letter, StaleEdit
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.moment import MomentField
from coalition.web.desk.typed import Typed

DEADLINE, UNDER_EMBARGO = "closes", "embargo"
PLACE_LIMIT = 120
BEFORE_SIGNING = ("draft", "consultation")
"""The stages in which nobody was asked to sign by a deadline yet."""


@desk.get("/letters/<uuid:letter_id>/dates")
@audience(Audience.TEAM)
def dates(letter_id: UUID) -> ResponseReturnValue:
    """The dates as kept."""
    letter = the_letter()
    kept = {"place": letter.place, "printed_on": letter.printed_on, "seen": draft.state_of_dates(letter)}
    embargo = moment.moment_field(UNDER_EMBARGO, letter.embargo_until_at, letter.zone)
    return _page(Typed.stored(kept), moment.moment_field(DEADLINE, letter.deadline_at, letter.zone), embargo)


@desk.post("/letters/<uuid:letter_id>/dates")
@audience(Audience.TEAM)
def save_dates(letter_id: UUID) -> ResponseReturnValue:
    """Save them."""
    letter, typed = the_letter(), Typed(request.form)
    closes, deadline = moment.read(typed, DEADLINE, letter.zone)
    if letter.stage not in BEFORE_SIGNING:
        deadline = letter.deadline_at
    if not is_zone(closes.zone):
        typed.wrong("closes_zone", _("Choose a time zone from the list."))
    embargo, until = moment.read(typed, UNDER_EMBARGO, closes.zone if is_zone(closes.zone) else letter.zone)
    place = typed.line("place", limit=PLACE_LIMIT)
    printed_on = _printed_date(typed)
    if not typed.is_good:
        return _page(typed, closes, embargo, status=422)
    try:
        entry = Dates(
            deadline_at=deadline, zone=closes.zone, place=place, printed_on=printed_on, embargo_until_at=until
        )
        draft.save_dates(letter_id, entry, by=account(), seen=request.form.get("seen"))
    except DeadlineInThePast:
        typed.wrong("closes_date", _("This moment has passed. Choose a later one."))
        closes.errors["date"] = typed.errors["closes_date"]
        return _page(typed, closes, embargo, status=422)
    except EmbargoInThePast:
        typed.wrong("embargo_date", _("This moment has passed. Choose a later one, or leave the fields empty."))
        embargo.errors["date"] = typed.errors["embargo_date"]
        return _page(typed, closes, embargo, status=422)
    except StaleEdit:
        db.session.rollback()
        return _page(typed, closes, embargo, status=409, is_stale=True)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. Its dates do not change any more."))
        return _page(typed, closes, embargo, status=409)
    flash(_("The dates are saved."))
    return lead_to(letter_id)


def _printed_date(typed: Typed) -> str:
    try:
        return read_printed_date(typed.line("printed_on", limit=10))
    except NotADay:
        typed.wrong("printed_on", _("Enter a day like 2027-03-01, a month like 2027-03, or a year."))
        return ""


def _page(
    typed: Typed, closes: MomentField, embargo: MomentField, *, status: int = 200, is_stale: bool = False
) -> ResponseReturnValue:
    letter = the_letter()
    until = letter.embargo_at(clock.now())
    return show(
        "desk/dates.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        closes=closes,
        embargo=embargo,
        embargo_until=moment.in_words(until, letter.zone, account().zone) if until else [],
        is_stale=is_stale,
        can_move=letter.stage in BEFORE_SIGNING,
        seen=draft.state_of_dates(letter) if is_stale else typed.get("seen"),
        theirs=_in_words(letter) if is_stale else [],
        deadline=moment.in_words(letter.deadline_at, letter.zone, account().zone) if letter.deadline_at else [],
    )


def _in_words(letter: Letter) -> list[str]:
    """What is kept, a line each."""
    deadline = moment.in_words(letter.deadline_at, letter.zone)[:1] if letter.deadline_at else []
    embargo = moment.in_words(letter.embargo_until_at, letter.zone)[:1] if letter.embargo_until_at else []
    printed = [date_words(letter.printed_on, language())] if letter.printed_on else []
    return [*deadline, *embargo, letter.zone, *filter(None, [letter.place]), *printed]
