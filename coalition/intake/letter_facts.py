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
class Logo:
    """A picture beside a name."""

    media_type: str
    content: bytes


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
    from_edition: int = 1
    """The first edition with it; one more than the file's where it was added since."""
    logo: Logo | None = None
    """Printed beside the name, with the yes of whose it is."""


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A part of the list in its order, under a heading per language (which may be empty)."""

    lines: tuple[Line, ...]
    headings: PerLanguage = field(default_factory=dict)
    unnamed: PerLanguage = field(default_factory=dict)
    """Who signs with these and has no name; never counted."""
    for_persons: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words for the press, and whose they are."""

    words: str
    speaker: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """What journalists get in one language."""

    contact: str = ""
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Support:
    """Whose campaign the letter supports, and where that stands."""

    organiser: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a letter says of itself around its text."""

    topics: tuple[str, ...] = ()
    series: str = ""
    hashtags: tuple[str, ...] = ()
    """Without their sign."""
    countries_addressed: tuple[str, ...] = ()
    support: Support | None = None
    event: PerLanguage = field(default_factory=dict)
    event_on: str = ""
    """ISO 8601 day, month or year."""
    press: dict[str, Press] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A document attached to the letter; `language` is its own, "" where it has none."""

    file_name: str
    media_type: str
    labels: PerLanguage = field(default_factory=dict)
    language: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Note:
    """A dated note outside the text that was signed; `published_at` None: not published, only in an archive."""

    kind: str
    dated_on: date
    words: PerLanguage
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """That the letter was brought to an addressee: the number of its place among them, from 1."""

    addressee: int
    way: str
    delivered_on: date
    by_name: str = ""
    acknowledged_on: date | None = None
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Response:
    """What an addressee (by its place, from 1) or somebody else (`names`) answered, and to which recommendations."""

    responded_on: date
    words: PerLanguage
    addressee: int | None = None
    names: PerLanguage = field(default_factory=dict)
    recommendations: tuple[str, ...] = ()
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Retraction:
    """When and why the letter was retracted."""

    at: datetime
    words: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted."""

    signatories: int = 0
    organisations: int = 0
    individuals: int = 0
    countries: int = 0


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition, with what it counts less the names that were taken off since."""

    number: int
    published_at: datetime
    how: str = "release"
    """One of "release", "hand", "daily"."""
    figures: Figures = field(default_factory=Figures)
    withheld: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """The end of an address under which the letter stood; `left_at` None: under which it stands."""

    slug: str
    left_at: datetime | None = None


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
    about: About = field(default_factory=About)
    documents: tuple[Document, ...] = ()
    notes: tuple[Note, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    responses: tuple[Response, ...] = ()
    editions: tuple[Edition, ...] = ()
    """Every edition, the first first."""
    addresses: tuple[Address, ...] = ()
    """Where it stood in public, the first first."""
    retraction: Retraction | None = None
