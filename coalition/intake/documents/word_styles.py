"""Styles of a DOCX: headings, quotations, bold, italic; and those that say something we do not know."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

from coalition.intake.documents.word_names import W, is_on, number, value

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_LIST = re.compile(r"list (?:bullet|number) ([2-5])", re.IGNORECASE)
_QUOTES = {"quote", "intense quote", "quotations", "block text", "block quote", "blockquote"}
_QUIET = re.compile(
    r"""normal.*|default.*|standard|body.*|text\ body.*|list.*|no\ spacing|plain\ text|title|subtitle|header|footer
        |caption|(?:foot|end)note.*
        |annotation.*|comment.*|balloon\ text|hyperlink|followedhyperlink|visited.*|internet\ link
        |strong|emphasis|(?:subtle|intense)\ (?:emphasis|reference)|book\ title|page\ number|placeholder.*|revision
        |toc.*|table.*|grid.*|salutation|closing|date|signature|envelope.*|line\ number|.*\ char|.*zeichen|apple-.*
        |unresolved\ mention|mention|html.*|numbering\ symbols|bullets|first\ paragraph|compact|address
        |default\ paragraph\ font""",
    re.IGNORECASE | re.VERBOSE,
)
"""Names that say no more than what we keep anyway."""
_DEPTH = 12


@dataclass(slots=True)
class _Style:
    name: str
    parent: str
    bold: bool | None
    italic: bool | None
    outline: int | None
    list_id: str
    list_level: int | None
    caps: bool | None
    rtl: bool | None


@dataclass(slots=True)
class Styles:
    """The styles by their ids; what a style does not say, the one it is based on says."""

    root: ET.Element | None
    _styles: dict[str, _Style] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for element in [] if self.root is None else self.root.findall(W + "style"):
            self._styles[element.get(W + "styleId") or ""] = _style(element)

    def _chain(self, style_id: str) -> list[_Style]:
        chain: list[_Style] = []
        while style_id in self._styles and len(chain) < _DEPTH:
            chain.append(self._styles[style_id])
            style_id = chain[-1].parent
        return chain

    def name(self, style_id: str) -> str:
        """What people call the style."""
        return self._styles[style_id].name if style_id in self._styles else style_id

    def is_bold(self, style_id: str) -> bool:
        """Whether words in this style are bold."""
        return bool(next((each.bold for each in self._chain(style_id) if each.bold is not None), False))

    def is_italic(self, style_id: str) -> bool:
        """Whether words in this style are italic."""
        return bool(next((each.italic for each in self._chain(style_id) if each.italic is not None), False))

    def heading(self, style_id: str) -> int:
        """The level of the heading that the style makes, 1 to 6; 0 for none."""
        for each in self._chain(style_id):
            found = _HEADING.fullmatch(each.name)
            if found:
                return min(int(found[1]), 6)
            if each.outline is not None:
                return min(each.outline + 1, 6) if each.outline < 9 else 0
        found = _HEADING.fullmatch(re.sub(r"(?<=g)(?=[1-9])", " ", style_id))
        return min(int(found[1]), 6) if found and style_id not in self._styles else 0

    def is_title(self, style_id: str) -> bool:
        """Whether the style is that of the document's title."""
        return self.name(style_id).lower() == "title"

    def is_quotation(self, style_id: str) -> bool:
        """Whether paragraphs in this style are quotations."""
        return any(each.name.lower() in _QUOTES for each in self._chain(style_id))

    def carries_on(self, style_id: str) -> bool:
        """Whether paragraphs in this style carry on the item before them."""
        return self.name(style_id).lower().startswith("list continue")

    def numbering(self, style_id: str) -> tuple[str, int | None]:
        """The list that paragraphs in this style belong to, and the level if it is said; "" for none."""
        for each in self._chain(style_id):
            if each.list_id:
                return ("" if each.list_id == "0" else each.list_id), each.list_level
        return "", None

    def list_level(self, style_id: str) -> int:
        """How deep Word's own list styles ("List Bullet 2") stand, from 0; each has a list of its own."""
        found = _LIST.fullmatch(self.name(style_id))
        return int(found[1]) - 1 if found else 0

    def is_unknown(self, style_id: str) -> bool:
        """Whether the style says something that gets lost."""
        if not style_id or self.heading(style_id) or self.is_quotation(style_id):
            return False
        return _QUIET.fullmatch(self.name(style_id)) is None


def _style(element: ET.Element) -> _Style:
    paragraph, run = element.find(W + "pPr"), element.find(W + "rPr")
    outline = value(paragraph, "w:outlineLvl")
    level = value(paragraph, "w:numPr/w:ilvl")
    return _Style(
        name=value(element, "w:name"),
        parent=value(element, "w:basedOn"),
        bold=is_on(run, "w:b"),
        italic=is_on(run, "w:i"),
        outline=number(outline) if outline else None,
        list_id=value(paragraph, "w:numPr/w:numId"),
        list_level=number(level) if level else None,
        caps=is_on(run, "w:caps"),
        rtl=is_on(paragraph, "w:bidi"),
    )
