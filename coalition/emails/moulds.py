"""A mail made once for many: what all recipients read is rendered with gaps, which each one's own facts then fill.

Rendering and inlining the style is most of what a mail costs. A gap stands in the place of a name or an address while
the templates run, and is filled in the finished words, written as each form has it. What is filled is the very mail
that the templates would have made; a fact of which that is not sure goes through the templates itself.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, fields, replace
from html import escape
from typing import TYPE_CHECKING, Any, Final

from coalition.languages.tags import RIGHT_TO_LEFT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coalition.emails.words import Words

PERSONAL: Final = frozenset(
    {
        "to_name", "organisation", "printed_name", "former_name", "affiliation", "person", "colleague", "who_sees",
        "recorded_at", "link", "mute_link", "code",
    }
)  # fmt: skip
"""Facts that differ from one recipient to the next and steer no template, but by being empty."""
OPENS, CLOSES = f"\ue000{secrets.token_hex(8)}.", "\ue001"
"""Around a gap's name: signs of no meaning (private use) and of this process alone, so that nobody can write a gap."""
STRONG: Final = "א"
"""In a gap for a name that runs from right to left: it is isolated as the name would be."""
GAP: Final = re.compile(f"{OPENS}{STRONG}?([a-z_]+){CLOSES}")
TAG: Final = re.compile(r"<[^<>]*>")
UNFIT: Final = re.compile(r"[\0-\x1f\x7f-\x9f]|^\s|\s$|[^\S\u00a0\u202f]{2}|[^\S \u00a0\u202f]")
"""Whatever lines and subjects are tidied of: line breaks, blanks at an end, two blanks, unusual ones."""
FIT_FOR_A_TAG: Final = re.compile(r"[A-Za-z0-9:/?=._~+%#-]+")


def with_gaps(words: Words) -> tuple[Words, dict[str, str]]:
    """The facts with gaps for the personal ones, and what fills them."""
    values = {
        field.name: str(getattr(words, field.name)) for field in fields(words) if _is_personal(field.name, field.type)
    }
    fit = {name: value for name, value in values.items() if value and not UNFIT.search(value)}
    gaps: dict[str, Any] = {name: _gap(name, value) for name, value in fit.items()}
    return replace(words, **gaps), fit


def _is_personal(name: str, kind: object) -> bool:
    """Whether a field can be a gap: free words, not one of a few that the templates choose by."""
    return name in PERSONAL and kind in {"str", str}


def _gap(name: str, value: str) -> str:
    is_rtl = not value.isascii() and any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT for sign in value)
    strong = STRONG if is_rtl else ""
    return f"{OPENS}{strong}{name}{CLOSES}"


@dataclass(frozen=True, slots=True)
class Mould:
    """A mail's words with gaps, each form cut at them: at odd places stands the name of what fills it."""

    subject: tuple[str, ...]
    text: tuple[str, ...]
    html: tuple[str, ...]
    in_tags: frozenset[str]
    """Gaps that stand in an attribute."""

    @classmethod
    def of(cls, subject: str, text: str, html: str) -> Mould:
        """The mould of what the templates made of facts with gaps."""
        in_tags = frozenset(name for tag in TAG.findall(html) for name in GAP.findall(tag))
        return cls(tuple(GAP.split(subject)), tuple(GAP.split(text)), tuple(GAP.split(html)), in_tags)

    def takes(self, values: Mapping[str, str]) -> bool:
        """Whether the values can be filled in as they are, also where they stand in an attribute."""
        return all(FIT_FOR_A_TAG.fullmatch(values[name]) for name in self.in_tags)

    def filled(self, values: Mapping[str, str]) -> tuple[str, str, str]:
        """Subject, text and HTML of one recipient."""
        marked_up = {name: _marked_up(value) for name, value in values.items()}
        return _joined(self.subject, values), _joined(self.text, values), _joined(self.html, marked_up)


def _joined(cut: tuple[str, ...], values: Mapping[str, str]) -> str:
    return "".join(values[piece] if place % 2 else piece for place, piece in enumerate(cut))


def _marked_up(value: str) -> str:
    """As the inliner writes words: the three signs of markup and the no-break space, and no quotation mark."""
    return escape(value, quote=False).replace("\u00a0", "&nbsp;")
