"""The lines of a sheet and what its columns say: under headings in four languages, or guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coalition.intake.columns import Column, Field, guessed
from coalition.intake.delimited import Line
from coalition.intake.headings import columns_of
from coalition.intake.problems import Problem, SheetRefused

FILE_LIMIT = 5_000_000
LINES_LIMIT = 20_000
COLUMNS_LIMIT = 200
TITLE_LINES = 5
"""Headings are looked for in so many filled lines; the ones above them are titles."""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a sheet without its headings and blank lines; `columns` say what each cell is.

    `header` is the line of headings, where there was one; `notes` are remarks about the whole.
    """

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    header: Line | None = None
    notes: tuple[Problem, ...] = ()


def table_of(lines: list[Line], notes: tuple[Problem, ...] = ()) -> Table:
    """The table of lines whose cells are known: finds the headings, or guesses the columns. Raises SheetRefused."""
    filled = [line for line in lines if not line.is_blank]
    check_size(filled)
    for at, line in enumerate(filled[:TITLE_LINES]):
        if columns := columns_of(line.cells):
            return _headed(filled, at, columns, notes)
    return Table(guessed([line.cells for line in filled]), tuple(filled), None, notes)


def check_size(filled: list[Line]) -> None:
    """Refuse no lines at all, and too many lines or columns."""
    if not filled:
        raise SheetRefused(Problem("sheet_empty"))
    if len(filled) > LINES_LIMIT:
        raise SheetRefused(Problem("sheet_too_many_lines", value=f"{LINES_LIMIT:,}"))
    if any(
        len(line.cells) > COLUMNS_LIMIT and any(cell.strip() for cell in line.cells[COLUMNS_LIMIT:]) for line in filled
    ):
        raise SheetRefused(Problem("sheet_too_many_columns", value=str(COLUMNS_LIMIT)))


def _headed(filled: list[Line], at: int, columns: tuple[Column, ...], notes: tuple[Problem, ...]) -> Table:
    titles = tuple(
        Problem("line_left_out_as_title", line.number, value=" ".join(cell for cell in line.cells if cell))
        for line in filled[:at]
    )
    if all(line.is_blank for line in filled[at + 1 :]):
        raise SheetRefused(Problem("sheet_empty"))
    body = tuple(filled[at + 1 :])
    known = {column.field for column in columns}
    if not {Field.ORGANISATION, Field.ADDRESS} <= known and len(columns) > 1:
        columns = _completed(columns, body)
    left_out = tuple(
        Problem("column_left_out", value=column.heading)
        for column in columns
        if column.field is Field.LEFT_OUT and column.heading
    )
    return Table(columns, body, filled[at], (*notes, *titles, *left_out))


def _completed(columns: tuple[Column, ...], body: tuple[Line, ...]) -> tuple[Column, ...]:
    """The columns with organisation and address guessed among those whose headings say nothing."""
    known = tuple(column for column in columns if column.field is not Field.LEFT_OUT)
    unknown = [at for at, column in enumerate(columns) if column.field is Field.LEFT_OUT]
    if not unknown:
        return columns
    rows = [tuple(line.cells[at] if at < len(line.cells) else "" for at in unknown) for line in body]
    taken = {column.field for column in known} | {Field.CONTACT, Field.ACRONYM}
    completed = list(columns)
    for at, column in zip(unknown, guessed(rows), strict=True):
        if column.field in {Field.ORGANISATION, Field.ADDRESS} and column.field not in taken:
            completed[at] = replace(column, heading=columns[at].heading)
    return tuple(completed)
