"""The list of names in a word file, as the letter's look has it: in columns, numbered, as a table, in running text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import force_locale, gettext

from coalition.languages import direction, interface_language, script_direction
from coalition.rendering.docx.elements import Look, paragraph, run, runs, w
from coalition.rendering.docx.lists import POINTS, listed, new_list
from coalition.rendering.docx.tables import table
from coalition.rendering.list_parts import in_running_text, latin_words, semicolon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

    from coalition.rendering.list_parts import Name, Part
    from coalition.rendering.sheet import Sheet

MUTED: Final = Look(style="Muted")
LONG_LIST: Final = 40
"""From so many names a list in columns has two."""


class Names:
    """Makes the list of one document, in the sections it needs."""

    def __init__(self, document: Document, page: Sheet) -> None:
        self._document, self._page, self._language = document, page, page.language
        self._section = document.sections[0]._sectPr  # noqa: SLF001 -- python-docx has no other way to its element

    def whole(self) -> Iterator[Element]:
        """The list under its heading, and what is said after it; nothing for a letter without one."""
        page = self._page
        if not page.parts and not page.withheld:
            return
        count = runs(f" {page.count}", page.language, MUTED) if page.count else ()
        yield self._paragraph("Heading1", *runs(page.list_heading, page.language), *count)
        yield from self._ours(page.order_note)
        for part in page.parts:
            yield from self._part(part)
        yield from self._ours(page.withheld)

    def _part(self, part: Part) -> Iterator[Element]:
        if part.over:
            yield self._paragraph("Heading2", *runs(part.over, self._language))
        if part.heading:
            style = "Heading3" if part.is_within else "Heading2"
            yield self._paragraph(style, *runs(part.heading, self._language))
        if part.is_table:
            yield self._table(part)
            yield self._paragraph("TableText")
        elif self._page.form == "inline" and part.names:
            between = semicolon(self._language)
            said = between.join(in_running_text(name, self._language) for name in part.names)
            yield self._paragraph("Normal", *runs(said, self._language))
        elif self._page.form == "columns" and len(part.names) >= LONG_LIST:
            yield self._end_of_section(columns=1)
            yield from self._names(part)
            yield self._end_of_section(columns=2)
        else:
            yield from self._names(part)
        if part.others:
            yield self._paragraph("Signatory", *runs(part.others, self._language))
        yield from self._ours(part.unnamed)
        yield from self._ours(part.note)

    def _names(self, part: Part) -> Iterator[Element]:
        is_numbered = self._page.form == "numbered" and bool(part.names)
        number = new_list(self._document, POINTS, start=part.start) if is_numbered else 0
        for name in part.names:
            yield self._name(name, listed(number) if number else None)

    def _name(self, line: Name, numbered: Element | None = None, style: str = "Signatory") -> Element:
        """A name in its own direction, where the page's lines begin; what stands beside it on the lines below."""
        own = script_direction(line.name) or direction(self._language)
        beside = (latin_words(line), line.affiliation)
        return w(
            "p",
            w(
                "pPr",
                w("pStyle", val=style),
                numbered,
                w("bidi", val=int(own == "rtl")),
                # Word programs call the end of a line "right" in either direction.
                w("jc", val="right") if own != direction(self._language) else None,
            ),
            *runs(line.name, "ar" if own == "rtl" else "en"),
            *(each for said in beside if said for each in (run(w("br")), *runs(said, self._language, MUTED))),
        )

    def _table(self, part: Part) -> Element:
        with force_locale(interface_language(self._language)):
            words = (gettext("Name"), gettext("Country"))
        bold = Look(is_bold=True, language=interface_language(self._language))
        head = [self._paragraph("TableText", *runs(each, self._language, bold)) for each in words]
        rows = (
            [
                self._name(line, style="TableText"),
                self._paragraph("TableText", *runs(line.country, self._language)),
            ]
            for line in part.names
        )
        return table(head, rows, self._language)

    def _ours(self, words: str) -> Iterator[Element]:
        if words:
            yield self._paragraph("Note", *runs(words, self._language))

    def _paragraph(self, style: str, *inside: Element) -> Element:
        return paragraph(style, *inside, language=self._language)

    def _end_of_section(self, *, columns: int) -> Element:
        """An empty paragraph that ends a section of so many columns without ending the page."""
        size, margins = (w(name, **self._facts(name)) for name in ("pgSz", "pgMar"))
        made = self._paragraph("Signatory")
        made[0].append(
            w(
                "sectPr",
                w("type", val="continuous"),
                size,
                margins,
                w("cols", num=columns, space=425),
                w("bidi") if direction(self._language) == "rtl" else None,
            )
        )
        return made

    def _facts(self, name: str) -> dict[str, str]:
        found = next(child for child in self._section if child.tag.endswith("}" + name))
        return {key.rpartition("}")[2]: value for key, value in found.attrib.items()}
