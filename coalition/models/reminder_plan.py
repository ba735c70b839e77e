"""When a contact is reminded of a letter: a plan that counts back from the deadline and shrinks to the time left.

Nothing here asks the time or the database. A reminder goes in working hours, the last-day mail in the last waking
hours before the deadline, both on days on which the recipient works; an urgent letter counts every day as one. What
lay before the invitation is skipped, what comes too soon after it moves or goes, and of two that are too near to each
other the later one stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from coalition import languages

if TYPE_CHECKING:
    from collections.abc import Iterable

WORKING: Final = (time(9), time(17))
LATEST: Final = time(14)
"""Nothing is planned for the hours before offices close: what a worker is late with still goes in them."""
WAKING: Final = (time(8), time(21))
LEFT_ON_LAST_DAY: Final = timedelta(hours=6)
"""So many waking hours are left when the last-day mail goes."""
TOO_LATE: Final = timedelta(hours=1)
"""Nobody is reminded of what closes within the hour."""
APART: Final = timedelta(hours=20)
"""Between two reminders, and after any other mail about the letter: the working hours of the next day fit."""
LAST_APART: Final = timedelta(hours=12)
"""The same before the last-day mail."""
AFTER_ASKING: Final = timedelta(hours=40)
"""A whole day and its nights, for those who were just asked; by an urgent letter only where there is time for it."""
FORGOTTEN: Final = timedelta(hours=72)
"""What is later than that is not sent any more: a worker that slept over a weekend is not too late on Monday."""
DAY: Final = timedelta(days=1)
MINUTES_OF_A_DAY: Final = 24 * 60
LONGEST_DAYS: Final = 365
MOST_STEPS: Final = 6
AT_MOST: Final = 10


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One step of the plan: minutes before the deadline; 0 for the last-day mail, whose hour is each recipient's."""

    minutes_before: int
    kind: str = "reminder"

    @property
    def before(self) -> timedelta:
        """How long before the deadline."""
        return timedelta(minutes=self.minutes_before)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for all recipients of a letter; the deadline in UTC."""

    deadline_at: datetime
    steps: tuple[Step, ...]
    at_most: int
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is a recipient's own; every instant in UTC."""

    zone: str
    country: str
    asked_at: datetime
    written_at: datetime | None = None
    """When the last mail about the letter went to them, if any did beside the one that asked."""
    reminded: int = 0
    """How many reminders and nudges they had."""
    paused_until: datetime | None = None
    """They said that they answer by then."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its instant, aware, in the recipient's zone."""

    step: Step
    at: datetime

    @property
    def kind(self) -> str:
        """The kind of the step."""
        return self.step.kind


STANDARD: Final = (
    Step(7 * MINUTES_OF_A_DAY),
    Step(3 * MINUTES_OF_A_DAY),
    Step(4 * MINUTES_OF_A_DAY, "second_contact"),
    Step(0, "last_day"),
)
"""The plan of a new letter: a week before, three days before, the last day; a colleague where the first is silent."""


def plan(terms: Terms, who: Recipient, *, now: datetime) -> tuple[Planned, ...]:
    """The reminders that are still to come to one contact, the earliest first; what is due now has an instant ≤ `now`.

    `now` is the instant of the invitation where it was not sent yet.
    """
    if now >= terms.deadline_at:
        return ()
    calendar = _Calendar(ZoneInfo(who.zone), languages.weekend(who.country), is_urgent=terms.is_urgent)
    kept: list[Planned] = []
    before = terms.deadline_at - TOO_LATE
    for step in _latest_first(terms.steps):
        if step.kind == "last_day":
            last = calendar.so_much_before(terms.deadline_at, LEFT_ON_LAST_DAY)
            at = _last_day(last, terms, who, calendar, now=now)
            before = last - APART  # nothing comes after it, whether it goes or not
        else:
            at = _reminder(terms.deadline_at - step.before, who, calendar, before=before, now=now)
        if at is not None:
            kept.append(Planned(step, at.astimezone(calendar.zone)))
            before = min(before, at - APART)
    room = max(terms.at_most - who.reminded, 0)
    return tuple(reversed(kept[:room]))


