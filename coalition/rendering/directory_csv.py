"""The directory as a sheet that a spreadsheet calculates nothing from, and that can be brought back as it is."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CALCULATED = ("=", "+", "-", "@", "\t", "\r")


def to_csv(columns: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file in UTF-8 with a byte order mark: `columns` is field to heading, each row field to value."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([neutral(row.get(field, "")) for field in columns])
    return text.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """A cell that no spreadsheet calculates: an apostrophe before what looks like a formula."""
    return f"'{cell}" if cell.startswith(CALCULATED) else cell
