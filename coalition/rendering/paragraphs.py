"""A text as its paragraphs: what a comment is made on, what a redline compares, what is followed into the next version.

A paragraph is what a reader would point at: the title, an addressee, a heading, a list item, a row of a table, a
footnote. Its key names it within its text and is made from its words, so that it stays when others come and go.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from markdown_it.token import Token

from coalition.languages.normal_forms import normal_form
from coalition.rendering.figures import PLACEHOLDER
from coalition.rendering.pairing import pairs
from coalition.rendering.text.tokens import parse_as_typed

if TYPE_CHECKING:
    from coalition.models.version import Text

ADDRESSEES = "addressees"
PLAIN_PARTS = {
    "title": "title",
    "deck": "deck",
    "salutation": "salutation",
    "closing": "closing",
    "disclaimers": "disclaimer",
}
"""The parts of a text that are no Markdown, and the kind of their paragraphs."""

BEFORE_BODY, AFTER_BODY = ("title", "deck", ADDRESSEES, "salutation"), ("closing",)
KINDS = (
    "title",
    "deck",
    "addressee",
    "copy",
    "salutation",
    "heading",
    "paragraph",
    "item",
    "recommendation",
    "quote",
    "speaker",
    "row",
    "code",
    "rule",
    "closing",
    "footnote",
    "disclaimer",
)
MARKS = {"strong_open": "strong", "em_open": "em"}
NOTE, CODE, LINK = "note", "code", "link "


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look. `marks`, sorted: "strong", "em", "code", "note" (a reference to a footnote), "link " and its
    address.
    """

    text: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a text."""

    key: str
    """Names it within its text: ASCII, at most 64 characters, good as an HTML id."""
    part: str
    """The part of the text it stands in: a name of FINGERPRINTED, or "addressees"."""
    kind: str
    """One of KINDS."""
    runs: tuple[Run, ...]
    source: str
    """As typed, Markdown in the body, without the marker of its list or quotation."""
    start: int
    end: int
    """Where the source stands in its part (line ends as LF); both 0 for addressees."""
    marker: str = ""
    """What stands before the first paragraph of a list's item: "-", "2.", "2)"; Western digits."""
    level: int = 0
    """Of a heading, from 1; of an item, how many lists it stands in."""
    anchor: str = ""
    """The id it has in the text's HTML (coalition.rendering.text.to_html): "p3", "r1", "fn2"; "" where it has none."""
    number: int = 0
    """Its place among those of its kind, from 1, for naming it: paragraph 3, footnote 2."""

    @property
    def plain(self) -> str:
        """Its words without formatting; figures as their placeholders, references to footnotes as "[1]"."""
        return "".join(run.text for run in self.runs)


Parts: TypeAlias = Mapping[str, Any]
"""The parts of a text by name, and "addressees": lines, or printed forms (block, style, name, office)."""


def paragraphs(text: Text | Parts | str) -> list[Paragraph]:
    """The paragraphs of a row of `texts`, of a mapping of parts, or of a body in Markdown, in the order of reading."""
    parts = parts_of(text)
    found = [each for part in BEFORE_BODY for each in _of_part(part, parts)]
    body = list(_of_body(str(parts.get("body") or "")))
    found += [each for each in body if each.kind != "footnote"]
    found += _of_part("closing", parts)
    found += [each for each in body if each.kind == "footnote"]
    found += _of_part("disclaimers", parts)
    return list(_numbered(_keyed(found)))


def follow(old: Iterable[Paragraph], new: Iterable[Paragraph]) -> dict[str, str | None]:
    """For each key of the old paragraphs, the key in the new ones of what it became; None where it is gone.

    A paragraph is followed where it stands unchanged, where it was moved, and where it was edited beyond doubt.
    """
    before, after = list(old), list(new)
    became: dict[str, str | None] = {each.key: None for each in before}
    for pair in pairs(before, after):
        if pair.is_beyond_doubt:
            became[before[pair.old].key] = after[pair.new].key
    return became


def with_wording(part: str, paragraph: Paragraph, wording: str) -> str:
    """The part of the text (as stored, "body" for most) with the paragraph's source replaced by other words.

    Further lines are set in as the paragraph's place asks: under its item's marker, behind a quotation's mark.
    """
    text = _with_plain_line_ends(part)
    line = text[text.rfind("\n", 0, paragraph.start) + 1 : paragraph.start]
    indent = re.sub(r"[^>\s]", " ", line) if paragraph.part == "body" else ""
    lines = _with_plain_line_ends(wording).strip().split("\n")
    typed = "\n".join([lines[0], *((indent + each).rstrip() for each in lines[1:])])
    return text[: paragraph.start] + typed + text[paragraph.end :]


# -- parts ------------------------------------------------------------------------------------------------------------


