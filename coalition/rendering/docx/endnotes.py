"""Real endnotes: a part of their own, which python-docx does not know, with the notes' words and their links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml.parser import parse_xml

from coalition.rendering.docx.elements import Look, run, w

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

REFERENCE: Final = Look(style="EndnoteReference")
SPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_EMPTY: Final = (
    f"<w:endnotes {SPACES}>"
    '<w:endnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:endnote>'
    '<w:endnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:endnote>'
    "</w:endnotes>"
)


def endnotes_part(document: Document) -> XmlPart:
    """The part of a document that holds its endnotes, new and empty."""
    name = PackURI("/word/endnotes.xml")
    part = XmlPart(name, CONTENT_TYPE.WML_ENDNOTES, parse_xml(_EMPTY), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.ENDNOTES)
    return part


def add_endnote(part: XmlPart, number: int, paragraphs: list[Element]) -> None:
    """Add a note: its number stands before the words of its first paragraph."""
    first = paragraphs[0]
    first.insert(1, run(w("endnoteRef"), look=REFERENCE))
    first.insert(2, run(_space()))
    part.element.append(w("endnote", *paragraphs, id=number))


def first_reference(number: int) -> list[Element]:
    """The place of a note in the text, marked so that later references lead there."""
    mark = 1000 + number
    return [
        w("bookmarkStart", id=mark, name=f"note_{number}"),
        run(w("endnoteReference", id=number), look=REFERENCE),
        w("bookmarkEnd", id=mark),
    ]


def later_reference(number: int, said: str) -> Element:
    """Another reference to a note that has its place already: a field that says its number."""
    shown = run(w("t"), look=REFERENCE)
    shown[-1].text = said
    return w("fldSimple", shown, instr=f" NOTEREF note_{number} \\f \\h ")


def _space() -> Element:
    said = w("t")
    said.text = " "
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return said
