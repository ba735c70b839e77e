"""What a column of a sheet can hold, and how that is guessed from what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from coalition.intake.countries import country_code, is_no_country
from coalition.intake.language_names import language_code
from coalition.languages import is_zone


class Field(StrEnum):
    """What one column tells about an organisation or its contact."""

    ORGANISATION = "organisation"
    NAME_IN = "name_in"
    ACRONYM = "acronym"
    COUNTRY = "country"
    CONTACT = "contact"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    ADDRESS = "address"
    LANGUAGE = "language"
    ZONE = "zone"
    TELEPHONE = "telephone"
    ROLE = "role"
    SAFE_MAIL = "safe_mail"
    SITE = "site"
    STANDING = "standing"
    GROUPS = "groups"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, for NAME_IN the language, and the heading as typed (empty where guessed)."""

    field: Field
    heading: str = ""
    language: str = ""


_SAMPLE = 300
_MOST = 0.6
_TELEPHONE = re.compile(r"[+(]?\d[\d\s().\-/]{5,24}$")
_SITE = re.compile(r"(https?://|www\.)\S+$", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ0-9.&-]{1,9}$")
_PERSON = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Mme|M)\.? )?[^\W\d_][\w'’.-]+"
    r"(?: (?:[A-Z]\.|de|da|del|van|von|el|al|bin|ben|[^\W\d_][\w'’-]+)){1,3}$"
)
_NO_PERSON = re.compile(
    r"\b(?:(?:and|for|of|the|et|pour|des|y|para|por|red)\b|e\.V|associa|asocia|foundation|funda|fondation|network|r[ée]seau|"
    r"rights|centr|group|union|institut|society|council|committee|comit|project|europe|international|watch|organi)",
    re.IGNORECASE,
)


def guessed(rows: Sequence[Sequence[str]], columns: Sequence[Column] = ()) -> tuple[Column, ...]:
    """The columns of rows without headings; `columns` that are known already (from headings) stay as they are."""
    width = max((len(row) for row in rows), default=0)
    found: list[Column | None] = [*columns, *([None] * (width - len(columns)))]
    taken = {column.field for column in columns}
    samples = [[row[at].strip() for row in rows[:_SAMPLE] if at < len(row) and row[at].strip()] for at in range(width)]
    for field in (Field.ADDRESS, Field.SITE, Field.ZONE, Field.COUNTRY, Field.LANGUAGE, Field.TELEPHONE):
        free = [at for at in range(width) if found[at] is None and samples[at]]
        best = max(free, key=lambda at: _share(field, samples[at]) * len(samples[at]), default=None)
        if field not in taken and best is not None and _share(field, samples[best]) >= _MOST:
            found[best] = Column(field)
    _guess_texts(found, samples, taken)
    return tuple(column or Column(Field.LEFT_OUT) for column in found)


@lru_cache(maxsize=8192)
def kind_of(cell: str) -> Field | None:
    """What a single cell is by itself (an address, a country, …), or None for a name or anything else."""
    text = cell.strip()
    first, second = (
        (Field.LANGUAGE, Field.COUNTRY) if len(text) == 2 and text.islower() else (Field.COUNTRY, Field.LANGUAGE)
    )
    for field in (Field.ADDRESS, Field.SITE, Field.ZONE, Field.TELEPHONE, first, second):
        if _is(field, text):
            return field
    return None


def looks_like_person(text: str) -> bool:
    """Whether the words are built like a person's name and hold no word of organisations; only a hint."""
    return bool(_PERSON.match(text)) and not _NO_PERSON.search(text)


def is_known_zone(text: str) -> bool:
    """Whether it is an IANA time zone with an area, written as usual: "Africa/Nairobi"."""
    return "/" in text and is_zone(text)


def _guess_texts(found: list[Column | None], samples: list[list[str]], taken: set[Field]) -> None:
    """Fill in organisation, acronym and contact among the columns that are none of the plain kinds."""
    free = [at for at, column in enumerate(found) if column is None and samples[at] and not _are_numbers(samples[at])]
    acronyms = [at for at in free if _part(samples[at], lambda cell: bool(_ACRONYM.match(cell))) >= 0.7]
    if Field.ACRONYM not in taken and len(free) - len(acronyms) >= 1 and acronyms:
        found[acronyms[0]] = Column(Field.ACRONYM)
        free.remove(acronyms[0])
    if Field.ORGANISATION not in taken and free:
        people = [_part(samples[at], looks_like_person) for at in free]
        second = len(free) > 1 and people[0] >= 0.8 and people[1] < 0.5
        found[free.pop(1 if second else 0)] = Column(Field.ORGANISATION)
    if Field.CONTACT not in taken and free:
        found[free[0]] = Column(Field.CONTACT)


def _are_numbers(cells: list[str]) -> bool:
    return all(cell.rstrip(".)").isdigit() for cell in cells)


def _share(field: Field, cells: list[str]) -> float:
    if field in {Field.COUNTRY, Field.LANGUAGE}:
        # "fr" and "es" are both: what every cell says together decides, small letters for languages.
        return _part(
            cells, lambda cell: kind_of(cell) is field or (_is(field, cell) and not (len(cell) == 2 and cell.islower()))
        )
    return _part(cells, lambda cell: _is(field, cell))


def _part(cells: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells)


def _is(field: Field, text: str) -> bool:
    return _TESTS[field](text)


def _is_address(text: str) -> bool:
    return any(mark in text for mark in ("@", "＠", "(at)", "[at]"))


_TESTS: dict[Field, Callable[[str], bool]] = {
    Field.ADDRESS: _is_address,
    Field.SITE: lambda text: bool(_SITE.match(text)),
    Field.ZONE: is_known_zone,
    Field.TELEPHONE: lambda text: bool(_TELEPHONE.match(text)),
    Field.COUNTRY: lambda text: country_code(text) is not None or is_no_country(text),
    Field.LANGUAGE: lambda text: language_code(text) is not None,
}
