"""The words of a line: what is bold and what is italic, however that was said, and nothing else around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from bs4.element import NavigableString, PageElement, Tag

from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import COMMENT_MARK, HEADINGS, classes, elements, is_block, new, runs, style, words

_SPACE = re.compile("[ \t\r\n\f]+")
_SUPERSCRIPTS = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_RAISABLE = re.compile(r"[0-9+\-=()]{1,4}")
_ALLOWED = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)
_GOOGLE = re.compile(r"https?://www\.google\.com/url\?(?:.*&)?q=([^&]+)")


@dataclass(frozen=True, slots=True)
class _Look:
    bold: bool = False
    italic: bool = False


@dataclass(slots=True)
class _Unit:
    """One character, or one thing that stands in a line like one."""

    what: str | Tag
    bold: bool
    italic: bool

    @property
    def is_space(self) -> bool:
        return isinstance(self.what, str) and self.what.isspace()

    @property
    def is_break(self) -> bool:
        return isinstance(self.what, Tag) and self.what.name == "br"

    @property
    def is_mark(self) -> bool:
        """Punctuation, in the sense in which Markdown asks (CommonMark 0.31, "delimiter run")."""
        if isinstance(self.what, str):
            return unicodedata.category(self.what)[0] in "PS"
        return not self.is_break

    @property
    def is_wordy(self) -> bool:
        return not self.is_space and not self.is_break and not self.is_mark


def dress(root: Tag, losses: Losses, comments: dict[int, str]) -> None:
    """Rewrite every line of `root` with <strong>, <em>, <a>, <br>, <note> and <code> alone.

    The marks of comments move to the start of their line; `comments` gets the words of the line for each.
    """
    for tag in elements(root, "pre"):
        tag.string = COMMENT_MARK.sub("", tag.get_text())
    for tag in [root, *elements(root)]:
        if not is_block(tag) or tag.name == "pre":
            continue
        for run in runs(tag):
            if is_block(run[0]):
                continue
            _rewrite(tag, run, losses, comments)


def _rewrite(tag: Tag, run: list[PageElement], losses: Losses, comments: dict[int, str]) -> None:
    place = new("span")
    run[0].insert_before(place)
    line = new("span", *[node.extract() for node in run])
    marks = COMMENT_MARK.findall(line.get_text())
    said = words(line)
    for number in marks:
        comments[int(number)] = said
    look = _look_of_block(place)
    units = _closed_up(list(_units(line, look, losses, may_be_bold=tag.name not in {*HEADINGS, "th"})))
    made = _lines(units)
    if marks:
        made.insert(0, NavigableString("".join(found[0] for found in COMMENT_MARK.finditer(line.get_text()))))
    for node in made:
        place.insert_before(node)
    place.decompose()


def _look_of_block(place: Tag) -> _Look:
    look = _Look()
    for parent in reversed(list(place.parents)):
        look = _changed(look, parent)
    return look


def _changed(look: _Look, tag: Tag) -> _Look:
    """How words look within the element: what it says, else what was said around it."""
    weight, slant = style(tag, "font-weight"), style(tag, "font-style")
    if weight:
        is_bold = weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 600)
        look = replace(look, bold=is_bold)
    elif tag.name in {"b", "strong"}:
        look = replace(look, bold=True)
    if slant:
        look = replace(look, italic=slant.startswith(("italic", "oblique")))
    elif tag.name in {"i", "em", "cite", "dfn", "var"}:
        look = replace(look, italic=True)
    return look


def _units(tag: Tag, look: _Look, losses: Losses, *, may_be_bold: bool, is_in_link: bool = False) -> Iterator[_Unit]:
    for node in list(tag.children):
        if isinstance(node, NavigableString):
            text = _SPACE.sub(" ", COMMENT_MARK.sub("", str(node)))
            yield from (_Unit(each, bold=look.bold and may_be_bold, italic=look.italic) for each in text)
        elif not isinstance(node, Tag):
            continue
        elif node.name in {"br", "note"}:
            yield _Unit(node.extract(), bold=look.bold and may_be_bold, italic=look.italic)
        elif node.name == "img":
            losses.add("image", str(node.get("alt") or ""))
        elif node.name == "code" and not elements(node):
            yield _Unit(new("code", node.get_text()), bold=False, italic=False)
        elif node.name == "a" and node.get("href") and not is_in_link:
            yield from _link(node, _changed(look, node), losses, may_be_bold=may_be_bold)
        else:
            _count(node, losses, is_in_link=is_in_link)
            if node.name in {"sup", "sub"} or style(node, "vertical-align") in {"super", "sub"}:
                _raise(node, losses)
            inside = _changed(look, node)
            yield from _units(node, inside, losses, may_be_bold=may_be_bold, is_in_link=is_in_link)


def _link(node: Tag, look: _Look, losses: Losses, *, may_be_bold: bool) -> Iterator[_Unit]:
    units = list(_units(node, look, losses, may_be_bold=may_be_bold, is_in_link=True))
    address = _address(str(node.get("href")))
    if not address or not any(isinstance(unit.what, str) and not unit.is_space for unit in units):
        if not str(node.get("href")).startswith("#") and words(node):
            losses.add("link", str(node.get("href")))
        yield from units
        return
    notes = [unit for unit in units if isinstance(unit.what, Tag)]
    units = [unit for unit in units if not (isinstance(unit.what, Tag) and unit.what.name == "note")]
    before, units, after = _trim(units)
    yield from before
    bold, italic = all(unit.bold for unit in units), all(unit.italic for unit in units)
    for unit in units:
        unit.bold, unit.italic = unit.bold and not bold, unit.italic and not italic
    yield _Unit(new("a", *_lines(_closed_up(units)), href=address), bold=bold, italic=italic)
    yield from after
    yield from (unit for unit in notes if isinstance(unit.what, Tag) and unit.what.name == "note")


def _trim(units: list[_Unit]) -> tuple[list[_Unit], list[_Unit], list[_Unit]]:
    start, end = 0, len(units)
    while start < end and units[start].is_space:
        start += 1
    while end > start and units[end - 1].is_space:
        end -= 1
    return units[:start], units[start:end], units[end:]


def _address(typed: str) -> str:
    """The address if a letter may link to it; the one that Google wrapped, unwrapped; "" for any other."""
    typed = typed.strip()
    wrapped = _GOOGLE.match(typed)
    address = unquote(wrapped[1]) if wrapped else typed
    return "".join(_SPACE.sub("%20", address).split()) if _ALLOWED.match(address) else ""


def _count(tag: Tag, losses: Losses, *, is_in_link: bool) -> None:
    """Count what is said by looks that Markdown does not have."""
    said = words(tag)
    if not said:
        return
    drawn = f"{style(tag, 'text-decoration')} {style(tag, 'text-decoration-line')}"
    if (tag.name == "u" or "underline" in drawn) and not is_in_link and tag.find("a") is None:
        losses.add("underline", said)
    if tag.name in {"s", "strike"} or "line-through" in drawn:
        losses.add("struck", said)
    if tag.name == "mark" or style(tag, "mso-highlight"):
        losses.add("highlight", said)
    if style(tag, "text-transform") == "uppercase" or "caps" in style(tag, "font-variant") or "caps" in classes(tag):
        losses.add("capitals", said)


def _raise(tag: Tag, losses: Losses) -> None:
    """Raised and lowered digits exist as characters; other raised words stand in the line."""
    said = tag.get_text().strip()
    table = _SUPERSCRIPTS if tag.name == "sup" or style(tag, "vertical-align") == "super" else _SUBSCRIPTS
    if _RAISABLE.fullmatch(said) and not tag.find(["note", "a"]):
        tag.string = said.translate(table)
    elif said and not tag.find("note"):
        losses.add("raised", said)


def _closed_up(units: list[_Unit]) -> list[_Unit]:
    """The units without double spaces, and with bold and italic reaching only where Markdown can begin and end them."""
    kept: list[_Unit] = []
    for unit in units:
        if unit.what == " " and (not kept or kept[-1].what == " " or kept[-1].is_break):
            continue
        if unit.is_break and kept and kept[-1].what == " ":
            kept.pop()
        kept.append(unit)
    _bridge(kept, "bold")
    _bridge(kept, "italic")
    # What one of them sheds may move the border of the other: twice is enough for both.
    for attribute in ("bold", "italic", "bold", "italic"):
        _shed(kept, attribute)
    return kept


def _bridge(units: list[_Unit], attribute: str) -> None:
    """A space between two bold words is bold."""
    last = -1
    for at, unit in enumerate(units):
        if unit.is_space:
            continue
        if getattr(unit, attribute) and not unit.is_break and last >= 0 and getattr(units[last], attribute):
            for gap in units[last + 1 : at]:
                setattr(gap, attribute, True)
        last = -1 if unit.is_break else at


def _shed(units: list[_Unit], attribute: str) -> None:
    at = 0
    while at < len(units):
        if not getattr(units[at], attribute):
            at += 1
            continue
        end = at
        while end < len(units) and getattr(units[end], attribute):
            end += 1
        _shed_run(units, at, end, attribute)
        at = end


def _shed_run(units: list[_Unit], start: int, end: int, attribute: str) -> None:
    """Let spaces and breaks at the borders go, and marks that touch a word outside."""
    while start < end and (
        units[start].is_space
        or units[start].is_break
        or (units[start].is_mark and start > 0 and units[start - 1].is_wordy)
    ):
        setattr(units[start], attribute, False)
        start += 1
    while end > start and (
        units[end - 1].is_space
        or units[end - 1].is_break
        or (units[end - 1].is_mark and end < len(units) and units[end].is_wordy)
    ):
        setattr(units[end - 1], attribute, False)
        end -= 1


def _lines(units: list[_Unit]) -> list[PageElement]:
    """The units as nodes again, the longer of two overlapping looks outermost."""
    made: list[PageElement] = []
    at = 0
    while at < len(units):
        unit = units[at]
        bold, italic = _reach(units, at, "bold"), _reach(units, at, "italic")
        if max(bold, italic) > at:
            attribute, end = ("bold", bold) if bold >= italic else ("italic", italic)
            inside = [replace(each) for each in units[at:end]]
            for each in inside:
                setattr(each, attribute, False)
            made.append(new("strong" if attribute == "bold" else "em", *_lines(inside)))
            at = end
            continue
        if isinstance(unit.what, Tag):
            made.append(unit.what)
            at += 1
            continue
        end = at
        while end < len(units) and _is_plain(units[end]):
            end += 1
        made.append(NavigableString("".join(str(each.what) for each in units[at:end])))
        at = end
    return made


def _is_plain(unit: _Unit) -> bool:
    return isinstance(unit.what, str) and not unit.bold and not unit.italic


def _reach(units: list[_Unit], at: int, attribute: str) -> int:
    while at < len(units) and getattr(units[at], attribute):
        at += 1
    return at
