"""Excel files. They are zip archives from strangers: measured before they are unpacked; no formula is ever run."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from coalition.intake.delimited import Line
from coalition.intake.problems import Problem, SheetRefused
from coalition.intake.table import COLUMNS_LIMIT, FILE_LIMIT, LINES_LIMIT, Table, table_of

ENTRIES_LIMIT = 1_000
UNPACKED_LIMIT = 60_000_000
CELLS_LIMIT = 2_000_000
_LAST_ROW = 1_048_576
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"


def looks_like_workbook(data: bytes) -> bool:
    """Whether the file starts like an Excel file, of today or of old."""
    return data.startswith((_ZIP, _OLD_EXCEL))


def read_xlsx(data: bytes) -> Table:
    """The table in the first sheet of an Excel file that has something in it. Formulas give their stored results.

    Raises SheetRefused for anything that is no such file or is too large, packed or unpacked.
    """
    _check_archive(data)
    try:
        return _read(data)
    except SheetRefused:
        raise
    except (
        Exception
    ) as broken:  # openpyxl raises whatever a damaged file makes it meet (KeyError, ParseError, TypeError, …)
        raise SheetRefused(Problem("sheet_not_understood")) from broken


def _check_archive(data: bytes) -> None:
    if len(data) > FILE_LIMIT:
        raise SheetRefused(Problem("sheet_too_large", value="5 MB"))
    if data.startswith(_OLD_EXCEL):
        raise SheetRefused(Problem("sheet_is_old_excel"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive)
    except SheetRefused:
        raise
    except Exception as broken:  # zipfile, too, raises many kinds on damaged archives
        raise SheetRefused(Problem("sheet_not_understood")) from broken


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > ENTRIES_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise SheetRefused(Problem("sheet_too_large", value="60 MB"))
    names = {entry.filename for entry in entries}
    if "content.xml" in names and "mimetype" in names:
        raise SheetRefused(Problem("sheet_is_open_document"))
    for entry in entries:
        # No spreadsheet program writes a document type; it is how XML is made to grow without end or to read files.
        if not entry.filename.startswith("xl/media/") and b"<!DOCTYPE" in archive.read(entry):
            raise SheetRefused(Problem("sheet_not_understood"))


def _read(data: bytes) -> Table:
    sheet = _first_filled(data)
    notes: list[Problem] = []
    if any(cell.startswith("=") for cells in sheet.rows.values() for cell in cells):
        notes = _put_results(sheet.rows, _first_filled(data, with_results=True, title=sheet.title).rows)
    if sheet.others:
        notes.append(Problem("other_sheets_left_out", value=", ".join(sheet.others), suggestion=sheet.title))
    return table_of([Line(number, cells, typed_again(cells)) for number, cells in sheet.rows.items()], tuple(notes))


def typed_again(cells: tuple[str, ...]) -> str:
    """The cells as a spreadsheet would put them on the clipboard, so that a line can go into the box."""
    return "\t".join(
        f'"{quoted}"' if "\n" in cell or "\t" in cell or '""' in cell else cell
        for cell in cells
        for quoted in [cell.replace('"', '""')]
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    rows: dict[int, tuple[str, ...]]
    others: tuple[str, ...]


def _first_filled(data: bytes, *, with_results: bool = False, title: str = "") -> _Sheet:
    """The first visible sheet with something in it (or the one of that title), and the titles of the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=with_results, keep_links=False)
        try:
            sheets = [
                sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and title in {"", sheet.title}
            ]
            filled = [(sheet.title, rows) for sheet in sheets if (rows := _rows(sheet))]
        finally:
            book.close()
    if not filled:
        raise SheetRefused(Problem("sheet_empty"))
    return _Sheet(*filled[0], others=tuple(other for other, _ in filled[1:]))


def _rows(sheet: Any) -> dict[int, tuple[str, ...]]:
    """The filled rows by their number. What the file says about its own size is not believed."""
    rows: dict[int, tuple[str, ...]] = {}
    cells_seen = 0
    sheet.reset_dimensions()
    for number, values in enumerate(sheet.iter_rows(max_row=_LAST_ROW, values_only=True), 1):
        cells_seen += len(values)
        if len(rows) > LINES_LIMIT or cells_seen > CELLS_LIMIT:
            raise SheetRefused(Problem("sheet_too_many_lines", value=f"{LINES_LIMIT:,}"))
        if cells := _without_empty_end(
            [_text(value) for value in values] if any(value is not None for value in values) else []
        ):
            rows[number] = cells
    return rows


def _without_empty_end(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > COLUMNS_LIMIT:
        raise SheetRefused(Problem("sheet_too_many_columns", value=str(COLUMNS_LIMIT)))
    return tuple(cells)


def _put_results(rows: dict[int, tuple[str, ...]], results: dict[int, tuple[str, ...]]) -> list[Problem]:
    """Replace each formula by the result that was stored with it; says the lines where there was none."""
    without = []
    for number, cells in rows.items():
        stored = results.get(number, ())
        shown = [
            (stored[at] if at < len(stored) else "") if cell.startswith("=") else cell for at, cell in enumerate(cells)
        ]
        if any(cell and not result for cell, result in zip(cells, shown, strict=True)):
            without.append(Problem("formula_without_value", number))
        rows[number] = tuple(result or cell for cell, result in zip(cells, shown, strict=True))
    return without


def _text(value: object) -> str:
    """A cell's value as the person sees it in the sheet, near enough: 1.0 as "1", a day as 2027-03-01."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
