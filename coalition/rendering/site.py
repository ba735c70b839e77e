"""What the site says of itself: the page that lists the letters, and the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import config
from coalition.languages import INTERFACE
from coalition.rendering.feed import FeedEntry, atom
from coalition.rendering.home import home_page
from coalition.rendering.words import filled, heading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from coalition.models.house import House
    from coalition.models.public import PublicLetter
    from coalition.rendering.printed import PrintedLetter


def languages_of(house: House) -> tuple[str, ...]:
    """The languages of the site's own pages, the house's first."""
    return (house.language, *(tag for tag in INTERFACE if tag != house.language))


def home(house: House, letters: Sequence[PrintedLetter], language: str) -> bytes:
    """The page of published letters in one language."""
    return home_page(
        letters,
        language,
        coalition_name=house.name(language),
        public_address=config.settings().root,
        languages=languages_of(house),
    ).encode()


def feed(house: House, letters: Sequence[tuple[PublicLetter, PrintedLetter]]) -> bytes:
    """The Atom feed of all published letters, each in its authoritative language.

    One whose release can still be undone is not among them.
    """
    letters = [(public, letter) for public, letter in letters if public.announced_at is not None]
    root = config.settings().root
    return atom(
        [_entry(public, letter) for public, letter in letters],
        id=f"{root}/feed.atom",
        title=house.name(house.language),
        address=f"{root}/",
        feed_address=f"{root}/feed.atom",
        author=house.name(house.language),
        language=house.language,
        updated=_last_change(house, letters),
    )


def _entry(public: PublicLetter, letter: PrintedLetter) -> FeedEntry:
    text = filled(letter, letter.authoritative_language)
    return FeedEntry(
        id=f"urn:uuid:{public.letter_id}",
        title=text.title or heading(letter, text),
        language=letter.authoritative_language,
        address=letter.address(letter.authoritative_language),
        published=public.first_published_at,
        updated=public.updated_at,
        summary=text.deck,
        kind=letter.kind,
    )


def _last_change(house: House, letters: Sequence[tuple[PublicLetter, PrintedLetter]]) -> datetime:
    return max((public.updated_at for public, _ in letters), default=house.founded_at)
