"""Names in the XML of Word, and what can be asked of it in one line."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
P, RUN, TEXT = W + "p", W + "r", W + "t"

_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": WP[1:-1].encode(),
}


def as_transitional(data: bytes) -> bytes:
    """XML of a "strict" DOCX with the names that all others use (ISO/IEC 29500-4)."""
    for strict, usual in _STRICT.items():
        data = data.replace(strict, usual)
    return data


def value(element: ET.Element | None, path: str) -> str:
    """The w:val of the child at the path, with names as Word writes them ("w:pPr/w:jc"); "" where there is none."""
    found = None if element is None else element.find(path.replace("w:", W))
    return "" if found is None else found.get(W + "val") or ""


def is_on(properties: ET.Element | None, name: str) -> bool | None:
    """Whether a switch ("w:b") is on or off; None where nothing is said."""
    found = None if properties is None else properties.find(name.replace("w:", W))
    if found is None:
        return None
    return (found.get(W + "val") or "true").lower() not in {"false", "0", "off", "none"}


def words_of(element: ET.Element) -> str:
    """The words within, struck ones included, less what stands in paragraphs of its own inside."""
    said = []
    for each in element.iter():
        if each.tag in {TEXT, W + "delText", M + "t"}:
            said.append(each.text or "")
        elif each.tag in {W + "tab", W + "br", W + "cr", P}:
            said.append(" ")
    return re.sub(r"\s+", " ", "".join(said)) if any(part.strip() for part in said) else ""


def text_run(words: str) -> ET.Element:
    """A run of plain words."""
    run = ET.Element(RUN)
    run.append(text_of(words))
    return run


def text_of(words: str) -> ET.Element:
    """Plain words, to stand in a run."""
    text = ET.Element(TEXT, {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    text.text = words
    return text


def number(typed: str | None, otherwise: int = 0) -> int:
    """A whole number as Word writes one; nonsense counts as `otherwise`."""
    return int(typed) if typed and re.fullmatch(r"-?[0-9]{1,9}", typed) else otherwise
