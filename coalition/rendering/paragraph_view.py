"""A paragraph as pages show it beside what is said about it: what it is called, its words, and how they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coalition import languages
from coalition.rendering.figures import fill
from coalition.rendering.paragraphs import CODE, LINK, NOTE, Paragraph, Run, paragraphs
from coalition.rendering.redline import Spot
from coalition.rendering.redline_view import Bit, spot_name

if TYPE_CHECKING:
    from coalition.models.version import Text


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """What templates/components/paragraph.html shows of a paragraph."""

    key: str
    name: str
    """"Paragraph 3", in the words of the page."""
    role: str
    """As Paragraph.kind."""
    marker: str
    level: int
    bits: tuple[Bit, ...]


def paragraph_views(text: Text, page_language: str) -> list[ParagraphView]:
    """Every paragraph of a text, in the order of reading."""
    return [paragraph_view(each, text.language, page_language) for each in paragraphs(text)]


def paragraph_view(paragraph: Paragraph, text_language: str, page_language: str) -> ParagraphView:
    """One paragraph of a text in one language, for a page in another."""
    return ParagraphView(
        key=paragraph.key,
        name=paragraph_name(paragraph, page_language),
        role=paragraph.kind,
        marker=_marker(_typed_marker(paragraph), text_language),
        level=paragraph.level,
        bits=tuple(_bit(run, text_language) for run in paragraph.runs),
    )


def paragraph_name(paragraph: Paragraph, page_language: str) -> str:
    """What a paragraph is called, in the present language: "Paragraph 3"."""
    spot = Spot(0, paragraph.key, paragraph.part, paragraph.kind, paragraph.number, paragraph.anchor)
    return spot_name(spot, page_language)


def _bit(run: Run, language: str) -> Bit:
    address = next((mark.removeprefix(LINK) for mark in run.marks if mark.startswith(LINK)), "")
    is_note = NOTE in run.marks
    words = run.text.strip("[]") if is_note else fill(run.text, language, None)
    return Bit(
        lines=tuple(words.split("\n")),
        is_strong="strong" in run.marks,
        is_emphasis="em" in run.marks,
        is_code=CODE in run.marks,
        is_note=is_note,
        address=address,
    )


def _typed_marker(paragraph: Paragraph) -> str:
    """What stands before it: that of its list, or a footnote's number."""
    return f"{paragraph.number}." if paragraph.kind == "footnote" else paragraph.marker


def _marker(marker: str, language: str) -> str:
    """A list's number in the digits of the text; a dash for whatever a page shows before other items."""
    number = marker.rstrip(".)")
    if not number.isdigit():
        return "–" if marker else ""
    return languages.number(int(number), language) + marker[len(number) :]
