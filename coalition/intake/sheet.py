"""A list of organisations as people bring it: pasted, or as a CSV or Excel file, in any column order."""

from __future__ import annotations

import re
from dataclasses import replace

from coalition.intake import free_lines
from coalition.intake.columns import Column, Field
from coalition.intake.delimited import DELIMITERS, Line, has_quoted_cells, split_lines, split_records
from coalition.intake.headings import columns_of
from coalition.intake.problems import Problem, SheetRefused
from coalition.intake.table import FILE_LIMIT, TITLE_LINES, Table, check_size, table_of
from coalition.intake.workbook import looks_like_workbook, read_xlsx

__all__ = ["Table", "read_csv", "read_file", "read_paste", "read_xlsx", "safe_cell"]

PASTE_LIMIT = 2_000_000

_SAMPLE = 200
_MOST = 0.8
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)


def read_paste(text: str) -> Table:
    """The table in a pasted text: cells from a spreadsheet, separated values, or one organisation a line.

    Raises SheetRefused where nothing stands in it or it is too large.
    """
    if len(text) > PASTE_LIMIT:
        raise SheetRefused(Problem("sheet_too_large", value=f"{PASTE_LIMIT:,}"))
    return _read_text(text.removeprefix("\ufeff"), ())


def read_csv(data: bytes) -> Table:
    """The table in a CSV file: UTF-8, UTF-16 or Windows-1252 (said as a note), any of tab, semicolon, comma, bar.

    Raises SheetRefused.
    """
    if len(data) > FILE_LIMIT:
        raise SheetRefused(Problem("sheet_too_large", value="5 MB"))
    text, notes = _decoded(data)
    return _read_text(text, notes)


def read_file(data: bytes) -> Table:
    """The table in an uploaded file, told by its first bytes and not by its name. Raises SheetRefused."""
    return read_xlsx(data) if looks_like_workbook(data) else read_csv(data)


def safe_cell(text: str) -> str:
    """The text as a cell of a CSV file that we write: no spreadsheet will run it as a formula.

    An apostrophe is put before =, +, -, @, tab and carriage return at its start (OWASP, "CSV injection").
    """
    return (
        f"'{text}"
        if text.lstrip(" \u00a0\u200b\ufeff")[:1] in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}
        else text
    )


def _read_text(text: str, notes: tuple[Problem, ...]) -> Table:
    named = _SEPARATOR_LINE.match(text)
    if named and named[1] in DELIMITERS:
        return table_of(split_records(text, named[1])[1:], notes)
    check_size([Line(0, (), "")] * (1 if text.strip() else 0))
    sample = [line for line in split_lines(text[:200_000]) if line.strip()][:_SAMPLE]
    delimiter = _delimiter_of(text, sample)
    if delimiter:
        return _straightened(table_of(split_records(text, delimiter), notes))
    return _read_free(text, notes)


def _delimiter_of(text: str, sample: list[str]) -> str:
    """The character between the cells, or nothing where each line is to be read by itself."""
    for line in sample[:TITLE_LINES]:
        for delimiter in DELIMITERS:
            cells = line.split(delimiter)
            if len(cells) > 1 and columns_of([cell.strip(' "') for cell in cells]):
                return delimiter
    if sum("\t" in line for line in sample) >= _MOST * len(sample):
        return "\t"
    return next((delimiter for delimiter in DELIMITERS[1:] if _is_regular(text, sample, delimiter)), "")


def _is_regular(text: str, sample: list[str], delimiter: str) -> bool:
    """Whether nearly all lines have the same number of cells, three or more, with the addresses in one column."""
    if has_quoted_cells(text, delimiter):
        return True
    rows = [line.split(delimiter) for line in sample]
    width = max({len(row) for row in rows}, key=[len(row) for row in rows].count, default=0)
    same = [row for row in rows if len(row) == width]
    if width < 3 or len(rows) < 3 or len(same) < _MOST * len(rows):
        return False
    return any(sum("@" in row[at] for row in same) >= _MOST * len(same) for at in range(width))


def _straightened(table: Table) -> Table:
    """Without headings, a line whose address stands in another column than the others' is read by itself."""
    fields = [column.field for column in table.columns]
    if table.header or Field.ADDRESS not in fields:
        return table
    at = fields.index(Field.ADDRESS)
    odd = [line for line in table.lines if (at >= len(line.cells) or "@" not in line.cells[at]) and "@" in line.typed]
    if not odd:
        return table
    spare = tuple(column for column in free_lines.COLUMNS if column.field not in fields)
    columns = (*table.columns, *spare)
    moved = {line.number: _moved(line, columns) for line in odd}
    return replace(table, columns=columns, lines=tuple(moved.get(line.number, line) for line in table.lines))


def _moved(line: Line, columns: tuple[Column, ...]) -> Line:
    cells = dict(
        zip((column.field for column in free_lines.COLUMNS), free_lines.read_free_line(line.typed), strict=True)
    )
    return replace(line, cells=tuple(cells.get(column.field, "") for column in columns))


def _read_free(text: str, notes: tuple[Problem, ...]) -> Table:
    typed = [(number, line) for number, line in enumerate(split_lines(text), 1) if line.strip()]
    check_size([Line(number, (), line) for number, line in typed])
    header = Line(typed[0][0], (typed[0][1],), typed[0][1])
    if len(typed) > 1 and columns_of(header.cells):
        notes = (*notes, Problem("line_left_out_as_title", header.number, value=header.typed))
        typed = typed[1:]
    lines = tuple(Line(number, free_lines.read_free_line(line), line) for number, line in typed)
    return Table(free_lines.COLUMNS, lines, None, notes)


def _decoded(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), ()
    if encoding := _utf_16_without_mark(data):
        return data.decode(encoding, errors="replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), (Problem("read_as_windows"),)


def _utf_16_without_mark(data: bytes) -> str:
    """The flavour of UTF-16, told by where the zero bytes of Latin letters and separators stand, or nothing."""
    start = data[:2_000]
    if len(data) % 2 or b"\x00" not in start:
        return ""
    low, high = start[1::2].count(0), start[::2].count(0)
    if max(low, high) < len(start) / 8 or min(low, high) > max(low, high) / 4:
        return ""
    return "utf-16-le" if low > high else "utf-16-be"