def parts_of(text: Text | Parts | str) -> Parts:
    """The parts of a text by name, with its addressees as printed in its language; a string is a body."""
    if isinstance(text, str):
        return {"body": text}
    if isinstance(text, Mapping):
        return text
    addressees = [one.printed(text.language) for one in text.version.addressees]
    return {name: getattr(text, name) for name in (*PLAIN_PARTS, "body")} | {ADDRESSEES: addressees}


def _of_part(part: str, parts: Parts) -> Iterator[Paragraph]:
    if part == ADDRESSEES:
        for one in parts.get(part) or ():
            yield _addressee(one)
        return
    text = _with_plain_line_ends(str(parts.get(part) or ""))
    for found in re.finditer(r"\S(?:.*?\S)??(?=\s*\Z|[ \t]*\n[ \t]*\n)", text, re.DOTALL):
        runs = (Run(_plain("\n".join(line.strip() for line in found[0].split("\n")))),)
        yield Paragraph(
            key="", part=part, kind=PLAIN_PARTS[part], runs=runs, source=found[0], start=found.start(), end=found.end()
        )


def _addressee(one: str | Mapping[str, str]) -> Paragraph:
    if isinstance(one, str):
        words, kind = one, "addressee"
    else:
        name = " ".join(filter(None, (one["style"], one["name"])))
        words = ", ".join(filter(None, (name, one["office"])))
        kind = "addressee" if one["block"] == "to" else "copy"
    return Paragraph(key="", part=ADDRESSEES, kind=kind, runs=(Run(_plain(words)),), source=words, start=0, end=0)


# -- the body ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Frame:
    """Something open around a paragraph: an item, a quotation, a footnote, a list, a row."""

    kind: str
    marker: str = ""
    anchor: str = ""
    number: int = 0
    style: str = ""
    is_recommendations: bool = False


def _of_body(body: str) -> Iterator[Paragraph]:
    # A line end within a figure is a blank to Markdown too, and so lines are counted alike here and there.
    text = PLACEHOLDER.sub(lambda found: found[0].replace("\n", " "), _with_plain_line_ends(body))
    yield from _Walk(text).paragraphs()


