"""What the authoritative text has and its translation lacks: found by structure alone, in any two languages.

Nobody can tell by machine which of three points was left out; so it is told how many, and under which heading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coalition.rendering.paragraphs import PLAIN_PARTS, Paragraph, paragraphs

if TYPE_CHECKING:
    from coalition.models.version import Text

OUTSIDE = (
    "kicker",
    "second_title",
    "deck_speaker",
    "list_heading",
    "contact_line",
    "short_title",
    "photo_caption",
    "photo_alternative",
)
"""Parts beside what is agreed to that readers see."""
COUNTED_THROUGH = ("recommendation", "footnote")
"""Their numbers run through the letter and are spoken of: they are equal in all languages."""
BY_SECTION = ("paragraph", "item", "quote", "speaker", "row", "code")


@dataclass(frozen=True, slots=True)
class MissingPart:
    """Something that one text has and the other lacks."""

    kind: str
    """A part of the text ("title", "photo_caption"), or a kind of paragraph (coalition.rendering.paragraphs.KINDS)."""
    number: int = 1
    """How many are missing; below 0 where the translation has more of them."""
    under: str = ""
    """The authoritative text's heading under which they are missing; "" before any, or where it can not be told."""


def missing_parts(original: Text, translation: Text) -> list[MissingPart]:
    """What `translation` lacks of `original`, in the order of reading; [] for one that is not begun."""
    if translation.is_empty:
        return []
    lacking = [
        MissingPart(part)
        for part in (*PLAIN_PARTS, *OUTSIDE)
        if getattr(original, part).strip() and not getattr(translation, part).strip()
    ]
    return lacking + list(_in_body(_body(original), _body(translation)))


def counted(text: Text) -> dict[str, int]:
    """How many recommendations and footnotes a text has."""
    kinds = Counter(_ones(_body(text)))
    return {kind: kinds[kind] for kind in COUNTED_THROUGH}


def _body(text: Text) -> list[Paragraph]:
    return [each for each in paragraphs(text.body) if each.part == "body"]


def _in_body(original: list[Paragraph], translation: list[Paragraph]) -> Iterator[MissingPart]:
    there, here = Counter(_ones(original)), Counter(_ones(translation))
    for kind in ("heading", *COUNTED_THROUGH):
        if here[kind] < there[kind] or (kind in COUNTED_THROUGH and here[kind] > there[kind]):
            yield MissingPart(kind, there[kind] - here[kind])
    if there["heading"] == here["heading"]:
        for section, counterpart in zip(_sections(original), _sections(translation), strict=True):
            heading = section[0].plain if section and section[0].kind == "heading" else ""
            yield from _by_kind(section, counterpart, heading)
    else:
        yield from _by_kind(original, translation, "")


def _by_kind(original: list[Paragraph], translation: list[Paragraph], under: str) -> Iterator[MissingPart]:
    there, here = Counter(_ones(original)), Counter(_ones(translation))
    for kind in BY_SECTION:
        if here[kind] < there[kind]:
            yield MissingPart(kind, there[kind] - here[kind], under)


def _ones(body: Iterable[Paragraph]) -> Iterator[str]:
    """The kinds of what is counted: an item of several paragraphs is one item, and so is a footnote."""
    notes: set[str] = set()
    for each in body:
        if each.kind == "footnote":
            if each.anchor:
                notes.add(each.anchor)
                yield each.kind
        elif each.kind not in {"item", "recommendation"} or each.marker:
            yield each.kind


def _sections(body: list[Paragraph]) -> list[list[Paragraph]]:
    """The body cut before each heading; footnotes stand in none."""
    found: list[list[Paragraph]] = [[]]
    for each in body:
        if each.kind == "footnote":
            continue
        if each.kind == "heading":
            found.append([])
        found[-1].append(each)
    return found
