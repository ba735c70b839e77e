"""What a letter file holds: the public facts of one letter, as they are read and written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

PerLanguage = dict[str, str]
"""Language tag to text; "und" is the canonical one, for languages that have none of their own."""


@dataclass(frozen=True, slots=True)
class Text:
    """The parts of the letter in one language, as typed; `body` is Markdown with figures as placeholders."""

    body: str
    title: str = ""
    second_title: str = ""
    kicker: str = ""
    short_title: str = ""
    deck: str = ""
    deck_speaker: str = ""
    salutation: str = ""
    closing: str = ""
    disclaimers: str = ""
    list_heading: str = ""
    photo_caption: str = ""
    photo_alternative: str = ""
    contact_line: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the letter speaks; `block` is "to" or "cc"."""

    block: str = "to"
    style: PerLanguage = field(default_factory=dict)
    name: PerLanguage = field(default_factory=dict)
    office: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Photo:
    """The photo: its bytes, or the name of a file beside the letter file. Caption and alternative are in the texts."""

    media_type: str
    credit: str
    licence: str = ""
    file: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Line:
    """A name of the list, character for character as printed; `names` always holds "und"."""

    names: PerLanguage
    country: str = ""
    kind: str = "organisation"
    affiliation: str = ""
    is_lead: bool = False
    added_on: date | None = None
    country_printed: PerLanguage = field(default_factory=dict)
    """What is printed instead of the country's name."""


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A part of the list in its order, under a heading per language (which may be empty)."""

    lines: tuple[Line, ...]
    headings: PerLanguage = field(default_factory=dict)
    unnamed: PerLanguage = field(default_factory=dict)
    """Who signs with these and has no name; never counted."""
    for_persons: bool = False


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The public facts of one letter."""

    kind: str
    authoritative_language: str
    texts: dict[str, Text]
    groups: tuple[ListGroup, ...] = ()
    edition: int | None = None
    published_at: datetime | None = None
    """UTC."""
    zone: str = "UTC"
    place: str = ""
    printed_on: str = ""
    """ISO 8601 day, month or year; empty: the day of publication."""
    addressees: tuple[Addressee, ...] = ()
    leads: tuple[PerLanguage, ...] = ()
    photo: Photo | None = None
    list_order: str = "name"
    """One of "name", "country", "date", "hand"."""
    look: dict[str, Any] = field(default_factory=dict)
    """How the list is printed, as far as it is not the usual way (coalition.models.list_look)."""
    counts_lead: bool = True
    counts_withheld: bool = True
    withheld_threshold: int = 1
    withheld: int | None = None
    """How many signed with their name withheld; None where the letter does not say."""
