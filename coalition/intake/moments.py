"""A day and a time as a form sends them, in a zone: local times that do not exist, or that come twice, are refused.

Nobody is helped by a deadline that a machine guessed: where clocks are put forward an hour is missing, where they are
put back an hour comes twice, and the person who sets the deadline says which is meant.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coalition.languages import is_zone

_PRINTED = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


class MomentRefused(ValueError):
    """What was typed is no instant; `part` ("day", "time" or "zone") says where to mend it."""

    part = "day"


class NotADay(MomentRefused):
    """No day of the calendar, written year-month-day."""


class NotATime(MomentRefused):
    """No time of the 24-hour clock."""

    part = "time"


class UnknownZone(MomentRefused):
    """No time zone of the IANA list."""

    part = "zone"


class TimeIsSkipped(MomentRefused):
    """Clocks are put forward over that time; `after` is what they show instead, aware, in their zone."""

    part = "time"

    def __init__(self, after: datetime) -> None:
        super().__init__(after.isoformat())
        self.after = after


class TimeComesTwice(MomentRefused):
    """Clocks are put back over that time; `first` and `second` are the two instants, aware, in their zone."""

    part = "time"

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(first.isoformat())
        self.first, self.second = first, second


def read_moment(day: str, clock: str, zone: str, *, which: str = "") -> datetime:
    """The instant (UTC) of a day ("2027-03-01") and a time ("18:00") in an IANA zone.

    `which` is "first" or "second" where the person was asked which of two is meant. Raises a MomentRefused.
    """
    if not is_zone(zone):
        raise UnknownZone(zone)
    local = datetime.combine(read_day(day), _read_time(clock), tzinfo=ZoneInfo(zone))
    try:
        first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    except OverflowError as error:
        raise NotADay(day) from error
    if not _is_near(first):
        raise NotADay(day)
    if first == second:
        return first
    if first > second:  # before the gap the clock is behind: the missing hour reads later by its rules than by the next
        raise TimeIsSkipped(first.astimezone(ZoneInfo(zone)))
    if which in {"first", "second"}:
        return first if which == "first" else second
    raise TimeComesTwice(local, local.replace(fold=1))


def read_day(day: str) -> date:
    """A day written "2027-03-01". Raises NotADay."""
    try:
        return date.fromisoformat(day.strip())
    except ValueError as error:
        raise NotADay(day) from error


def read_printed_date(typed: str) -> str:
    """A day, month or year as it may stand on a letter, as ISO 8601: "2027-03-01", "2027-03", "2027"; "" for none.

    Raises NotADay.
    """
    if not typed.strip():
        return ""
    found = _PRINTED.fullmatch(typed.strip())
    if found is None:
        raise NotADay(typed)
    year, month, day = (part and int(part) for part in found.groups())
    try:
        exact = date(int(year or 0), month or 1, day or 1)
    except ValueError as error:
        raise NotADay(typed) from error
    return exact.isoformat()[: 10 if day is not None else 7 if month is not None else 4]


def _is_near(instant: datetime) -> bool:
    # Calendars and clocks go wrong at the ends of time, and nobody's deadline is there.
    return timedelta(0) <= instant - datetime(2000, 1, 1, tzinfo=UTC) <= timedelta(days=365 * 200)


def _read_time(clock: str) -> time:
    try:
        hour, minute = (int(part) for part in clock.strip().split(":")[:2])
        return time(hour, minute)
    except ValueError as error:
        raise NotATime(clock) from error