def second_contact(terms: Terms, first: Recipient, *, zone: str, country: str, now: datetime) -> Planned | None:
    """When another contact in `zone` is asked where the first is silent; None where that is never."""
    step = next((one for one in terms.steps if one.kind == "second_contact"), None)
    if step is None or now >= terms.deadline_at:
        return None
    calendar = _Calendar(ZoneInfo(zone), languages.weekend(country), is_urgent=terms.is_urgent)
    silent = Recipient(zone, country, first.asked_at, paused_until=first.paused_until)
    before = terms.deadline_at - LAST_APART
    at = _reminder(terms.deadline_at - step.before, silent, calendar, before=before, now=now)
    return Planned(step, at.astimezone(calendar.zone)) if at is not None else None


def next_waking(moment: datetime, *, zone: str, country: str, is_urgent: bool) -> datetime:
    """The first instant from `moment` on in which the recipient is awake, on a day on which they work."""
    calendar = _Calendar(ZoneInfo(zone), languages.weekend(country), is_urgent=is_urgent)
    return calendar.from_then_on(moment, WAKING)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The recipient's days and hours. Every instant in and out is in UTC: of two moments in one zone, Python compares
    and subtracts the clocks, which is wrong where they change.
    """

    zone: ZoneInfo
    rest: frozenset[int]
    is_urgent: bool

    def counts(self, day: date) -> bool:
        return self.is_urgent or day.weekday() not in self.rest

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        """That time of that day; the first of two, and where clocks skip it, as long after the gap as it is in it."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def from_then_on(self, moment: datetime, hours: tuple[time, time]) -> datetime:
        """`moment`, or the next opening after it."""
        day = self.day_of(moment)
        while not self.counts(day) or moment >= self.at(day, hours[1]):
            day += DAY
        return max(moment, self.at(day, hours[0]))

    def near(self, moment: datetime, *, earliest: datetime) -> datetime:
        """A good time on the day of `moment`, else on the last day of work before it; never before `earliest`."""
        day, clock = self.day_of(moment), moment.astimezone(self.zone).time()
        while not self.counts(day):
            day -= DAY
        found = self.at(day, min(max(clock, WORKING[0]), LATEST))
        return found if found >= earliest else self.from_then_on(max(earliest, moment), WORKING)

    def so_much_before(self, moment: datetime, span: timedelta) -> datetime:
        """The instant from which on `span` of waking hours is left until `moment`."""
        day = self.day_of(moment)
        while True:
            opens, closes = self.at(day, WAKING[0]), min(self.at(day, WAKING[1]), moment)
            here = max(closes - opens, timedelta(0)) if self.counts(day) else timedelta(0)
            if here >= span:
                return closes - span
            span -= here
            day -= DAY


def _latest_first(steps: Iterable[Step]) -> list[Step]:
    reminders = [one for one in steps if one.kind in {"reminder", "last_day"}]
    return sorted(reminders, key=lambda one: (one.kind != "last_day", one.minutes_before))


def _last_day(last: datetime, terms: Terms, who: Recipient, calendar: _Calendar, *, now: datetime) -> datetime | None:
    at = last if who.paused_until is None else calendar.from_then_on(max(last, who.paused_until), WAKING)
    if at < max(who.asked_at, who.written_at or who.asked_at) + LAST_APART:
        return None
    if at < now:
        at = calendar.from_then_on(now, WAKING)
    return at if at <= terms.deadline_at - TOO_LATE else None


def _reminder(
    nominal: datetime, who: Recipient, calendar: _Calendar, *, before: datetime, now: datetime
) -> datetime | None:
    """When a reminder goes that is planned for `nominal`, and has to go by `before`; None where it does not."""
    if nominal <= max(who.asked_at, who.written_at or who.asked_at):
        return None
    if who.paused_until is not None and nominal < who.paused_until:
        before -= AFTER_ASKING - APART  # the time that they named is hardly over: one reminder after it, not two
    for rest in (AFTER_ASKING, APART) if calendar.is_urgent else (AFTER_ASKING,):
        at = _after_rest(nominal, who, calendar, rest)
        if who.written_at is not None and at < who.written_at + APART:
            return None
        late = calendar.from_then_on(now, WORKING) if at < now else at
        if late - at > FORGOTTEN:
            return None
        if late <= before:
            return late
    return None


def _after_rest(nominal: datetime, who: Recipient, calendar: _Calendar, rest: timedelta) -> datetime:
    """A good time near `nominal`, but for the rest after the invitation and until they have had the time they named."""
    earliest = max(who.asked_at + rest, who.paused_until or who.asked_at)
    return calendar.near(max(nominal, earliest), earliest=earliest)
