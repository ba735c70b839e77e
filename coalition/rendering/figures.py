"""Figures in a text: `{{signatories}}` and its kind become the computed number, or the word that goes with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coalition.languages import number, plural_class, plural_classes
from coalition.rendering.printed import Figures

NAMES = ("signatories", "organisations", "individuals", "countries")

PLACEHOLDER = re.compile(r"\{\{\s*(?P<name>\w+)\s*(?::(?P<forms>[^{}]*))?\}\}")

NOT_YET = "…"
"""Stands for a number that is not known yet: in a draft, and where the text as agreed is shown."""


@dataclass(frozen=True, slots=True)
class Unfillable:
    """A placeholder that can not be filled as it stands. Either its name is unknown, or plural forms are missing."""

    placeholder: str
    missing: tuple[str, ...] = ()
    """The plural classes (CLDR) that the language has and the placeholder does not; () where the name is unknown."""


def fill(text: str, language: str, figures: Figures | None) -> str:
    """The text with every figure in the language's digits and every plural form chosen.

    Without figures a number reads "…" and a form is that for "other". What is no figure of ours stays as typed.
    """
    return PLACEHOLDER.sub(lambda found: _value(found, language, figures), text)


def unfillable(text: str, language: str) -> Iterator[Unfillable]:
    """The placeholders of a text that an author should look at again, in their order."""
    for found in PLACEHOLDER.finditer(text):
        if found["name"] not in NAMES:
            yield Unfillable(found[0])
        elif found["forms"] is not None:
            missing = tuple(each for each in plural_classes(language) if each not in _forms(found["forms"]))
            if missing:
                yield Unfillable(found[0], missing)


def _value(found: re.Match[str], language: str, figures: Figures | None) -> str:
    if found["name"] not in NAMES:
        return found[0]
    value: int | None = getattr(figures, found["name"], None)
    if found["forms"] is None:
        return NOT_YET if value is None else number(value, language)
    forms = _forms(found["forms"])
    chosen = "other" if value is None else plural_class(value, language)
    return forms.get(chosen) or forms.get("other") or next(reversed(forms.values()), "")


def _forms(typed: str) -> dict[str, str]:
    """Forms as typed, "one=organisation | other=organisations", as a table."""
    pairs = (each.partition("=") for each in typed.split("|"))
    return {name.strip(): form.strip() for name, equals, form in pairs if equals}
