"""What the desk's lists offer: countries, languages, time zones, in the reader's own words and order."""

from __future__ import annotations

from functools import cache

from flask_babel import get_locale

from coalition import languages


def spoken() -> str:
    """The tag of the language in which this page speaks."""
    return str(get_locale() or "en")


def countries() -> list[tuple[str, str]]:
    """Code and name of every country, by name."""
    return list(languages.countries_by_name(spoken()))


def country_codes() -> frozenset[str]:
    """Every country's code."""
    return frozenset(code for code, _ in languages.countries_by_name("en"))


def contact_languages() -> list[tuple[str, str]]:
    """Tag and name of every language that somebody may be written to in, by name."""
    return list(_contact_languages(spoken()))


def desk_languages() -> list[tuple[str, str]]:
    """The languages that the desk itself speaks, each named in itself."""
    return [(tag, languages.endonym(tag)) for tag in languages.DESK]


def zones() -> list[tuple[str, str]]:
    """Every time zone that some country lives in, and UTC."""
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *_zones())]


@cache
def _contact_languages(language: str) -> tuple[tuple[str, str], ...]:
    named = [(tag, languages.name(tag, language)) for tag in languages.LETTER]
    return tuple(sorted(named, key=lambda pair: languages.sort_key(pair[1], language)))


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted({zone for code in country_codes() for zone in languages.zones_of(code)}))
