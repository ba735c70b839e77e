"""What the desk's lists offer: countries, languages, time zones, in the reader's own words and order."""

from __future__ import annotations

from functools import cache

from babel import Locale
from flask_babel import get_locale

from coalition import languages
from coalition.web.locale import DESK_LANGUAGES

NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def spoken() -> str:
    """The tag of the language in which this page speaks."""
    return str(get_locale() or "en")


def countries() -> list[tuple[str, str]]:
    """Code and name of every country, by name."""
    return list(_countries(spoken()))


def country_codes() -> frozenset[str]:
    """Every country's code."""
    return frozenset(code for code, _ in _countries("en"))


def contact_languages() -> list[tuple[str, str]]:
    """Tag and name of every language that somebody may be written to in, by name."""
    return list(_contact_languages(spoken()))


def desk_languages() -> list[tuple[str, str]]:
    """The languages that the desk itself speaks, each named in itself."""
    return [(tag, languages.endonym(tag)) for tag in DESK_LANGUAGES]


def zones() -> list[tuple[str, str]]:
    """Every time zone that some country lives in, and UTC."""
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *_zones())]


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    codes = (str(code) for code in Locale("en").territories)
    named = [
        (code, languages.country_name(code, language))
        for code in codes
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return tuple(sorted(named, key=lambda pair: languages.sort_key(pair[1], language)))


@cache
def _contact_languages(language: str) -> tuple[tuple[str, str], ...]:
    named = [(tag, languages.name(tag, language)) for tag in languages.LETTER]
    return tuple(sorted(named, key=lambda pair: languages.sort_key(pair[1], language)))


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted({zone for code in country_codes() for zone in languages.zones_of(code)}))
