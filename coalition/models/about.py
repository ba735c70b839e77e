"""What a letter says of itself around its text, in the shape in which publication freezes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from coalition.models.letter import Letter

PARTS: Final = (
    "topics",
    "series",
    "hashtags",
    "countries_addressed",
    "support",
    "event",
    "event_on",
    "press",
)


def about_facts(letter: Letter) -> dict[str, Any]:
    """Topics, series, hashtags, countries, support, event and press blocks of a letter, by name."""
    return {part: getattr(letter, part) for part in PARTS}
