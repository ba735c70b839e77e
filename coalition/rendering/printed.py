"""What an edition prints: plain facts, no database, no vault. Every form of a letter is made from these alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from coalition.rendering.printed_after import After

PerLanguage: TypeAlias = dict[str, str]
"""Language tag (BCP 47, lower case primary: "en", "ar") to a string."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The computed numbers of one edition (DOMAIN §2). A hidden number is simply not included.

    None is a number that is not known yet, in a draft.
    """

    signatories: int | None = 0
    organisations: int | None = 0
    individuals: int | None = 0
    countries: int | None = 0


@dataclass(frozen=True, slots=True)
class PrintedText:
    """One language of the version, as typed. `body` is Markdown (DOMAIN §2); figures still stand as placeholders."""

    language: str
    title: str | None
    body: str
    second_title: str = ""
    kicker: str = ""
    """What stands above the title in place of the kind; "": the kind."""
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
class PrintedAddressee:
    """To whom the letter speaks. `block` is "to" or "cc"; each part per language, any may be empty."""

    block: str = "to"
    style: PerLanguage = field(default_factory=dict)
    name: PerLanguage = field(default_factory=dict)
    office: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One name of the list exactly as printed. `names["und"]` is the canonical one, for languages without their own."""

    names: PerLanguage
    sort_keys: PerLanguage
    country: str = ""
    kind: str = "organisation"
    affiliation: str = ""
    is_lead: bool = False
    added_on: date | None = None
    position: int = 0

    def name(self, language: str) -> str:
        """The name in `language`, else the canonical one."""
        return self.names.get(language) or self.names["und"]

    def sort_key(self, language: str) -> str:
        """The stored collation key for `language` (coalition.languages.sort_key), else that of the canonical name."""
        return self.sort_keys.get(language) or self.sort_keys.get("und", "")


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    """A part of the list under a heading of its own. The heading may be empty in a language."""

    headings: PerLanguage
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class PrintedPhoto:
    """A photograph; `path` is its public path from the site's root; alternative text and caption stand in the text."""

    path: str
    media_type: str
    width: int
    height: int
    credit: str
    licence: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class PrintedQuotation:
    """Words for the press, and whose they are."""

    words: str
    speaker: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class PrintedPress:
    """What journalists get in one language: whom to ask, and what may be quoted."""

    contact: str = ""
    quotations: tuple[PrintedQuotation, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedAbout:
    """What the letter says of itself around its text."""

    topics: tuple[str, ...] = ()
    series: str = ""
    hashtags: tuple[str, ...] = ()
    """Without their sign."""
    countries_addressed: tuple[str, ...] = ()
    organiser: str = ""
    """Whose campaign it supports, where it supports another group's."""
    campaign: str = ""
    """That campaign's address, or empty."""
    event: PerLanguage = field(default_factory=dict)
    event_on: str = ""
    """ISO 8601 day, month or year of the event."""
    press: dict[str, PrintedPress] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """Everything one edition says in public, in every language."""

    slug: str
    kind: str
    """One of coalition.models.letter.KINDS, e.g. "open_letter"."""
    coalition_name: PerLanguage
    public_address: str
    """The site's root without a trailing slash, e.g. "https://letters.example.org"."""
    authoritative_language: str
    texts: dict[str, PrintedText]
    edition: int
    """From 1; 0 for what is not published yet."""
    published_at: datetime
    """UTC."""
    zone: str
    """IANA zone in which dates are shown."""
    figures: Figures
    withheld_count: int | None
    """How many signed with their name withheld; None when the letter does not say (hidden or below its threshold)."""
    groups: tuple[PrintedGroup, ...]
    list_order: str
    """"name" (collation of the page's language, lead first) or "hand" (position)."""
    addressees: tuple[PrintedAddressee, ...] = ()
    leads: tuple[PerLanguage, ...] = ()
    about: PrintedAbout = field(default_factory=PrintedAbout)
    place: str = ""
    printed_on: str = ""
    """ISO 8601 day, month or year: "2027-03-01", "2027-03", "2027", or empty."""
    photo: PrintedPhoto | None = None
    fingerprints: dict[str, str] = field(default_factory=dict)
    version: int = 0
    """The number of the version that is printed; 0 where it is not known."""
    asks: str = ""
    """What its page offers those who want to be on the list: "sign" while signing is open, "late" after, or ""."""
    after: After = field(default_factory=After)
    """What happened since, outside the text that was signed."""
    lagging: dict[str, int] = field(default_factory=dict)
    """Language to the version that its text follows, for a translation that lags behind the one that is printed."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The authoritative language first, then the others by tag."""
        others = sorted(tag for tag in self.texts if tag != self.authoritative_language)
        return (self.authoritative_language, *others)

    def address(self, language: str, ending: str = "") -> str:
        """The absolute address of this letter in `language`; `ending` like ".pdf" for another form."""
        path = "" if language == self.authoritative_language else f"/{language}"
        return f"{self.public_address}/letters/{self.slug}{path}{ending}"

    def ordered(self, group: PrintedGroup, language: str) -> tuple[PrintedLine, ...]:
        """The lines of a group in the order a reader of `language` sees: leads first, then as the letter says."""
        if self.list_order == "hand":
            return tuple(sorted(group.lines, key=lambda line: line.position))
        return tuple(sorted(group.lines, key=lambda line: (not line.is_lead, line.sort_key(language), line.position)))
