"""Styles of an ODT (OpenDocument 1.3 Part 3, 16 and 19): looks of words, kinds of paragraphs, counting of lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

from coalition.intake.documents import numerals

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, DRAW, MANIFEST = (
    f"{{{_OASIS}{name}:1.0}}" for name in ("office", "text", "table", "style", "drawing", "manifest")
)
FO, SVG = f"{{{_OASIS}xsl-fo-compatible:1.0}}", f"{{{_OASIS}svg-compatible:1.0}}"
XLINK, DC = "{http://www.w3.org/1999/xlink}", "{http://purl.org/dc/elements/1.1/}"

_DEPTH = 12
_QUOTES = {"Quotations", "Quote", "Intense Quote", "Block Quotation", "Block Text"}
_QUIET = re.compile(
    r"""Standard|Default.*|Text\ body.*|Body\ Text.*|Normal.*|First\ line.*|Hanging.*|List.*|Numbering.*|Bullet.*
        |Heading.*
        |Title|Subtitle|Table.*|Footnote.*|Endnote.*|Header.*|Footer.*|Strong.*|Emphasis|Internet\ [Ll]ink|Visited.*
        |Hyperlink|Caption|Salutation|Signature|Sender|Addressee|Quotation.*|Preformatted.*|Source.*|Citation
        |No\ Spacing|Contents.*|Index.*|Marginalia|Comment|.*[Aa]nchor|.*[Ss]ymbols?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a style says that we can use: CSS for the words, and what kind of paragraph it makes."""

    name: str = ""
    css: str = ""
    is_quotation: bool = False
    is_right_to_left: bool = False
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list is marked."""

    is_bullet: bool = True
    bullet: str = "•"
    way: str = "1"
    before: str = ""
    after: str = ""
    start: int = 1
    shown_levels: int = 1


class OpenStyles:
    """The named styles and those that the program made for single places."""

    def __init__(self, trees: Iterable[ET.Element]) -> None:
        self._styles: dict[str, ET.Element] = {}
        self._lists: dict[str, dict[int, ListLevel]] = {}
        self._named: set[str] = set()
        for tree in trees:
            for holder in (OFFICE + "styles", OFFICE + "automatic-styles"):
                for element in tree.iterfind(f"{holder}/{STYLE}style"):
                    self._styles[element.get(STYLE + "name") or ""] = element
                    if holder == OFFICE + "styles":
                        self._named.add(element.get(STYLE + "name") or "")
                for element in tree.iterfind(f"{holder}/{TEXT}list-style"):
                    self._lists[element.get(STYLE + "name") or ""] = _levels(element)

    def look(self, name: str) -> Look:
        """What the style says, with what it is based on."""
        chain = self._chain(name)
        said: dict[str, str] = {}
        is_rtl: bool | None = None
        for element in chain:
            words = element.find(STYLE + "text-properties")
            for key, value in _css(words).items():
                said.setdefault(key, value)
            paragraph = element.find(STYLE + "paragraph-properties")
            mode = "" if paragraph is None else paragraph.get(STYLE + "writing-mode") or ""
            is_rtl = mode.startswith("rl") if mode and mode != "page" and is_rtl is None else is_rtl
        named = next((each for each in map(_name, chain) if each in self._named), "")
        shown = next((_shown_name(each) for each in chain if _name(each) in self._named), named.replace("_20_", " "))
        return Look(
            name=shown,
            css=";".join(f"{key}:{value}" for key, value in said.items()),
            is_quotation=any(_shown_name(each) in _QUOTES for each in chain),
            is_right_to_left=bool(is_rtl),
            is_unknown=bool(shown) and _QUIET.fullmatch(shown) is None and shown not in _QUOTES,
        )

    def _chain(self, name: str) -> list[ET.Element]:
        chain: list[ET.Element] = []
        while name in self._styles and len(chain) < _DEPTH:
            chain.append(self._styles[name])
            name = chain[-1].get(STYLE + "parent-style-name") or ""
        return chain

    def list_level(self, style: str, level: int) -> ListLevel:
        """How items are marked on that level, counted from 0."""
        return self._lists.get(style, {}).get(level, ListLevel())

    def marker(self, style: str, level: int, counted: list[int]) -> str:
        """The marker of an item, given the counts of its level and of those above it."""
        form = self.list_level(style, level)
        if form.is_bullet:
            return form.bullet
        shown = []
        for at in range(level + 1 - min(form.shown_levels, level + 1), level + 1):
            way = self.list_level(style, at).way
            shown.append(numerals.OPEN_DOCUMENT.get(way, str)(counted[at]))
        return f"{form.before}{'.'.join(filter(None, shown))}{form.after}".strip()


def _name(element: ET.Element) -> str:
    return element.get(STYLE + "name") or ""


def _shown_name(element: ET.Element) -> str:
    return element.get(STYLE + "display-name") or _name(element).replace("_20_", " ")


def _levels(element: ET.Element) -> dict[int, ListLevel]:
    levels: dict[int, ListLevel] = {}
    for each in element:
        typed = each.get(TEXT + "level") or "1"
        at = int(typed) - 1 if typed.isdecimal() else 0
        start, shown = each.get(TEXT + "start-value") or "1", each.get(TEXT + "display-levels") or "1"
        levels[at] = ListLevel(
            is_bullet=each.tag != TEXT + "list-level-style-number",
            bullet=each.get(TEXT + "bullet-char") or "•",
            way=each.get(STYLE + "num-format") or "",
            before=each.get(STYLE + "num-prefix") or "",
            after=each.get(STYLE + "num-suffix") or "",
            start=int(start) if start.isdecimal() else 1,
            shown_levels=int(shown) if shown.isdecimal() else 1,
        )
    return levels


def _css(properties: ET.Element | None) -> dict[str, str]:
    if properties is None:
        return {}
    said: dict[str, str] = {}
    for ours, theirs in (("font-weight", "font-weight"), ("font-style", "font-style")):
        value = properties.get(FO + theirs) or properties.get(f"{STYLE}{theirs}-complex") or ""
        if value:
            said[ours] = value
    if (properties.get(STYLE + "text-underline-style") or "none") != "none":
        said["text-decoration"] = "underline"
    if (properties.get(STYLE + "text-line-through-style") or "none") != "none":
        said["text-decoration-line"] = "line-through"
    position = properties.get(STYLE + "text-position") or ""
    if position.startswith(("super", "sub")):
        said["vertical-align"] = "super" if position.startswith("super") else "sub"
    if properties.get(FO + "text-transform") == "uppercase":
        said["text-transform"] = "uppercase"
    if properties.get(TEXT + "display") == "none":
        said["display"] = "none"
    return said
