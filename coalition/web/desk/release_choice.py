"""When a letter is released: now, at a time, or at the end of its embargo; as chosen in a form and as words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from coalition import languages
from coalition.actions import release
from coalition.database import db
from coalition.web.audience import account
from coalition.web.desk import moment
from coalition.web.desk.frame import language
from coalition.web.desk.moment import MomentField

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.models.letter import Letter
    from coalition.models.release import PlannedRelease
    from coalition.web.desk.typed import Typed

WHEN, AT = "when", "at"
NOW, LATER, EMBARGO = "now", "later", "embargo"


@dataclass(frozen=True, slots=True)
class ReleaseChoice:
    """The instant that was chosen, the fields as they show it, and the ways there are to choose from."""

    when: str
    at: datetime | None
    """None for now, and where it still has to be chosen."""
    fields: MomentField
    options: list[dict[str, str]]

    @property
    def is_now(self) -> bool:
        """Whether it is released at the press."""
        return self.when == NOW


def kept_choice(letter: Letter, plan: PlannedRelease | None, *, now: datetime) -> ReleaseChoice:
    """What the form begins with: as planned before; else the soonest that the embargo leaves."""
    until = letter.embargo_at(now)
    fields = moment.moment_field(AT, plan.at if plan else None, letter.zone)
    if plan is None:
        return ReleaseChoice(EMBARGO if until else NOW, until, fields, options(letter, now=now))
    when = EMBARGO if plan.at == until else LATER
    return ReleaseChoice(when, plan.at, fields, options(letter, now=now))


def typed_choice(typed: Typed, letter: Letter, *, now: datetime) -> ReleaseChoice:
    """What was chosen; `typed` says what has to change."""
    open_ways, until = options(letter, now=now), letter.embargo_at(now)
    when = typed.choice(WHEN, {one["value"] for one in open_ways}, _("Choose when the letter is released."))
    fields, at = moment.moment_field(AT, None, letter.zone), None
    if when == LATER:
        fields, at = moment.read(typed, AT, letter.zone, missing=_("Enter the day."))
    if at is not None and at <= now:
        _refuse(typed, fields, _("This moment has passed. Choose a later one."))
    if at is not None and until is not None and at < until:
        words = " · ".join(moment.in_words(until, letter.zone))
        _refuse(typed, fields, _("The embargo ends later: %(moment)s. Choose that or a later time.", moment=words))
    return ReleaseChoice(when, until if when == EMBARGO else at, fields, open_ways)


def _refuse(typed: Typed, fields: MomentField, words: str) -> None:
    typed.wrong(f"{AT}_date", words)
    fields.errors["date"] = words


def options(letter: Letter, *, now: datetime) -> list[dict[str, str]]:
    """The ways to choose from: under an embargo nothing is released now."""
    until = letter.embargo_at(now)
    first = (
        {"value": NOW, "label": _("Now")}
        if until is None
        else {"value": EMBARGO, "label": _("At the end of the embargo"), "hint": embargo_words(letter, now=now)}
    )
    return [first, {"value": LATER, "label": _("At a time")}]


def instant_words(at: datetime, zone: str) -> list[str]:
    """An instant of release in the letter's zone, in UTC and in the account's own."""
    return moment.in_words(at, zone, account().zone)


def embargo_words(letter: Letter, *, now: datetime) -> str:
    """Until when the letter is under embargo, in its zone and in UTC; "" where it is not."""
    until = letter.embargo_at(now)
    return languages.embargo_moment(until, letter.zone, language()) if until else ""


def plan_words(letter_id: UUID) -> dict[str, Any] | None:
    """What the board says of a release that is planned, or was stopped; None where there is none."""
    plan = release.plan_of(db.session(), letter_id)
    if plan is None:
        return None
    moment_of_it = " · ".join(instant_words(plan.at, plan.letter.zone))
    if plan.failed_at is not None:
        return {"is_stopped": True, "words": _("The release planned for %(moment)s was stopped.", moment=moment_of_it)}
    return {"is_stopped": False, "words": _("The release is planned for %(moment)s.", moment=moment_of_it)}
