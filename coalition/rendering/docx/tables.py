"""Tables of a word file: a head that repeats on each page, hairlines, columns in the document's direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition.languages import direction
from coalition.rendering.docx.elements import w

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docx.oxml.xmlchemy import BaseOxmlElement as Element

WIDTH: Final = 8504
"""Twentieths of a point between the margins."""


def table(head: list[Element], rows: Iterable[list[Element]], language: str) -> Element:
    """A table of paragraphs, one in each cell."""
    line: dict[str, str | int] = {"val": "single", "sz": 6, "space": 0, "color": "57544D"}
    width = WIDTH // max(len(head), 1)
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblStyle", val="TableNormal"),
            w("bidiVisual") if direction(language) == "rtl" else None,
            w("tblW", w=WIDTH, type="dxa"),
            w("tblBorders", w("top", **line), w("bottom", **line), w("insideH", **(line | {"color": "BFB9AB"}))),
            w("tblLayout", type="autofit"),
            w("tblLook", val="0020", firstRow=1),
        ),
        w("tblGrid", *(w("gridCol", w=width) for _ in head)),
        _row(head, width, is_head=True),
        *(_row(cells, width) for cells in rows),
    )


def _row(cells: list[Element], width: int, *, is_head: bool = False) -> Element:
    return w(
        "tr",
        w("trPr", w("cantSplit"), w("tblHeader") if is_head else None),
        *(w("tc", w("tcPr", w("tcW", w=width, type="dxa")), cell) for cell in cells),
    )
