"""Text cut into records and cells. What was typed is kept beside the cells, so that a line can go back as it came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

DELIMITERS = ("\t", ";", "|", ",")

_ENDS = re.compile(r"\r\n|\n|\r")
# Cells copied from a spreadsheet stand in quotation marks only where they hold one of these; else the marks are theirs.
_NEEDS_QUOTES = re.compile('[\t\r\n]|""')
# A quoted cell longer than this is no quoted cell but a name that starts with a quotation mark.
_QUOTED_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the number of its first line, its cells, and the text it was made from, without the line end."""

    number: int
    cells: tuple[str, ...]
    typed: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing but spaces stands in it."""
        return not any(cell.strip() for cell in self.cells)


def split_lines(text: str) -> list[str]:
    """The lines of a text: only CR LF, LF and CR end one, so that no other character is lost."""
    return _ENDS.split(text)


def split_records(text: str, delimiter: str) -> list[Line]:
    """The records of a text whose cells stand between `delimiter`. A quoted cell may hold delimiters and line ends.

    A quotation mark that is not closed right before a delimiter or a line end is part of the cell, as typed.
    """
    if '"' not in text:
        return [Line(number, tuple(line.split(delimiter)), line) for number, line in enumerate(split_lines(text), 1)]
    return list(_scanned(text, delimiter))


def _scanned(text: str, delimiter: str) -> Iterator[Line]:
    at, number = 0, 1
    while at <= len(text):
        start, cells = at, []
        while True:
            cell, at = _cell(text, at, delimiter)
            cells.append(cell)
            if at >= len(text) or text[at] != delimiter:
                break
            at += 1
        typed = text[start:at]
        yield Line(number, tuple(cells), typed)
        number += 1 + len(_ENDS.findall(typed))
        if at >= len(text):
            return
        at += 2 if text.startswith("\r\n", at) else 1


def _cell(text: str, at: int, delimiter: str) -> tuple[str, int]:
    """The cell that starts at `at`, and where it ends."""
    quoted = _quoted(delimiter).match(text, at)
    if quoted and (delimiter != "\t" or _NEEDS_QUOTES.search(quoted[1])):
        return quoted[1].replace('""', '"'), quoted.end()
    plain = _plain(delimiter).match(text, at)
    return (plain[0], plain.end()) if plain else ("", at)


@cache
def _quoted(delimiter: str) -> re.Pattern[str]:
    most = f"{{0,{_QUOTED_MOST}}}"
    blanks = " *" if delimiter == "\t" else r"[ \t]*"
    return re.compile(rf'{blanks}"([^"]{most}(?:""[^"]{most}){{0,100}})"{blanks}(?={re.escape(delimiter)}|[\r\n]|\Z)')


@cache
def _plain(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf"[^{re.escape(delimiter)}\r\n]*")


def has_quoted_cells(text: str, delimiter: str) -> bool:
    """Whether a cell in quotation marks holds the delimiter or a line end: then only this delimiter fits."""
    return any(delimiter in match[1] or "\n" in match[1] for match in _quoted(delimiter).finditer(text[:200_000]))
