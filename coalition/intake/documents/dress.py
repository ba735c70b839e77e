"""The words of a line: what is bold and what is italic, however that was said, and nothing else around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from bs4.element import NavigableString, PageElement, Tag

from coalition.intake.documents.looks import Unit, closed_up, lines, make_sure
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
    units = closed_up(list(_units(line, look, losses, may_be_bold=tag.name not in {*HEADINGS, "th"})))
    make_sure(units, losses)
    made = lines(units)
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


def _units(tag: Tag, look: _Look, losses: Losses, *, may_be_bold: bool, is_in_link: bool = False) -> Iterator[Unit]:
    for node in list(tag.children):
        if isinstance(node, NavigableString):
            text = _SPACE.sub(" ", COMMENT_MARK.sub("", str(node)))
            yield from (Unit(each, bold=look.bold and may_be_bold, italic=look.italic) for each in text)
        elif not isinstance(node, Tag):
            continue
        elif node.name in {"br", "note"}:
            yield Unit(node.extract(), bold=look.bold and may_be_bold, italic=look.italic)
        elif node.name == "img":
            losses.add("image", str(node.get("alt") or ""))
        elif node.name == "code" and not elements(node):
            yield Unit(new("code", node.get_text()), bold=False, italic=False)
        elif node.name == "a" and node.get("href") and not is_in_link:
            yield from _link(node, _changed(look, node), losses, may_be_bold=may_be_bold)
        else:
            _count(node, losses, is_in_link=is_in_link)
            if node.name in {"sup", "sub"} or style(node, "vertical-align") in {"super", "sub"}:
                _raise(node, losses)
            inside = _changed(look, node)
            yield from _units(node, inside, losses, may_be_bold=may_be_bold, is_in_link=is_in_link)


def _link(node: Tag, look: _Look, losses: Losses, *, may_be_bold: bool) -> Iterator[Unit]:
    units = list(_units(node, look, losses, may_be_bold=may_be_bold, is_in_link=True))
    address = allowed_address(str(node.get("href")))
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
    yield Unit(new("a", *lines(closed_up(units)), href=address), bold=bold, italic=italic)
    yield from after
    yield from (unit for unit in notes if isinstance(unit.what, Tag) and unit.what.name == "note")


def _trim(units: list[Unit]) -> tuple[list[Unit], list[Unit], list[Unit]]:
    start, end = 0, len(units)
    while start < end and units[start].is_space:
        start += 1
    while end > start and units[end - 1].is_space:
        end -= 1
    return units[:start], units[start:end], units[end:]


def allowed_address(typed: str) -> str:
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
