"""What stands before an item in Word: numbering definitions counted through the text (ECMA-376 Part 1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

from coalition.intake.documents import numerals
from coalition.intake.documents.lists import Item
from coalition.intake.documents.word_names import W, is_on, number, value

_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    way: str
    pattern: str
    start: int
    is_decimal: bool
    style: str


@dataclass(slots=True)
class _List:
    abstract: str
    starts: dict[int, int]
    own: dict[int, _Level]


class Numbering:
    """The lists of a document; asked paragraph by paragraph in the order of the text, it says each one's marker."""

    def __init__(self, root: ET.Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counted: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def _read(self, root: ET.Element) -> None:
        by_style: dict[str, str] = {}
        links: dict[str, str] = {}
        for abstract in root.findall(W + "abstractNum"):
            name = abstract.get(W + "abstractNumId") or ""
            self._levels[name] = {number(each.get(W + "ilvl")): _level(each) for each in abstract.findall(W + "lvl")}
            if value(abstract, "w:styleLink"):
                by_style[value(abstract, "w:styleLink")] = name
            if value(abstract, "w:numStyleLink"):
                links[name] = value(abstract, "w:numStyleLink")
        for name, style in links.items():
            if style in by_style:
                self._levels[name] = self._levels[by_style[style]]
        for each in root.findall(W + "num"):
            made = _List(value(each, "w:abstractNumId"), {}, {})
            for override in each.findall(W + "lvlOverride"):
                at = number(override.get(W + "ilvl"))
                if override.find(W + "startOverride") is not None:
                    made.starts[at] = number(value(override, "w:startOverride"), 1)
                own = override.find(W + "lvl")
                if own is not None:
                    made.own[at] = _level(own)
            self._lists[each.get(W + "numId") or ""] = made

    def item(self, list_id: str, at: int | None, style: str) -> Item | None:
        """The next item of a list, counted; `at` is its level, else the one that belongs to the paragraph's style."""
        found = self._lists.get(list_id)
        if found is None:
            return None
        levels = self._levels.get(found.abstract, {}) | found.own
        if at is None:
            at = next((each for each, level in levels.items() if level.style and level.style == style), 0)
        at = min(max(at, 0), _LEVELS - 1)
        level = levels.get(at)
        if level is None:
            return None
        if level.way == "bullet":
            return Item(at, level.pattern.strip() or "•", is_bullet=True)
        self._count(list_id, found, at, levels)
        marker = self._marker(found.abstract, at, levels)
        return Item(at, marker, is_bullet=False) if marker else None

    def _count(self, list_id: str, found: _List, at: int, levels: dict[int, _Level]) -> None:
        counted = self._counted.setdefault(found.abstract, {})
        if at in found.starts and (list_id, at) not in self._begun:
            counted[at] = found.starts[at]
        elif at in counted:
            counted[at] += 1
        else:
            counted[at] = levels[at].start
        self._begun.add((list_id, at))
        for deeper in [each for each in counted if each > at]:
            del counted[deeper]

    def _marker(self, abstract: str, at: int, levels: dict[int, _Level]) -> str:
        counted = self._counted[abstract]

        def put(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            level = levels.get(place)
            if level is None:
                return ""
            counted.setdefault(place, level.start)
            way = "decimal" if levels[at].is_decimal else level.way
            return numerals.WORD.get(way, str)(counted[place])

        return re.sub(r"%([1-9])", put, levels[at].pattern).strip()


def _level(element: ET.Element) -> _Level:
    return _Level(
        way=value(element, "w:numFmt") or "decimal",
        pattern=value(element, "w:lvlText"),
        start=number(value(element, "w:start"), 1),
        is_decimal=bool(is_on(element, "w:isLgl")),
        style=value(element, "w:pStyle"),
    )
