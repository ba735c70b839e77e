"""The archive: every published letter in its order, filtered and searched by what stands in the address.

Nothing of the list of names is read here but how many there are. Who signed what is never asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from anyascii import anyascii
from sqlalchemy import func, select

from coalition.intake.names import fold
from coalition.models.edition import Edition, PublicLine
from coalition.models.letter import KINDS, Letter
from coalition.models.public import PublicLetter
from coalition.models.site import SearchText
from coalition.rendering.edition import figures, letter_of_facts, said_of_withheld
from coalition.rendering.printed import PrintedLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.house import House
    from coalition.rendering.printed import PrintedLetter

ASKED: Final = ("q", "kind", "year", "country", "topic", "language", "page")
"""What an address of the archive may ask; anything else behind its question mark changes nothing."""
ON_A_PAGE: Final = 50
WORDS_LIMIT: Final = 200
MOST_WORDS: Final = 10
_UNREADABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks the archive for; "" is everything."""

    q: str = ""
    kind: str = ""
    year: str = ""
    country: str = ""
    topic: str = ""
    """A topic's slug."""
    language: str = ""
    page: int = 1

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Asked:
        """As an address says it; what fits nothing that we have finds nothing, and what can not be read is left out."""
        said = {name: _UNREADABLE.sub(" ", sent.get(name, "")).strip()[:WORDS_LIMIT] for name in ASKED}
        page = said.pop("page")
        return cls(**said, page=int(page) if page.isdecimal() and len(page) <= 4 and int(page) else 1)

    @property
    def is_everything(self) -> bool:
        """Whether no filter is set."""
        return not any((self.q, self.kind, self.year, self.country, self.topic, self.language))

    def query(self, page: int = 1) -> str:
        """The same question behind an address, on another page of its answer; "" for the page that is stored."""
        named = {name: getattr(self, name) for name in ASKED[:-1] if getattr(self, name)}
        return urlencode(named | ({"page": str(page)} if page > 1 else {}))


@dataclass(frozen=True, slots=True)
class Filed:
    """What the filters read of a published letter."""

    letter_id: UUID
    kind: str
    year: str
    topics: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    published_at: datetime
    is_announced: bool
    """Whether feeds tell of it; before that its release can be undone."""
    is_retracted: bool


def topic_slug(topic: str) -> str:
    """A topic in an address: Latin letters, figures and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(topic).casefold()).strip("-")[:80] or "topic"


def filed(session: Session, house: House) -> list[Filed]:
    """Every letter that was published, in the archive's order."""
    speaks: dict[UUID, list[str]] = {}
    for letter_id, language in session.execute(select(SearchText.letter_id, SearchText.language)):
        speaks.setdefault(letter_id, []).append(language)
    rows = session.execute(
        select(
            PublicLetter.letter_id,
            PublicLetter.first_published_at,
            Letter.kind,
            Letter.printed_on,
            Letter.zone,
            Letter.topics,
            Letter.countries_addressed,
            PublicLetter.announced_at,
            PublicLetter.retracted_at,
        )
        .join(Letter, Letter.id == PublicLetter.letter_id)
        .order_by(*_order(house))
    )
    return [
        Filed(
            letter_id=row.letter_id,
            kind=row.kind,
            year=row.printed_on[:4] or str(row.first_published_at.astimezone(ZoneInfo(row.zone)).year),
            topics=tuple(row.topics),
            countries=tuple(row.countries_addressed),
            languages=tuple(sorted(speaks.get(row.letter_id, ()))),
            published_at=row.first_published_at,
            is_announced=row.announced_at is not None,
            is_retracted=row.retracted_at is not None,
        )
        for row in rows
    ]


def _order(house: House) -> tuple[Any, ...]:
    """By hand: those with a place, then the others by date; else by date alone. The newest first."""
    by_date = (PublicLetter.first_published_at.desc(), PublicLetter.slug)
    by_hand = (PublicLetter.place.is_(None), PublicLetter.place)
    return (*by_hand, *by_date) if house.archive_by_hand else by_date


