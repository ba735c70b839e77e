"""The body of a letter in a word file: its blocks and words, from the same nodes as the PDF's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from coalition.languages import number
from coalition.rendering.docx.elements import PLAIN, Look, paragraph, runs, w
from coalition.rendering.docx.endnotes import add_endnote, endnotes_part, first_reference, later_reference
from coalition.rendering.docx.lists import BRACKETS, BULLETS, POINTS, listed, new_list
from coalition.rendering.docx.locales import has_italics
from coalition.rendering.docx.paper import DEEPEST, STEP
from coalition.rendering.docx.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docx.document import Document
    from docx.opc.part import Part
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

    from coalition.rendering.text.blocks import Node

LINK: Final = Look(style="Hyperlink")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: how deep in lists and in quotations, and in which style its words are."""

    style: str = "Normal"
    depth: int = 0
    """Lists around it; 0 for none."""
    in_quote: bool = False


class Body:
    """Makes the paragraphs of one body, with its lists and endnotes in the document's own parts."""

    def __init__(self, document: Document, language: str) -> None:
        self._document = document
        self._language = language
        self._part: Part = document.part
        self._notes: dict[int, list[Node]] = {}
        self._seen: set[int] = set()

    def blocks(self, nodes: list[Node]) -> Iterator[Element]:
        """The blocks of `coalition.rendering.text.to_typst_data`; its notes become endnotes of the document."""
        self._notes = {note["number"]: note["inside"] for node in nodes for note in node.get("notes", ())}
        for node in nodes:
            if node["kind"] != "notes":
                yield from self._block(node, _Place())
        if self._seen:
            self._add_notes()

    def _add_notes(self) -> None:
        part = endnotes_part(self._document)
        self._part = part
        place = 0
        # A note may refer to another: those seen while the notes are made are made too.
        while place < len(self._seen):
            found = sorted(self._seen)[place]
            inside = [each for node in self._notes[found] for each in self._block(node, _Place("EndnoteText"))]
            add_endnote(part, found, inside or [self._paragraph("EndnoteText")])
            place += 1
        self._part = self._document.part

    def _block(self, node: Node, place: _Place) -> Iterator[Element]:
        match node["kind"]:
            case "paragraph":
                yield self._paragraph(place.style, *self._inline(node["inside"]), ind=_indent(place))
            case "heading":
                level = min(node["level"], 5)
                yield self._paragraph(f"Heading{level}", *self._inline(node["inside"]))
            case "list":
                yield from self._list(node, place)
            case "quote":
                yield from self._quote(node, place)
            case "table":
                yield self._table(node)
                yield self._paragraph("TableText")
            case "code":
                yield self._paragraph("PlainText", *runs(node["text"], self._language))
            case _:
                yield self._paragraph("Normal", *runs("* * *", self._language), jc=w("jc", val="center"))

    def _paragraph(self, style: str, *inside: Element, **properties: Element | None) -> Element:
        return paragraph(style, *inside, language=self._language, **properties)

    def _list(self, node: Node, place: _Place) -> Iterator[Element]:
        level = min(place.depth, DEEPEST - 1)
        numbered = self._numbered(node, level)
        style = "ListNumber" if node["ordered"] else "ListBullet"
        for item in node["items"]:
            marked = listed(numbered, level)
            blocks = item["inside"]
            if not blocks or blocks[0]["kind"] != "paragraph":
                yield self._paragraph(style, numPr=marked)
            else:
                yield self._paragraph(style, *self._inline(blocks[0]["inside"]), numPr=marked)
                blocks = blocks[1:]
            inner = replace(place, style="ListContinue", depth=level + 1)
            for block in blocks:
                yield from self._block(block, inner)

    def _numbered(self, node: Node, level: int) -> int:
        """The number of the list among the document's."""
        if not node["ordered"]:
            return BULLETS
        kind = BRACKETS if node["mark"] == ")" else POINTS
        return new_list(self._document, kind, start=node["items"][0]["number"], level=level)

    def _quote(self, node: Node, place: _Place) -> Iterator[Element]:
        inner = replace(place, style="Quote", in_quote=True)
        for block in node["inside"]:
            yield from self._block(block, inner)
        if node["speaker"]:
            yield self._paragraph("QuoteSource", *self._inline(node["speaker"]), ind=_indent(inner))

    def _table(self, node: Node) -> Element:
        head = [self._cell(cell, node, column, Look(is_bold=True)) for column, cell in enumerate(node["head"])]
        rows = ([self._cell(cell, node, column) for column, cell in enumerate(row)] for row in node["rows"])
        return table(head, rows, self._language)

    def _cell(self, cell: list[Node], node: Node, column: int, look: Look = PLAIN) -> Element:
        return self._paragraph("TableText", *self._inline(cell, look), jc=_alignment(node["align"][column]))

    def _inline(self, nodes: Iterable[Node], look: Look = PLAIN) -> Iterator[Element]:
        for node in nodes:
            yield from self._piece(node, look)

    def _stressed(self, look: Look) -> Look:
        if has_italics(self._language):
            return replace(look, is_italic=True)
        return replace(look, is_bold=True)

    def _piece(self, node: Node, look: Look) -> Iterator[Element]:
        match node["kind"]:
            case "emphasis":
                yield from self._inline(node["inside"], self._stressed(look))
            case "strong":
                yield from self._inline(node["inside"], replace(look, is_bold=True))
            case "link":
                yield self._link(node, look)
            case "note":
                yield from self._note(node["number"])
            case "break":
                yield w("r", w("br"))
            case _:
                yield from runs(node["text"], self._language, look)

    def link(self, address: str, words: str) -> Element:
        """Words that lead to an address."""
        return self._linked(address, runs(words, self._language, LINK))

    def _link(self, node: Node, look: Look) -> Element:
        return self._linked(node["address"], self._inline(node["inside"], replace(look, style=LINK.style)))

    def _linked(self, address: str, inside: Iterator[Element]) -> Element:
        to: Any = self._part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        made = w("hyperlink", *inside)
        made.set(qn("r:id"), to)
        return made

    def _note(self, found: int) -> Iterator[Element]:
        if found in self._seen:
            yield later_reference(found, number(found, self._language))
        else:
            self._seen.add(found)
            yield from first_reference(found)


def _alignment(way: str) -> Element | None:
    """Where a column stands. "right" is the end of a line in either direction, as word programs read it."""
    return {"center": w("jc", val="center"), "end": w("jc", val="right")}.get(way)


def _indent(place: _Place) -> Element | None:
    """How far a block in a list is set in, under the words of its item."""
    if not place.depth:
        return None
    return w("ind", left=STEP * place.depth + (STEP if place.in_quote else 0), right=STEP if place.in_quote else 0)