class _Walk:
    """One way through the tokens of a body, knowing at each what it stands in."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text)), len(text) + 1]
        self.frames: list[_Frame] = []
        self.cells: list[Token] = []
        self.anchor = ""
        self.last_line = 0

    def paragraphs(self) -> Iterator[Paragraph]:
        tokens = parse_as_typed(self.text)
        for at, token in enumerate(tokens):
            if token.nesting == 1:
                self._open(token)
            elif token.nesting == -1:
                yield from self._close(token)
            elif token.type == "inline" and self._within("row"):
                self.cells.append(token)
            elif token.type == "inline" and token.children:
                yield self._inline(token, has_speaker=_is_speaker_next(tokens, at))
            elif token.type in {"fence", "hr"}:
                yield self._solid(token)

    def _open(self, token: Token) -> None:
        match token.type:
            case "ordered_list_open" | "bullet_list_open":
                style = token.markup if token.type.startswith("ordered") else "-"
                is_recommendations = token.attrs.get("class") == "recommendations"
                first = int(token.attrs.get("start", 1))
                self.frames.append(_Frame("list", "", "", first, style, is_recommendations))
            case "list_item_open":
                within = self.frames[-1]
                marker = "-" if within.style == "-" else f"{within.number}{within.style}"
                within.number += 1
                kind = "recommendation" if within.is_recommendations else "item"
                self.frames.append(_Frame(kind, marker, token.meta.get("anchor", "")))
            case "blockquote_open":
                self.last_line = (token.map or [0, 1])[1] - 1
                self.frames.append(_Frame("quote"))
            case "speaker_open":
                self.frames.append(_Frame("speaker"))
            case "footnote_open":
                note = token.meta["id"] + 1
                self.frames.append(_Frame("footnote", "", f"fn{note}", note))
            case "tr_open":
                self.frames.append(_Frame("row"))
            case "heading_open":
                self.frames.append(_Frame("heading", number=token.meta["level"]))
            case "paragraph_open":
                self.anchor = token.meta.get("anchor", "")

    def _close(self, token: Token) -> Iterator[Paragraph]:
        if token.type == "tr_close" and self.cells:
            yield self._row()
        if token.type in CLOSING:
            self.frames.pop()

    def _inline(self, token: Token, *, has_speaker: bool) -> Paragraph:
        frame = next((each for each in reversed(self.frames) if each.kind != "list"), _Frame("paragraph"))
        note = next((each for each in self.frames if each.kind == "footnote"), None)
        kind = "footnote" if note else frame.kind
        marker, frame.marker = frame.marker, ""
        anchor, frame.anchor = self.anchor or frame.anchor, ""
        self.anchor = ""
        depth = sum(each.kind == "list" for each in self.frames)
        source, (start, end) = token.content, self._place(token)
        if has_speaker:
            source, end = source.rpartition("\n")[0], start + len(self.text[start:end].rpartition("\n")[0])
        return Paragraph(
            key="",
            part="body",
            kind=kind,
            runs=_runs(token.children or []),
            source=source or self.text[start:end],
            start=start,
            end=end,
            marker=marker,
            level=frame.number if kind == "heading" else depth,
            anchor=anchor,
            number=note.number if note else 0,
        )

    def _row(self) -> Paragraph:
        runs: list[Run] = []
        for cell in self.cells:
            runs += [Run(" | ")] * bool(cell is not self.cells[0]) + list(_runs(cell.children or []))
        first, last = (self.cells[0].map or [0, 1])[0], (self.cells[-1].map or [0, 1])[1]
        self.cells = []
        start, end = self._lines(first, last)
        source = self.text[start:end]
        return Paragraph(key="", part="body", kind="row", runs=_merged(runs), source=source, start=start, end=end)

    def _solid(self, token: Token) -> Paragraph:
        """A block of code, or a rule."""
        kind, words = ("code", token.content.rstrip("\n")) if token.type == "fence" else ("rule", "* * *")
        start, end = self._lines(*(token.map or (0, 0)))
        source = self.text[start:end]
        return Paragraph(
            key="", part="body", kind=kind, runs=(Run(_plain(words)),), source=source, start=start, end=end
        )

    def _within(self, kind: str) -> bool:
        return any(frame.kind == kind for frame in self.frames)

    def _place(self, token: Token) -> tuple[int, int]:
        """Where the words of a block stand in the text: after the marker of its list, heading or quotation.

        A speaker has no place of its own in the tokens: it is the last line of what was read just before.
        """
        if token.map is None:
            return self._speaker_place()
        start, end = self._lines(*token.map)
        line = self.text[start : self.starts[token.map[0] + 1] - 1].rstrip()
        first = token.content.split("\n")[0].rstrip()
        if line.endswith(first):
            start += len(line) - len(first)
        elif first in line:
            start += line.index(first)
            end = start + len(first)
        self.last_line = token.map[1] - 1
        return start, end

    def _speaker_place(self) -> tuple[int, int]:
        start, end = self._lines(self.last_line, self.last_line + 1)
        dash = self.text.find("— ", start, end)
        return (dash, end) if dash >= 0 else (start, end)

    def _lines(self, first: int, end: int) -> tuple[int, int]:
        """From the first sign of one line to the last of another."""
        start = self.starts[first]
        stop = max(start, self.starts[end] - 1)
        typed = self.text[start:stop]
        return start + len(typed) - len(typed.lstrip()), start + len(typed.rstrip())


CLOSING = frozenset(
    """ordered_list_close bullet_list_close list_item_close blockquote_close speaker_close footnote_close
    tr_close heading_close""".split()
)


def _is_speaker_next(tokens: list[Token], at: int) -> bool:
    return [token.type for token in tokens[at + 1 : at + 3]] == ["paragraph_close", "speaker_open"]


def _runs(children: Iterable[Token]) -> tuple[Run, ...]:
    marks: list[str] = []
    runs: list[Run] = []
    for token in children:
        if token.nesting == 1:
            marks.append(LINK + str(token.attrs["href"]) if token.type == "link_open" else MARKS[token.type])
        elif token.nesting == -1:
            marks.pop()
        else:
            runs.append(_run(token, marks))
    return _merged(runs)


def _run(token: Token, marks: Iterable[str]) -> Run:
    own: tuple[str, ...] = ()
    words = token.content
    match token.type:
        case "softbreak":
            words = " "
        case "hardbreak":
            words = "\n"
        case "footnote_ref":
            words, own = f"[{token.meta['id'] + 1}]", (NOTE,)
        case "code_inline":
            own = (CODE,)
    return Run(_plain(words), tuple(sorted({*marks, *own})))


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbours of one look as one; each reference to a footnote stays apart."""
    out: list[Run] = []
    for run in filter(lambda each: each.text, runs):
        if out and out[-1].marks == run.marks and NOTE not in run.marks:
            out[-1] = Run(out[-1].text + run.text, run.marks)
        else:
            out.append(run)
    return tuple(out)


def _plain(text: str) -> str:
    return normal_form("NFC", text)


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# -- keys -------------------------------------------------------------------------------------------------------------


def _keyed(found: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Each with its key: its part, a digest of its words as typed, and which of the equal ones it is."""
    seen: Counter[str] = Counter()
    for each in found:
        words = " ".join(_plain(each.source).split())
        stem = f"{each.part}-{hashlib.sha256(words.encode(errors='surrogatepass')).hexdigest()[:16]}"
        seen[stem] += 1
        yield replace(each, key=f"{stem}-{seen[stem]}")


def _numbered(found: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Each with its number among its kind; those of the running text that have an anchor carry its number."""
    counts: Counter[str] = Counter()
    for each in found:
        counts[each.kind] += 1
        yield replace(each, number=each.number or int(re.sub(r"\D", "", each.anchor) or counts[each.kind]))