def found(session: Session, all_filed: Sequence[Filed], asked: Asked) -> list[Filed]:
    """Those of the letters that fit what is asked, in the same order; one that was retracted fits nothing."""
    fitting = [one for one in all_filed if fits(one, asked) and not one.is_retracted]
    words = fold(asked.q).split()[:MOST_WORDS]
    if not words:
        return [] if asked.q else fitting
    query = select(SearchText.letter_id).distinct()
    for word in words:
        query = query.where(SearchText.folded.contains(word, autoescape=True))
    if asked.language:
        query = query.where(SearchText.language == asked.language)
    hits = set(session.scalars(query))
    return [one for one in fitting if one.letter_id in hits]


def fits(one: Filed, asked: Asked) -> bool:
    """Whether a letter passes the filters, whatever words are searched for."""
    return (
        asked.kind in {"", one.kind}
        and asked.year in {"", one.year}
        and (not asked.country or asked.country in one.countries)
        and (not asked.topic or asked.topic in map(topic_slug, one.topics))
        and (not asked.language or asked.language in one.languages)
    )


def on_page(all_found: Sequence[Filed], asked: Asked) -> tuple[Asked, int, Sequence[Filed]]:
    """What stands on the page that is asked for: the question with a page that exists, the last one, the letters."""
    last = max((len(all_found) - 1) // ON_A_PAGE + 1, 1)
    page = min(asked.page, last)
    return replace(asked, page=page), last, all_found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]


def kinds_of(all_filed: Iterable[Filed]) -> list[str]:
    """The kinds there are, in the order in which the desk offers them."""
    present = {one.kind for one in all_filed}
    return [kind for kind in KINDS if kind in present]


def topics_of(all_filed: Iterable[Filed]) -> dict[str, str]:
    """The topics there are: slug to words, by slug."""
    return dict(sorted((topic_slug(topic), topic) for one in all_filed for topic in one.topics))


def outlines(session: Session, letter_ids: Sequence[UUID]) -> list[tuple[PublicLetter, PrintedLetter]]:
    """Published letters as lists of letters show them: their texts and figures, without the names."""
    by_id = {
        public.letter_id: (public, edition)
        for public, edition in session.execute(
            select(PublicLetter, Edition)
            .join(Edition, Edition.id == PublicLetter.edition_id)
            .where(PublicLetter.letter_id.in_(letter_ids))
        )
    }
    counted = _counted_lines(session, [(public.letter_id, edition.number) for public, edition in by_id.values()])
    return [
        (public, _outline(session, public, edition, counted.get(public.letter_id, [])))
        for public, edition in (by_id[one] for one in letter_ids if one in by_id)
    ]


def _outline(session: Session, public: PublicLetter, edition: Edition, lines: list[PrintedLine]) -> PrintedLetter:
    facts = edition.printed
    withheld = said_of_withheld(public, edition)
    counted = figures(lines, withheld or 0, counts_lead=facts["counts_lead"], counts_withheld=facts["counts_withheld"])
    return letter_of_facts(
        session,
        facts,
        slug=public.slug,
        edition=edition.number,
        published_at=edition.published_at,
        figures=counted,
        withheld_count=withheld,
    )


def _counted_lines(session: Session, editions: Sequence[tuple[UUID, int]]) -> dict[UUID, list[PrintedLine]]:
    """The lines that readers see of each letter, with no more of them than is counted."""
    numbers, counted = dict(editions), dict[Any, list[PrintedLine]]()
    alike = (
        PublicLine.letter_id, PublicLine.from_edition, PublicLine.until_edition,
        PublicLine.country, PublicLine.kind, PublicLine.is_lead,
    )  # fmt: skip
    query = select(*alike, func.count().label("number")).where(PublicLine.letter_id.in_(numbers)).group_by(*alike)
    for row in session.execute(query):
        number = numbers[row.letter_id]
        if row.from_edition <= number + 1 and (row.until_edition is None or row.until_edition > number):
            line = PrintedLine(names={}, sort_keys={}, country=row.country, kind=row.kind, is_lead=row.is_lead)
            counted.setdefault(row.letter_id, []).extend([line] * row.number)
    return counted
