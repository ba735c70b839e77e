import contextlib
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from coalition.intake.problems import SheetRefused
from coalition.intake.sheet import read_file, read_paste, read_xlsx
from coalition.intake.workbook import typed_again

HEAD = ("Organisation", "Country", "Email")


def workbook(*rows: Sequence[Any], change: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(tuple(row))
    if change:
        change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(SheetRefused) as refused:
        read_file(data)
    return refused.value.problem.code


def changed(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with one entry replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.namelist():
            after.writestr(entry, content if entry == name else before.read(entry))
    return kept.getvalue()


def test_rows_are_read_with_the_numbers_that_excel_shows() -> None:
    table = read_file(
        workbook(
            ("Our members",), (), HEAD, ("Nâga مركز", "France", "a@example.org"), (), (" B ", "KE", "b@example.org")
        )
    )
    assert [(line.number, line.cells) for line in table.lines] == [
        (4, ("Nâga مركز", "France", "a@example.org")),
        (6, (" B ", "KE", "b@example.org")),
    ]
    assert [note.code for note in table.notes] == ["line_left_out_as_title"]


def test_numbers_days_and_ticks_are_read_as_they_look() -> None:
    table = read_xlsx(workbook(HEAD, (350.0, True, date(2027, 3, 1)), (1.5, False, None)))
    assert [line.cells for line in table.lines] == [("350", "yes", "2027-03-01"), ("1.5", "no")]


def test_a_formula_gives_its_stored_result_and_is_never_run() -> None:
    plain = workbook(HEAD, ('=CONCATENATE("Access"," Now")', "FR", "a@example.org"))
    table = read_xlsx(plain)
    assert table.lines[0].cells[0] == '=CONCATENATE("Access"," Now")'
    assert [(note.code, note.line) for note in table.notes] == [("formula_without_value", 2)]
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        xml = archive.read(sheet)
    stored = xml.replace(b'<c r="A2"><f>', b'<c r="A2" t="str"><f>').replace(b"</f><v/>", b"</f><v>Access Now</v>")
    stored = stored.replace(b"</f><v></v>", b"</f><v>Access Now</v>")
    table = read_xlsx(changed(plain, sheet, stored))
    assert table.lines[0].cells[0] == "Access Now"
    assert table.notes == ()


def test_other_filled_sheets_are_named_and_hidden_ones_left_alone() -> None:
    def more(book: Any) -> None:
        book.active.title = "Members"
        book.create_sheet("Partners").append(("X", "x@example.org"))
        hidden = book.create_sheet("Notes")
        hidden.append(("secret",))
        hidden.sheet_state = "hidden"

    (note,) = read_xlsx(workbook(HEAD, ("A", "FR", "a@example.org"), change=more)).notes
    assert (note.code, note.value, note.suggestion) == ("other_sheets_left_out", "Partners", "Members")


def test_an_empty_first_sheet_is_passed_over() -> None:
    def more(book: Any) -> None:
        sheet = book.create_sheet("List")
        sheet.append(HEAD)
        sheet.append(("A", "FR", "a@example.org"))

    assert read_xlsx(workbook(change=more)).lines[0].cells[0] == "A"


def test_what_is_no_workbook_is_refused_in_words() -> None:
    assert refusal(b"PK\x03\x04 nonsense") == "sheet_not_understood"
    assert refusal(b"\xd0\xcf\x11\xe0 an old one") == "sheet_is_old_excel"
    assert refusal(workbook()) == "sheet_empty"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    assert refusal(kept.getvalue()) == "sheet_is_open_document"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"\x00" * 10_000_000)
    assert len(kept.getvalue()) < 200_000
    assert refusal(kept.getvalue()) == "sheet_too_large"
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(1_100):
            archive.writestr(f"{number}", b"")
    assert refusal(many.getvalue()) == "sheet_too_large"


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\x00" * 70_000_000)
    honest = struct.pack("<L", 70_000_000)
    assert refusal(kept.getvalue().replace(honest, struct.pack("<L", 100))) == "sheet_not_understood"


def test_xml_that_declares_entities_is_refused() -> None:
    data = workbook(HEAD, ("A", "FR", "a@example.org"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + xml
    assert refusal(changed(data, "xl/worksheets/sheet1.xml", bomb)) == "sheet_not_understood"


@pytest.mark.parametrize("row", [b"99999999999999", b"-5", b"x"])
def test_rows_numbered_wildly_do_not_hang(row: bytes) -> None:
    data = workbook(HEAD, ("A", "FR", "a@example.org"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    odd = changed(data, "xl/worksheets/sheet1.xml", xml.replace(b'<row r="2"', b'<row r="%s"' % row))
    with contextlib.suppress(SheetRefused):
        assert len(read_xlsx(odd).lines) <= 2


def test_ten_thousand_columns_are_refused_in_words() -> None:
    assert refusal(workbook(tuple("x" for _ in range(10_000)))) == "sheet_too_many_columns"


def test_a_row_can_go_into_the_box_and_come_back() -> None:
    cells = ('A "B"', "two\nlines", 'says ""', "a@example.org")
    table = read_paste("Organisation\tCountry\tRole\tEmail\n" + typed_again(cells))
    assert table.lines[0].cells == cells
