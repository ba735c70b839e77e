"""What the desk says of a reminder plan: its steps, its dates, and what comes next for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.actions import remind
from coalition.actions.remind import Plan
from coalition.database import db
from coalition.models.letter import Letter
from coalition.models.reminder_plan import MINUTES_OF_A_DAY, Planned, Step
from coalition.web.desk.frame import language


def days_of(step: Step) -> int:
    """How many days before the deadline."""
    return round(step.minutes_before / MINUTES_OF_A_DAY)


def step_words(step: Step) -> str:
    """A step in words: "7 days before", "Last mail, before it closes"."""
    number = languages.number(days_of(step), language())
    if step.kind == "last_day":
        return str(_("Last mail, before it closes"))
    if step.kind == "second_contact":
        return str(
            ngettext(
                "Asking a colleague, %(number)s day before",
                "Asking a colleague, %(number)s days before",
                days_of(step),
                number=number,
            )
        )
    return str(ngettext("%(number)s day before", "%(number)s days before", days_of(step), number=number))


def plan_words(kept: Plan) -> str:
    """A whole plan in one line: "7 and 3 days before, and on the last day"."""
    spoken = language()
    days = sorted((days_of(one) for one in kept.steps if one.kind == "reminder"), reverse=True)
    parts = []
    if days and kept.at_most:
        shown = languages.join([languages.number(one, spoken) for one in days], spoken)
        parts.append(str(ngettext("%(days)s day before", "%(days)s days before", days[-1] if len(days) == 1 else 2,
                                  days=shown)))  # fmt: skip
    if any(one.kind == "last_day" for one in kept.steps) and kept.at_most:
        parts.append(str(_("on the last day")))
    return "; ".join(parts) if parts else str(_("None"))


def when_words(at: datetime) -> str:
    """An instant on the recipient's own clock: "22 February 2027, Monday 14:00"."""
    spoken = language()
    day = languages.date_words(at.date(), spoken)
    return str(_("%(before)s, %(after)s", before=day, after=languages.local_words(at, str(at.tzinfo), spoken)))


def zones_words(zones: Iterable[str]) -> str:
    """Where it is that hour, a few by name: "Africa/Nairobi, Asia/Amman, Europe/Paris and 4 more time zones"."""
    spoken = language()
    named = sorted(set(zones))
    more = len(named) - 3 if len(named) > 4 else 0
    first = named[: len(named) - more]
    shown = [languages.isolate(one) if languages.direction(spoken) == "rtl" else one for one in first]
    if more > 0:
        number = languages.number(more, spoken)
        shown.append(str(ngettext("%(number)s more time zone", "%(number)s more time zones", more, number=number)))
    return languages.join(shown, spoken)


def next_reminders(letter: Letter, *, now: datetime) -> dict[UUID, str]:
    """Organisation to the day of the reminder that comes next there; whoever has acted gets none."""
    terms = remind.terms_of(letter)
    if terms is None or not letter.is_open_for_signing(now=now):
        return {}
    people = remind.silent(db.session(), letter, now=now)
    planned = remind.planned_for(terms, people, now=now)
    first: dict[UUID, Planned] = {}
    for one in people:
        for coming in planned[one.invitation_id][:1]:
            before = first.get(one.organisation_id)
            first[one.organisation_id] = coming if before is None or coming.at < before.at else before
    return {one: languages.date_words(coming.at.date(), language()) for one, coming in first.items()}


def sending_words(letter: Letter, *, now: datetime) -> str:
    """What reminders follow the press that sends, in one line."""
    kept, terms = remind.plan_of(letter), remind.terms_of(letter)
    if letter.deadline_at is None:
        return str(_("None: there is no deadline to count back from"))
    if terms is None or not kept.at_most:
        return str(_("None"))
    people = remind.to_be_asked(db.session(), letter, now=now)
    planned = [one for own in remind.planned_for(terms, people, now=now).values() for one in own]
    if people and not planned:
        return str(_("None fits into the time that is left"))
    words: Any = plan_words(kept)
    if planned:
        first = min(planned, key=lambda one: one.at.timestamp())
        day = languages.date_words(first.at.date(), language())
        return str(_("%(plan)s. The first goes on %(day)s.", plan=words, day=day))
    return str(words)
