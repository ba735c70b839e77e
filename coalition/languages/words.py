"""Numbers, dates, lists and isolates as a language writes them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from coalition.languages.tags import babel_locale, direction

DIGITS = {
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "beng": "০১২৩৪৫৬৭৮৯",
    "cakm": "𑄶𑄷𑄸𑄹𑄺𑄻𑄼𑄽𑄾𑄿",
    "deva": "०१२३४५६७८९",
    "mymr": "၀၁၂၃၄၅၆၇၈၉",
    "olck": "᱐᱑᱒᱓᱔᱕᱖᱗᱘᱙",
    "tibt": "༠༡༢༣༤༥༦༧༨༩",
}
"""The digits of CLDR's numbering systems other than the Western ones."""

ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"


def number(n: int, language: str) -> str:
    """A whole number in the language's digits and grouping: 1,234 in English, ۱٬۲۳۴ in Persian."""
    return in_own_digits(format_decimal(n, locale=babel_locale(language), numbering_system="default"), language)


def plural_class(n: int, language: str) -> str:
    """The CLDR plural class of a number: "one", "other" in English; Arabic has six."""
    return babel_locale(language).plural_form(n)


def plural_classes(language: str) -> tuple[str, ...]:
    """The plural classes that the numbers of a list have in a language, in CLDR's order; no list runs to millions."""
    form = babel_locale(language).plural_form
    used = {form(n) for n in range(1001)}
    return tuple(each for each in ("zero", "one", "two", "few", "many", "other") if each in used)


def date_words(when: date | str, language: str) -> str:
    """A day, month or year spelled out: "1 March 2027", "March 2027", "2027".

    Takes a date, or ISO 8601 text as exact as is known: "2027-03-01", "2027-03", "2027". Other text comes back as is.
    """
    if isinstance(when, date):
        return _day(when, language)
    try:
        parts = [int(part) for part in when.split("-")]
        day = date(*[*parts, 1, 1][:3])
    except (TypeError, ValueError):
        return when
    if len(parts) == 3:
        return _day(day, language)
    return in_own_digits(format_skeleton("yMMMM" if len(parts) == 2 else "y", day, locale=_dated(language)), language)


def moment_words(when: datetime, zone: str, language: str) -> str:
    """An aware instant in an IANA zone, 24-hour clock, zone named: "1 March 2027, 18:00 (Europe/Paris)".

    Midnight is 00:00 of the day that begins. In a right-to-left language the zone stands isolated.
    """
    local = when.astimezone(ZoneInfo(zone))
    clock = in_own_digits(f"{local:%H:%M}", language)
    shown = isolate(zone) if direction(language) == "rtl" else zone
    together = str(_dated(language).datetime_formats["medium"])
    return together.replace("{1}", _day(local.date(), language)).replace("{0}", f"{clock} ({shown})")


def embargo_moment(until: datetime, zone: str, language: str) -> str:
    """The end of an embargo in the letter's zone and, where that is another, in UTC."""
    return " · ".join(moment_words(until, one, language) for one in dict.fromkeys((zone, "UTC")))


def clock_words(when: datetime, language: str) -> str:
    """The time of an aware instant of today, 24-hour clock, in UTC: "14:05 UTC"."""
    return f"{in_own_digits(f'{when.astimezone(UTC):%H:%M}', language)} UTC"


def span_words(span: timedelta, language: str) -> str:
    """A length of time, roughly: "20 days", "47 hours", "12 minutes"; anything shorter is a minute."""
    unit: Literal["day", "hour", "minute"] = (
        "day" if span >= timedelta(days=2) else "hour" if span >= timedelta(hours=2) else "minute"
    )
    whole = max(span // timedelta(**{f"{unit}s": 1}), 1) * timedelta(**{f"{unit}s": 1})
    # A threshold that nothing reaches keeps Babel from turning 20 days into 3 weeks.
    words: str = format_timedelta(whole, granularity=unit, threshold=10**9, locale=_dated(language))
    return in_own_digits(words, language)


def bytes_words(number_of_bytes: int, language: str) -> str:
    """How many bytes, roughly: "12 GB", "340 MB"; anything smaller is counted in megabytes too."""
    unit, size = ("gigabyte", 10**9) if number_of_bytes >= 10**10 else ("megabyte", 10**6)
    words = format_unit(number_of_bytes // size, f"digital-{unit}", length="short", locale=_dated(language))
    return in_own_digits(words, language)


def isolate(text: str) -> str:
    """Text from data between first-strong isolates, so that its direction disturbs nothing around it."""
    return f"{ISOLATE}{text}{END_OF_ISOLATE}"


def join(items: Sequence[str], language: str) -> str:
    """A list as a sentence has it: "a, b and c"; "" for none."""
    return format_list(items, locale=_dated(language)) if items else ""


def _day(day: date, language: str) -> str:
    words = in_own_digits(format_date(day, format="long", locale=_dated(language)), language)
    if babel_locale(language).language == "fr" and day.day == 1:
        return words.replace("1 ", "1er ", 1)
    return words


def _dated(language: str) -> Locale:
    """British English unless a region is named: the day stands before the month, and no comma before "and"."""
    locale = babel_locale(language)
    return Locale("en", "GB") if str(locale) == "en" else locale


def in_own_digits(words: str, language: str) -> str:
    """The digits that CLDR names as the language's own; Babel writes with Western ones."""
    digits = DIGITS.get(babel_locale(language).default_numbering_system)
    return words.translate(str.maketrans("0123456789", digits)) if digits else words
