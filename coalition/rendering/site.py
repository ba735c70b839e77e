"""What the site says of itself: the page that lists the letters, and the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import config
from coalition.languages import INTERFACE
from coalition.rendering.home import home_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coalition.models.house import House
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
