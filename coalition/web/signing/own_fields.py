"""Forms of an organisation's own page: checked like those of the desk, with a token of our own."""

from __future__ import annotations

from functools import cache

from flask_babel import get_locale

from coalition import languages
from coalition.web.forms import DeskForm


class OwnFields(DeskForm):
    """Fields of a form whose token is looked at before: by the visit, or not at all where nobody is known."""

    class Meta:
        """What Flask-WTF asks for."""

        csrf = False


def spoken() -> str:
    """The tag of the language in which this page speaks."""
    return str(get_locale() or "en")


def countries() -> list[tuple[str, str]]:
    """Code and name of every country, by name."""
    return list(languages.countries_by_name(spoken()))


def country_codes() -> frozenset[str]:
    """Every country's code."""
    return frozenset(code for code, _ in languages.countries_by_name("en"))


def languages_of_mail() -> list[tuple[str, str]]:
    """Tag and name of every language that somebody may be written to in, by name."""
    named = [(tag, languages.name(tag, spoken())) for tag in languages.LETTER]
    return sorted(named, key=lambda pair: languages.sort_key(pair[1], spoken()))


def zones() -> list[tuple[str, str]]:
    """Every time zone that some country lives in, and UTC."""
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *_zones())]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted({zone for code in country_codes() for zone in languages.zones_of(code)}))
