"""Lists keep their markers: those Markdown has become its lists, all others stand as typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from bs4.element import PageElement, Tag

from coalition.intake.documents import numerals
from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import LISTS, children, elements, is_block, new, style

_NUMBER = re.compile(r"([0-9]{1,9})([.)])")
_BULLETS = set("•·*-–—‒‣▪▫◦○●◆◇■□♦➢➤►▶⁃∙○o§\uf0b7\uf0a7\uf0d8\uf076\uf0a8\uf02d\uf0fc")
"""Marks that say "an item" and nothing more; the last ones are Word's, from a font of symbols."""


@dataclass(slots=True)
class Item:
    """A paragraph of a word processor that is an item of a list."""

    level: int
    marker: str
    is_bullet: bool


@dataclass(slots=True)
class _Open:
    level: int
    tag: Tag
    is_bullet: bool


class ListBuilder:
    """Makes nested lists of the flat paragraphs in which word processors keep them."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def add(self, item: Item, inside: list[PageElement], place: Tag) -> None:
        """Put an item into the list it belongs to, opening one in `place` if need be."""
        while self._open and (
            self._open[-1].level > item.level
            or (self._open[-1].level == item.level and self._open[-1].is_bullet != item.is_bullet)
        ):
            self._open.pop()
        if not self._open or self._open[-1].level < item.level:
            tag = new("ul" if item.is_bullet else "ol")
            (self._last_item() or place).append(tag)
            self._open.append(_Open(item.level, tag, item.is_bullet))
        self._open[-1].tag.append(new("li", *inside, data_marker=item.marker))

    def carry_on(self, inside: list[PageElement]) -> bool:
        """Put a further paragraph into the last item; False where no list is open."""
        last = self._last_item()
        if last is None:
            return False
        last.append(new("p", *inside))
        return True

    def close(self) -> None:
        """What comes next is no item."""
        self._open.clear()

    @property
    def last(self) -> Tag | None:
        """The item that was added last."""
        return self._last_item()

    def _last_item(self) -> Tag | None:
        if not self._open:
            return None
        items = self._open[-1].tag.find_all("li", recursive=False)
        return items[-1] if items and isinstance(items[-1], Tag) else None


def settle_lists(root: Tag, losses: Losses) -> None:
    """Give each numbered list the start and the mark Markdown can say, or write its markers out."""
    for tag in elements(root, "ul"):
        _settle_bullets(tag, losses)
    for tag in elements(root, "ol"):
        _join_where_it_goes_on(tag)
    for tag in elements(root, "ol"):
        _split_where_it_begins_anew(tag)
    # The innermost first: an outer list that is written out takes its inner ones along.
    for tag in reversed(elements(root, "ol")):
        markers = _markers(tag)
        found = [_NUMBER.fullmatch(marker) for marker in markers]
        numbers = [int(each[1]) for each in found if each]
        marks = {each[2] for each in found if each}
        is_plain = (
            len(numbers) == len(markers)
            and len(marks) == 1
            and all(after == last + 1 for last, after in pairwise(numbers))
        )
        if is_plain and not _follows_its_like(tag, *marks):
            tag["start"], tag["data-mark"] = str(numbers[0]), marks.pop()
        elif markers:
            _write_out(tag, markers, losses)


def _join_where_it_goes_on(tag: Tag) -> None:
    """One list that a page keeps in two: 1, 2 and then 3."""
    previous = tag.find_previous_sibling()
    if previous is None or previous.name != "ol" or _words_between(previous, tag):
        return
    last, first = (_NUMBER.fullmatch("".join(markers)) for markers in (_markers(previous)[-1:], _markers(tag)[:1]))
    if last and first and last[2] == first[2] and int(first[1]) == int(last[1]) + 1:
        previous.extend(children(tag))
        tag.extract()


def _split_where_it_begins_anew(tag: Tag) -> None:
    """Two lists that a word processor ran together: 1, 2, 1."""
    numbers = [int(found[1]) for found in map(_NUMBER.fullmatch, _markers(tag)) if found]
    items = list(tag.find_all("li", recursive=False))
    if len(numbers) != len(items):
        return
    for at in range(len(numbers) - 1, 0, -1):
        if numbers[at] != numbers[at - 1] + 1:
            rest = new("ol", *[item.extract() for item in items[at:]], start=str(numbers[at]))
            rest["data-mark"] = str(tag.get("data-mark") or ".")
            items = items[:at]
            tag.insert_after(rest)


def _settle_bullets(tag: Tag, losses: Losses) -> None:
    for item in tag.find_all("li", recursive=False):
        marker = str(item.get("data-marker") or "").strip()
        if marker and marker not in _BULLETS:
            losses.add("bullet", marker)
    previous = tag.find_previous_sibling()
    if isinstance(previous, Tag) and previous.name == "ul" and not _words_between(previous, tag):
        previous.extend(children(tag))
        tag.decompose()


def _follows_its_like(tag: Tag, mark: str) -> bool:
    """Whether Markdown would take the list for the rest of the one just before it."""
    previous = tag.find_previous_sibling()
    if not isinstance(previous, Tag) or previous.name != "ol" or _words_between(previous, tag):
        return False
    markers = _markers(previous)
    return bool(markers) and markers[-1].endswith(mark) and _NUMBER.fullmatch(markers[-1]) is not None


def _words_between(first: Tag, second: Tag) -> bool:
    node = first.next_sibling
    while node is not None and node is not second:
        if node.get_text(strip=True):
            return True
        node = node.next_sibling
    return False


def _markers(tag: Tag) -> list[str]:
    """How each item of a numbered list is marked, as a reader sees it."""
    items = tag.find_all("li", recursive=False)
    counted = int(str(tag.get("start"))) if re.fullmatch(r"-?[0-9]{1,6}", str(tag.get("start") or "")) else 1
    count = numerals.CSS.get(_way_of_counting(tag), str)
    mark = ")" if "parenthesis" in str(tag.get("class") or "") else str(tag.get("data-mark") or ".")
    markers = []
    for item in items:
        if re.fullmatch(r"-?[0-9]{1,6}", str(item.get("value") or "")):
            counted = int(str(item["value"]))
        markers.append(str(item.get("data-marker") or f"{count(counted)}{mark}"))
        counted += 1
    return markers


def _way_of_counting(tag: Tag) -> str:
    first = tag.find("li", recursive=False)
    own = style(first, "list-style-type") if isinstance(first, Tag) else ""
    return own or style(tag, "list-style-type") or str(tag.get("type") or "1")


def _write_out(tag: Tag, markers: list[str], losses: Losses) -> None:
    """Lines that begin with their markers, in the place of the list."""
    parent = tag.parent
    is_inner = parent is not None and parent.name == "li"
    if is_inner and any(is_block(each) and each.name not in LISTS for each in tag.descendants if isinstance(each, Tag)):
        is_inner = tag.find("p") is None
    if any(each.get("data-written") for each in elements(tag, "p", "br")):
        losses.add("levels")
    before = tag.previous_sibling
    out: list[PageElement] = []
    for item, marker in zip(tag.find_all("li", recursive=False), markers, strict=True):
        first = next((each for each in children(item) if isinstance(each, Tag)), None)
        if isinstance(first, Tag) and first.name == "p" and not _has_words_before(first):
            first.unwrap()
        lead: list[PageElement] = []
        for child in children(item):
            if is_block(child):
                break
            lead.append(child.extract())
        while lead and isinstance(lead[-1], str) and not lead[-1].strip():
            lead.pop()
        line: list[PageElement | str] = [f"{marker} ", *_trimmed(lead)]
        if is_inner and not any(is_block(each) for each in out) and (out or not is_block(before)):
            out += [new("br", data_written="1"), *(new("span", *line).contents)]
        else:
            out.append(new("p", *line, data_written="1"))
        out += [child.extract() for child in children(item)]
    for node in out:
        tag.insert_before(node)
    tag.decompose()


def _trimmed(nodes: list[PageElement]) -> list[PageElement | str]:
    """The nodes without white space before the first word."""
    if nodes and isinstance(nodes[0], str):
        return [str(nodes[0]).lstrip(), *nodes[1:]]
    return list(nodes)


def _has_words_before(tag: Tag) -> bool:
    return any(each.get_text(strip=True) for each in tag.previous_siblings)
