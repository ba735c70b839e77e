"""Tracked changes of a DOCX (ECMA-376 Part 1, 17.13.5): listed, and taken or undone before anything else is read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

from coalition.intake.documents.document import Change, Changes
from coalition.intake.documents.word_names import P, W, words_of

_IN, _OUT = (W + "ins", W + "moveTo"), (W + "del", W + "moveFrom")
_FORMER = {
    W + "rPrChange": W + "rPr",
    W + "pPrChange": W + "pPr",
    W + "tblPrChange": W + "tblPr",
    W + "trPrChange": W + "trPr",
    W + "tcPrChange": W + "tcPr",
    W + "sectPrChange": W + "sectPr",
}


def listed_changes(root: ET.Element) -> tuple[Change, ...]:
    """Each tracked insertion and deletion with its author and words; neighbours of one author are one change."""
    found: list[Change] = []
    last: ET.Element | None = None
    for paragraph in root.iter(P):
        for element in _outer_changes(paragraph):
            said = words_of(element)
            if not said:
                continue
            change = Change("insertion" if element.tag in _IN else "deletion", element.get(W + "author") or "", said)
            if found and last is not None and _is_next_to(paragraph, last, element) and _is_alike(found[-1], change):
                found[-1] = Change(change.kind, change.author, found[-1].words + change.words)
            else:
                found.append(change)
            last = element
    return tuple(found)


def _outer_changes(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag in _IN or child.tag in _OUT:
            if len(child):
                yield child
        elif child.tag not in {P, W + "pPr"}:
            yield from _outer_changes(child)


def _is_next_to(paragraph: ET.Element, first: ET.Element, second: ET.Element) -> bool:
    siblings = [child for child in paragraph if len(child) or child.tag == W + "r"]
    return first in siblings and second in siblings and siblings.index(second) == siblings.index(first) + 1


def _is_alike(first: Change, second: Change) -> bool:
    return (first.kind, first.author) == (second.kind, second.author)


def settle_changes(root: ET.Element, changes: Changes) -> None:
    """Take all tracked changes, or undo them all: words, paragraph ends, rows and looks."""
    kept, dropped = (_IN, _OUT) if changes == "accept" else (_OUT, _IN)
    _settle(root, kept, dropped, is_former=changes == "original")


def _settle(element: ET.Element, kept: tuple[str, ...], dropped: tuple[str, ...], *, is_former: bool) -> None:
    out: list[ET.Element] = []
    for child in list(element):
        if child.tag in dropped and element.tag not in {W + "rPr", W + "trPr"}:
            continue
        if child.tag in kept and len(child):
            _settle(child, kept, dropped, is_former=is_former)
            out += list(child)
            continue
        if child.tag == W + "tr" and _is_marked(child.find(W + "trPr"), dropped):
            continue
        if child.tag in _FORMER:
            continue
        if is_former:
            child = _as_it_was(child)  # noqa: PLW2901 -- the look from before takes the place of the look of now
        if child.tag == W + "delText":
            child.tag = W + "t"
        _settle(child, kept, dropped, is_former=is_former)
        out.append(child)
    element[:] = _joined(out, dropped)


def _joined(children: list[ET.Element], dropped: tuple[str, ...]) -> list[ET.Element]:
    """The children; where the end of a paragraph is dropped, what it holds begins the paragraph that follows."""
    out: list[ET.Element] = []
    waiting: list[ET.Element] = []
    for child in children:
        if child.tag == P and _is_marked(child.find(f"{W}pPr/{W}rPr"), dropped):
            waiting += [each for each in child if each.tag != W + "pPr"]
            continue
        if child.tag == P and waiting:
            at = 1 if len(child) and child[0].tag == W + "pPr" else 0
            child[at:at] = waiting
            waiting = []
        out.append(child)
    if waiting:
        paragraph = ET.Element(P)
        paragraph.extend(waiting)
        out.append(paragraph)
    return out


def _is_marked(properties: ET.Element | None, names: tuple[str, ...]) -> bool:
    return properties is not None and any(properties.find(name) is not None for name in names)


def _as_it_was(element: ET.Element) -> ET.Element:
    for record, name in _FORMER.items():
        if element.tag == name:
            former = element.find(f"{record}/{name}")
            if former is not None:
                # The marks of the paragraph's own end are no look: they stay.
                marks = element.find(W + "rPr")
                if marks is not None and former.find(W + "rPr") is None:
                    former.append(marks)
                return former
            if element.find(record) is not None:
                return ET.Element(name)
    return element
