"""The numbered lists of a word file: each is one of its own, so that it begins where its first item says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from coalition.rendering.docx.elements import w

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

BULLETS, POINTS, BRACKETS = 1, 2, 3
"""The kinds of lists: dots, numbers with a point, numbers with a bracket. Each list of numbers is a `w:num`."""


def new_list(document: Document, kind: int, *, start: int, level: int = 0) -> int:
    """Begin a list of numbers in a document; gives the number under which its items name it."""
    numbering = document.part.numbering_part.element
    number = len(numbering.findall(qn("w:num"))) + 1
    override = w("lvlOverride", w("startOverride", val=start), ilvl=level)
    numbering.append(w("num", w("abstractNumId", val=kind), override, numId=number))
    return number


def listed(number: int, level: int = 0) -> Element:
    """The property of a paragraph that is an item of a list."""
    return w("numPr", w("ilvl", val=level), w("numId", val=number))
