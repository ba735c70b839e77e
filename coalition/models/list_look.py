"""How a letter's list of names is printed: its form, its order in each language, and what stands beside the names."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from coalition.models.letter import LIST_ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS: Final = ("columns", "lines", "numbered", "table", "inline")
"""Columns as the page has room, one name per line, numbered, a table with the country, or one after the other."""
WORDS_LIMIT: Final = 300
BY_DATE: Final = "date"
"""Among a line's sort keys: its place by the day it was signed, kept only where a list is ordered so."""


class UnknownLook(ValueError):
    """A look that no list has; str() names the part that does not fit."""


@dataclass(frozen=True, slots=True)
class ListLook:
    """What is chosen of a list's looks. What is not said is as most lists are."""

    form: str = "columns"
    orders: dict[str, str] = field(default_factory=dict)
    """Language to its own order, one of LIST_ORDERS; the others have the letter's."""
    lead_first: bool = True
    ignores_article: bool = False
    """Whether "The", "Le", "El", "Der" or "ال" before a name counts for its place."""
    says_order: bool = False
    """Whether a note under the heading says how the list is ordered."""
    order_words: dict[str, str] = field(default_factory=dict)
    """Language to that note in the team's own words; the others say it in ours."""
    shows_logos: bool = False
    latin_after: bool = False
    """Whether a name in another script is followed by the name in Latin letters, where there is one."""
    letterhead: bool = False
    """Whether the PDF begins with the lead's logo, where there is one lead and it said yes; else with our own."""

    def __post_init__(self) -> None:
        """Raises UnknownLook where a value does not fit."""
        if self.form not in FORMS:
            raise UnknownLook("form")
        if not _is_text(self.orders) or any(order not in LIST_ORDERS for order in self.orders.values()):
            raise UnknownLook("orders")
        if not _is_text(self.order_words) or any(len(words) > WORDS_LIMIT for words in self.order_words.values()):
            raise UnknownLook("order_words")
        for name in ("lead_first", "ignores_article", "says_order", "shows_logos", "latin_after", "letterhead"):
            if not isinstance(getattr(self, name), bool):
                raise UnknownLook(name)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> ListLook:
        """From what `stored` gave. Raises UnknownLook."""
        unknown = set(stored) - {part.name for part in fields(cls)}
        if unknown:
            raise UnknownLook(min(unknown))
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        """What differs from the looks of most lists, for JSON."""
        usual = asdict(ListLook())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    def has_logo(self, *, is_lead: bool) -> bool:
        """Whether an organisation's logo is printed anywhere: beside its name, or at the head of the PDF."""
        return self.shows_logos or (self.letterhead and is_lead)

    def order_in(self, language: str, usual: str) -> str:
        """How the list is ordered in a language; `usual` is the letter's own order."""
        return self.orders.get(language, usual)

    def is_ordered(self, by: str, languages: list[str], usual: str) -> bool:
        """Whether the list is ordered in that way in one of these languages."""
        return any(self.order_in(language, usual) == by for language in languages)


def _is_text(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for pair in value.items() for part in pair)
