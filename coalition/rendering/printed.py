"""What an edition prints: plain facts, no database, no vault. Every form of a letter is made from these alone."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from coalition.languages import country_name, sort_key
from coalition.models.list_look import BY_DATE, ListLook
from coalition.rendering.printed_after import After
from coalition.rendering.printed_files import PrintedFiles

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
class PrintedLogo:
    """A logo beside a name; `path` is its public path from the site's root, named by its content."""

    path: str
    media_type: str
    content: bytes = b""


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
    """The day on which it was added after publication; None for who stood there at the release."""
    from_edition: int = 1
    """The first edition with it; one more than the edition's number where it was added since that edition."""
    position: int = 0
    country_printed: PerLanguage = field(default_factory=dict)
    """What is printed instead of the country's name, "und" for every language ("Wales", "International")."""
    logo: PrintedLogo | None = None

    def name(self, language: str) -> str:
        """The name in `language`, else the canonical one."""
        return self.names.get(language) or self.names["und"]

    def sort_key(self, language: str) -> str:
        """The stored collation key for `language` (coalition.languages.sort_key), else that of the canonical name."""
        return self.sort_keys.get(language) or self.sort_keys.get("und", "")

    def country_words(self, language: str) -> str:
        """The country as printed in `language`; "" for a line without one."""
        own = self.country_printed.get(language) or self.country_printed.get("und", "")
        return own or (country_name(self.country, language) if self.country else "")

    def latin_name(self, language: str) -> str:
        """The name in Latin letters, where the one printed in `language` has others and there is one; else ""."""
        if _is_latin(self.name(language)):
            return ""
        others = (self.names[tag] for tag in sorted(self.names, key=lambda tag: (tag != "und", tag != "en", tag)))
        return next((name for name in others if _is_latin(name)), "")


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    """A part of the list under a heading of its own. The heading may be empty in a language."""

    headings: PerLanguage
    lines: tuple[PrintedLine, ...]
    unnamed: PerLanguage = field(default_factory=dict)
    """Who signs with these and has no name ("about 500 students"): printed, never counted."""
    for_persons: bool = False


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
    """One of coalition.models.letter.LIST_ORDERS, for the languages to which `look` gives none of their own."""
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
    look: ListLook = field(default_factory=ListLook)
    """How the list is printed."""
    files: PrintedFiles = field(default_factory=PrintedFiles)
    """What its files say besides its words."""
    after: After = field(default_factory=After)
    """What happened since, outside the text that was signed."""
    changed_at: datetime | None = None
    """When something was last added to its page; a name that leaves moves no date. None where it is not known."""
    is_rolling: bool = False
    """Whether it stays open after publication: who signs stands there at once, as added since the edition."""
    lagging: dict[str, int] = field(default_factory=dict)
    """Language to the version that its text follows, for a translation that lags behind the one that is printed."""
    serial: int = 0
    """Tells the lines of its edition from all others of this process, where they are kept; else 0."""

    @property
    def lines(self) -> tuple[PrintedLine, ...]:
        """Every line of the list, group by group."""
        return tuple(line for group in self.groups for line in group.lines)

    def is_since(self, line: PrintedLine) -> bool:
        """Whether the line was added since this edition, and stands in the next one."""
        return bool(self.edition) and line.from_edition > self.edition

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
        """The lines of a group in the order a reader of `language` sees: as its look says, the lead first if so."""
        order = self.order_in(language)
        if order == "hand":
            return tuple(sorted(group.lines, key=lambda line: line.position))
        countries = {line.country_words(language) for line in group.lines} if order == "country" else set()
        places = {words: (not words, sort_key(words, language)) for words in countries}

        def place(line: PrintedLine) -> tuple[object, ...]:
            after_the_lead = self.look.lead_first and not line.is_lead
            if order == "date":
                return after_the_lead, _when(line), line.position
            within = (after_the_lead, line.sort_key(language), line.position)
            return (*places[line.country_words(language)], *within) if order == "country" else within

        return tuple(sorted(group.lines, key=place))

    def order_in(self, language: str) -> str:
        """How the list is ordered in `language`: one of coalition.models.letter.LIST_ORDERS."""
        return self.look.order_in(language, self.list_order)


def _when(line: PrintedLine) -> str:
    """When a line came in the order of signing: those of a record first, those added after publication last."""
    return line.sort_keys.get(BY_DATE) or ("~" if line.added_on else "")


def _is_latin(name: str) -> bool:
    first = next((character for character in name if character.isalpha()), "")
    return bool(first) and unicodedata.name(first, "").startswith("LATIN")
