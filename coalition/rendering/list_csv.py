"""The public list as CSV (RFC 4180): UTF-8 with a byte order mark, without which spreadsheets guess and guess wrong."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from coalition.rendering.directory_csv import neutral
from coalition.rendering.list_table import list_table

if TYPE_CHECKING:
    from coalition.rendering.list_table import Cell
    from coalition.rendering.printed import PrintedLetter


def list_csv(letter: PrintedLetter, language: str) -> bytes:
    """The list as `list_table` has it, days as ISO 8601.

    What a spreadsheet would calculate has an apostrophe before it; JSON and XLSX have every name as printed.
    """
    table = list_table(letter, language)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.headings)
    writer.writerows([_said(cell) for cell in row] for row in table.rows())
    return text.getvalue().encode("utf-8-sig")


def _said(cell: Cell) -> str:
    if isinstance(cell, str):
        return neutral(cell)
    return cell.isoformat() if cell else ""
