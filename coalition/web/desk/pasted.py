"""A list of organisations on its way in: pasted or uploaded, read, compared with the directory, confirmed.

Between the preview and the confirmation nothing waits on the server: the list stands in the box of the page. A seal
over what was shown binds the confirmation to it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request

from coalition import languages
from coalition.actions import compare
from coalition.database import db
from coalition.intake import sheet
from coalition.intake.delimited import split_lines
from coalition.intake.organisations import Preview, read_organisations
from coalition.intake.problems import Problem, SheetRefused, sentence
from coalition.intake.table import FILE_LIMIT
from coalition.intake.workbook import looks_like_workbook, typed_again
from coalition.web.forms import shown as showable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.actions.compare import Planned
    from coalition.actions.directory import DirectoryRow
    from coalition.intake.delimited import Line
    from coalition.intake.table import Table

LIKELY = frozenset({"address_likely_mistyped", "address_ending_unknown", "address_no_dot", "country_likely"})
"""Findings with a suggestion that one tick takes over."""
BLANK_LINES_MOST = 1_000
LINES_LOOKED_AT = 20
_CELL_ENDS = r"[\t;,|\"<>]"
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")


@dataclass(frozen=True, slots=True)
class Correction:
    """A likely slip and what was likely meant, to be taken over by a tick under this key."""

    key: str
    problem: Problem


@dataclass(slots=True)
class Pasted:
    """The list as it stands in the box, and what is in it. `refusal` says why it could not be read, in words."""

    text: str = ""
    language: str = "en"
    preview: Preview | None = None
    planned: list[Planned] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    file_notes: tuple[Problem, ...] = ()
    refusal: str = ""
    apart: frozenset[int] = frozenset()
    is_confirmed: bool = False
    """Whether this is what was shown before, and the person said yes to it."""

    @property
    def rows(self) -> list[DirectoryRow]:
        """What would be written."""
        return [one.row for one in self.planned]

    @property
    def leftover(self) -> str:
        """The lines that have to be corrected first, as typed: what stays in the box."""
        return self.preview.leftover if self.preview else self.text

    @property
    def seal(self) -> str:
        """A short hash of the list and of what would become of it."""
        facts = [self.text, self.language]
        facts += [f"{one.row.known_id} {one.status} {one.changes}" for one in self.planned]
        return hashlib.sha256("\x1f".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def sent(*, default_language: str) -> Pasted:
    """The list that came with this request, with the corrections taken over that were ticked."""
    language = request.form.get("language", "")
    language = language if language in languages.LETTER else default_language
    text, notes, refusal = _brought()
    if refusal:
        return Pasted(text, language, refusal=refusal)
    came = _read(text, language)
    ticked = set(request.form.getlist("correct"))
    corrected = _corrected(text, [one.problem for one in came.corrections if one.key in ticked])
    apart = frozenset(int(line) for line in request.form.getlist("apart") if line.isdecimal() and len(line) < 8)
    result = _read(corrected, language, apart) if corrected != text or apart else came
    result.file_notes = tuple(note for note in notes if not result.preview or note not in result.preview.notes)
    result.is_confirmed = request.form.get("act") == "confirm" and request.form.get("seal") == came.seal
    return result


def _brought() -> tuple[str, tuple[Problem, ...], str]:
    """The text for the box, from the file or from the box itself; remarks about the file; why it was refused."""
    typed = "\n".join(split_lines(request.form.get("list", "")))
    file = request.files.get("file")
    data = file.read(FILE_LIMIT + 1) if file else b""
    if not data:
        return showable(typed), (), ""
    try:
        table = sheet.read_file(data)
    except SheetRefused as refused:
        return showable(typed), (), sentence(refused.problem)
    return showable(text_of(table, is_workbook=looks_like_workbook(data))), table.notes, ""


def _read(text: str, language: str, apart: frozenset[int] = frozenset()) -> Pasted:
    try:
        preview = read_organisations(sheet.read_paste(text), default_language=language)
    except SheetRefused as refused:
        return Pasted(text, language, refusal=sentence(refused.problem))
    planned = compare.plan(db.session(), preview.organisations, apart=apart)
    return Pasted(text, language, preview, planned, list(_corrections(text, preview)), apart=apart)


def text_of(table: Table, *, is_workbook: bool) -> str:
    """A file's lines as text for the box, each on the line that bears its number in the file."""
    lines: list[str] = []
    for line in [*([table.header] if table.header else []), *table.lines]:
        missing = line.number - 1 - len(lines)
        lines += [""] * (missing if missing < BLANK_LINES_MOST else 0)
        lines += split_lines(_on_one_line(line) if is_workbook else line.typed)
    return "\n".join(lines)


def _on_one_line(line: Line) -> str:
    return typed_again(tuple(_LINE_BREAK.sub(" ", cell) for cell in line.cells))


def _corrections(text: str, preview: Preview) -> Iterator[Correction]:
    lines = split_lines(text)
    for number, problem in enumerate(preview.problems):
        if problem.code in LIKELY and problem.suggestion and _place(lines, problem):
            yield Correction(f"{problem.line}-{number}", problem)


def _corrected(text: str, problems: list[Problem]) -> str:
    """The text with what was likely meant in place of what was typed."""
    lines = split_lines(text)
    for problem in problems:
        if place := _place(lines, problem):
            at, start, end = place
            lines[at] = lines[at][:start] + problem.suggestion + lines[at][end:]
    return "\n".join(lines)


def _place(lines: list[str], problem: Problem) -> tuple[int, int, int] | None:
    """Where the typed value of a problem stands: line from 0, start, end. A record may go over several lines."""
    value = re.escape(problem.value)
    for at in range(problem.line - 1, min(problem.line - 1 + LINES_LOOKED_AT, len(lines))):
        line = lines[at]
        as_cell = re.search(rf"(?:^|{_CELL_ENDS})\s*({value})\s*(?:$|{_CELL_ENDS})", line, re.IGNORECASE)
        if as_cell:
            return at, as_cell.start(1), as_cell.end(1)
        found = list(re.finditer(value, line, re.IGNORECASE))
        if len(found) == 1:
            return at, found[0].start(), found[0].end()
    return None


def is_confirming() -> bool:
    """Whether the person pressed the button that says yes to a preview."""
    return request.form.get("act") == "confirm"
