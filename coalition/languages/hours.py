"""When people are at work somewhere: their clock now, and when it is good to call them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names

from coalition.languages.tags import babel_locale
from coalition.languages.words import in_own_digits

OPENS, CLOSES = time(9), time(17)
SATURDAY, SUNDAY = 5, 6
WEEK = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """The next hours in which somebody can be called; both instants are aware, in the zone of who is called."""

    opens_at: datetime
    closes_at: datetime

    def are_now(self, now: datetime) -> bool:
        """Whether it is a good time at `now`."""
        return self.opens_at <= now < self.closes_at


def working_hours(zone: str, country: str, *, now: datetime) -> Hours:
    """From 9 to 17 o'clock in an IANA zone: today if that is not over, else on the next day that is no weekend there.

    `country` (ISO 3166, or "") says which days are the weekend, as CLDR has it.
    """
    local = now.astimezone(ZoneInfo(zone))
    rest = weekend(country)
    day = local.date() if local.time() < CLOSES else local.date() + timedelta(days=1)
    while day.weekday() in rest:
        day += timedelta(days=1)
    return Hours(_at(day, OPENS, zone), _at(day, CLOSES, zone))


@lru_cache(maxsize=512)
def weekend(country: str) -> frozenset[int]:
    """The days of the week on which offices are closed there, 0 for Monday; Saturday and Sunday where unknown."""
    try:
        locale = Locale.parse(f"und_{country.upper()}") if country else None
    except (UnknownLocaleError, ValueError):
        locale = None
    if locale is None:
        return frozenset({SATURDAY, SUNDAY})
    first, last = locale.weekend_start, locale.weekend_end
    return frozenset((first + step) % WEEK for step in range((last - first) % WEEK + 1))


def local_words(when: datetime, zone: str, language: str) -> str:
    """An aware instant on a wall clock there, with the day of the week: "Monday 14:05"."""
    local = when.astimezone(ZoneInfo(zone))
    day = get_day_names("wide", locale=babel_locale(language))[local.weekday()]
    return f"{day} {in_own_digits(f'{local:%H:%M}', language)}"


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))
