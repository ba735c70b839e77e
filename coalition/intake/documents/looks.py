"""Bold and italic within a line, sign by sign: where Markdown can say them, and what to do where it can not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from bs4.element import NavigableString, PageElement, Tag
from markdown_it import MarkdownIt
from markdown_it.token import Token

from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import new
from coalition.intake.documents.writing import escaped


@dataclass(slots=True)
class Unit:
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


def closed_up(units: list[Unit]) -> list[Unit]:
    """The units without double spaces, and with bold and italic reaching only where Markdown can begin and end them."""
    kept: list[Unit] = []
    for unit in units:
        if unit.what == " " and (not kept or kept[-1].what == " " or kept[-1].is_break):
            continue
        if unit.is_break and not kept:
            continue
        if unit.is_break and kept[-1].what == " ":
            kept.pop()
        kept.append(unit)
    while kept and (kept[-1].is_break or kept[-1].what == " "):
        kept.pop()
    _bridge(kept, "bold")
    _bridge(kept, "italic")
    # What one of them sheds may move the border of the other: twice is enough for both.
    for attribute in ("bold", "italic", "bold", "italic"):
        _shed(kept, attribute)
    return kept


def _bridge(units: list[Unit], attribute: str) -> None:
    """A space between two bold words is bold."""
    last = -1
    for at, unit in enumerate(units):
        if unit.is_space:
            continue
        if getattr(unit, attribute) and not unit.is_break and last >= 0 and getattr(units[last], attribute):
            for gap in units[last + 1 : at]:
                setattr(gap, attribute, True)
        last = -1 if unit.is_break else at


def _shed(units: list[Unit], attribute: str) -> None:
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


def _shed_run(units: list[Unit], start: int, end: int, attribute: str) -> None:
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


def lines(units: list[Unit]) -> list[PageElement]:
    """The units as nodes again, the longer of two overlapping looks outermost."""
    made: list[PageElement] = []
    at = 0
    while at < len(units):
        unit = units[at]
        sign, end = _outermost(units, at)
        if sign:
            attribute = "bold" if sign == "**" else "italic"
            inside = [replace(each) for each in units[at:end]]
            for each in inside:
                setattr(each, attribute, False)
            made.append(new("strong" if attribute == "bold" else "em", *lines(inside)))
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


def _is_plain(unit: Unit) -> bool:
    return isinstance(unit.what, str) and not unit.bold and not unit.italic


def _reach(units: list[Unit], at: int, attribute: str) -> int:
    while at < len(units) and getattr(units[at], attribute):
        at += 1
    return at


def make_sure(units: list[Unit], losses: Losses) -> None:
    """Read the line as Markdown will be read, and give up looks until it says what was meant.

    Bold and italic that begin and end within one word are more than Markdown can always tell apart.
    """
    if not any(unit.bold or unit.italic for unit in units):
        return
    for given_up in ("", "italic", "bold"):
        for unit in units if given_up else ():
            setattr(unit, given_up, False)
        if _is_read_as_meant(units):
            if given_up:
                losses.add("look", "".join(str(unit.what) for unit in units if isinstance(unit.what, str)))
            return


def _is_read_as_meant(units: list[Unit]) -> bool:
    meant = [(unit.what, unit.bold, unit.italic) for unit in units if isinstance(unit.what, str) and not unit.is_space]
    tokens = _inline_reader().parseInline(_as_markdown(units))[0].children or []
    return meant == list(_said(tokens))


@cache
def _inline_reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline"])


def _said(tokens: list[Token]) -> Iterator[tuple[str, bool, bool]]:
    depths = {"strong": 0, "em": 0, "link": 0}
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind in depths:
            depths[kind] += token.nesting
        elif token.type == "text" and not depths["link"]:
            look = depths["strong"] > 0, depths["em"] > 0
            yield from ((sign, *look) for sign in token.content if not sign.isspace())


def _as_markdown(units: list[Unit]) -> str:
    """The line as it will be written, with links and notes as stand-ins."""
    out: list[str] = []
    at = 0
    while at < len(units):
        sign, end = _outermost(units, at)
        if sign:
            inside = [replace(each) for each in units[at:end]]
            for each in inside:
                setattr(each, "bold" if sign == "**" else "italic", False)
            out.append(f"{sign}{_as_markdown(inside)}{sign}")
            at = end
            continue
        end = at
        while end < len(units) and _is_plain(units[end]):
            end += 1
        if end > at:
            out.append(escaped("".join(str(each.what) for each in units[at:end])))
            at = end
        else:
            what = units[at].what
            out.append("\\\n" if isinstance(what, Tag) and what.name == "br" else "[x](https://x.org)")
            at += 1
    return "".join(out)


def _outermost(units: list[Unit], at: int) -> tuple[str, int]:
    """Which look begins outermost at a place, as Markdown writes it, and where it ends; "" for none."""
    bold, italic = _reach(units, at, "bold"), _reach(units, at, "italic")
    if max(bold, italic) == at:
        return "", at
    return ("**", bold) if bold >= italic else ("*", italic)
