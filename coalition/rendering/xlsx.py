"""The public list as a workbook (XLSX): names as text that nothing calculates, days as days, a sheet about the list."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from flask_babel import force_locale, gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from coalition.languages import direction, interface_language
from coalition.rendering.directory_csv import CALCULATED
from coalition.rendering.list_table import list_table
from coalition.rendering.sheet import sheet
from coalition.rendering.zipped import dated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from coalition.rendering.list_table import Cell, ListTable
    from coalition.rendering.printed import PrintedLetter
    from coalition.rendering.sheet import Sheet

FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What XML has no place for, and nobody sees."""
WIDEST: Final = 60
FIRST_SHEET_WIDTH: Final = 26


def list_xlsx(letter: PrintedLetter, language: str) -> bytes:
    """The list as `list_table` has it, and beside it which letter and edition it is of; equal bytes for equal editions.

    Row by row: a list of 30,000 names stands in memory once.
    """
    page, table = sheet(letter, language), list_table(letter, language)
    book = Workbook(write_only=True)
    with force_locale(interface_language(language)):
        _list(book.create_sheet(_name_of_sheet(page.list_heading)), table)
        _about(book.create_sheet(_name_of_sheet(gettext("About this list"))), page)
    book.properties.creator = page.coalition
    book.properties.title, book.properties.subject = page.heading, page.edition
    out = io.BytesIO()
    book.save(out)
    return _without_its_moment(out.getvalue(), letter.published_at)


def _list(made: Any, table: ListTable) -> None:
    made.freeze_panes = "B2"
    made.sheet_view.rightToLeft = direction(table.language) == "rtl"
    for place, heading in enumerate(table.headings, start=1):
        names = place <= len(table.letter.languages)
        made.column_dimensions[get_column_letter(place)].width = WIDEST if names else max(len(heading) + 4, 14)
    count = sum(len(group.lines) for group in table.letter.groups)
    made.auto_filter.ref = f"A1:{get_column_letter(len(table.headings))}{count + 1}"
    made.append([_bold(made, heading) for heading in table.headings])
    for row in table.rows():
        made.append([_cell(made, cell) for cell in row])


def _about(made: Any, page: Sheet) -> None:
    made.sheet_view.rightToLeft = direction(page.language) == "rtl"
    made.column_dimensions["A"].width, made.column_dimensions["B"].width = FIRST_SHEET_WIDTH, WIDEST
    for heading, words in _facts(page):
        made.append([_bold(made, heading), _cell(made, words)])


def _facts(page: Sheet) -> Iterator[tuple[str, str]]:
    """What the list belongs to, and who else is behind the letter without a row of their own."""
    yield gettext("Letter"), page.heading
    yield gettext("Of"), page.coalition
    yield gettext("Edition"), page.edition
    yield gettext("Address"), page.address
    yield gettext("Signatories"), page.count
    others = [said for part in page.parts for said in (part.others, part.unnamed) if said]
    for said in (*others, page.withheld):
        if said:
            yield "", said


def _cell(made: Any, cell: Cell) -> Any:
    """A cell, typed openly for want of stubs. Text stays text, whatever it begins with, also when it is edited."""
    if not isinstance(cell, str):
        day: Any = WriteOnlyCell(made)
        if cell is not None:
            day.value = cell
            day.number_format = "yyyy-mm-dd"
        return day
    text = FORBIDDEN.sub("", cell)
    if not text.startswith(CALCULATED):
        return text
    guarded: Any = WriteOnlyCell(made, text)
    guarded.data_type, guarded.quotePrefix = "s", True
    return guarded


def _bold(made: Any, words: str) -> Any:
    heading: Any = WriteOnlyCell(made, words)
    heading.font = Font(bold=True)
    return heading


def _name_of_sheet(words: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", words).strip("' ")[:31] or "1"


def _without_its_moment(content: bytes, moment: datetime) -> bytes:
    """The library writes when it saved; the file says the edition's moment instead."""
    said = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    name = "docProps/core.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        facts = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + said, made.read(name))
    return dated(content, moment, instead={name: facts})
