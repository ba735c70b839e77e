"""Comments of a DOCX: who said what about which words, and a mark in the text where that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

from coalition.intake.documents.soup import COMMENT, mark
from coalition.intake.documents.word_names import RUN, P, W, text_run, words_of


@dataclass(slots=True)
class Remark:
    """A comment as the file has it."""

    number: int
    author: str
    words: str
    quote: str = ""


Remarks = dict[str, Remark]


def read_comments(root: ET.Element | None) -> Remarks:
    """The comments by their ids; those without words are none."""
    found: Remarks = {}
    for element in [] if root is None else root.findall(W + "comment"):
        said = "\n".join(filter(None, (words_of(paragraph).strip() for paragraph in element.iter(P))))
        name = element.get(W + "id") or ""
        if said and name not in found:
            found[name] = Remark(len(found), (element.get(W + "author") or "").strip(), said)
    return found


def mark_comments(root: ET.Element, remarks: Remarks) -> None:
    """Put a mark at the start of what each comment is about, and read what that is."""
    _read_quotes(root, remarks)
    marked: set[str] = set()
    waiting: list[str] = []
    for element, _depth in list(_walk(root)):
        if element.tag == P and waiting:
            at = 1 if len(element) and element[0].tag == W + "pPr" else 0
            element[at:at] = [text_run(mark(COMMENT, remarks[name].number)) for name in waiting]
            waiting = []
        for child in list(element):
            name = child.get(W + "id") or ""
            is_start, is_reference = child.tag == W + "commentRangeStart", _refers_to(child)
            name = is_reference or name
            if name not in remarks or name in marked or not (is_start or is_reference):
                continue
            marked.add(name)
            if element.tag in {W + "body", W + "tc", W + "sdtContent"}:
                waiting.append(name)
            else:
                element.insert(list(element).index(child), text_run(mark(COMMENT, remarks[name].number)))


def _walk(root: ET.Element) -> Iterator[tuple[ET.Element, int]]:
    for element in root.iter():
        if element.tag not in {RUN, W + "t", W + "pPr", W + "rPr"}:
            yield element, 0


def _refers_to(element: ET.Element) -> str:
    if element.tag != RUN:
        return ""
    reference = element.find(W + "commentReference")
    return "" if reference is None else reference.get(W + "id") or ""


def _read_quotes(root: ET.Element, remarks: Remarks) -> None:
    running: set[str] = set()
    for element in root.iter():
        name = element.get(W + "id") or ""
        if element.tag == W + "commentRangeStart" and name in remarks:
            running.add(name)
        elif element.tag == W + "commentRangeEnd":
            running.discard(name)
        elif running and element.tag in {W + "t", P}:
            for each in running:
                remarks[each].quote += (element.text or "") if element.tag != P else " "
    for remark in remarks.values():
        remark.quote = " ".join(remark.quote.split())
