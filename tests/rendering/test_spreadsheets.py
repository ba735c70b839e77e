"""The public list for spreadsheets: every name in its row, nothing that calculates, days that are days."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from coalition.rendering.list_csv import list_csv
from coalition.rendering.printed import PrintedGroup, PrintedLetter
from coalition.rendering.xlsx import list_xlsx
from tests.rendering.letters import ODD_NAMES, group, letter, line, real_list

pytestmark = pytest.mark.only_on("sqlite")
DANGEROUS = ("=1+1", "@SUM(A1)", "+49 rivers", "-minus", '=HYPERLINK("https://x.org")')


def csv_rows(printed: PrintedLetter, language: str = "en") -> list[dict[str, str]]:
    content = list_csv(printed, language)
    assert content.startswith(b"\xef\xbb\xbf")
    return [*csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def xlsx_rows(printed: PrintedLetter, language: str = "en") -> list[tuple[Any, ...]]:
    return [*load_workbook(io.BytesIO(list_xlsx(printed, language))).worksheets[0].iter_rows(values_only=True)]


@pytest.mark.parametrize(("case", "language"), [("c01", "en"), ("c09", "en"), ("c12", "ar")])
def test_a_real_list_comes_out_name_for_name_in_both(case: str, language: str) -> None:
    printed, names = real_list(case, language)
    assert [row["Name"] for row in csv_rows(printed, language)] == names
    assert [row[0] for row in xlsx_rows(printed, language)[1:]] == names


def test_odd_names_come_out_whole_in_both() -> None:
    printed = letter(group(*ODD_NAMES))
    assert {row["Name"] for row in csv_rows(printed)} == set(ODD_NAMES)
    assert {row[0] for row in xlsx_rows(printed)[1:]} == set(ODD_NAMES)


def test_no_name_is_calculated_and_the_workbook_has_it_as_printed() -> None:
    printed = letter(group(*DANGEROUS))
    assert {row["Name"] for row in csv_rows(printed)} == {f"'{name}" for name in DANGEROUS}
    cells = [row[0] for row in load_workbook(io.BytesIO(list_xlsx(printed, "en"))).worksheets[0].iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == set(DANGEROUS)
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_row_says_group_kind_affiliation_country_lead_and_day() -> None:
    lead = line("River Alliance", country="CH", is_lead=True)
    late = line("Amina Rahal", kind="individual", affiliation="University of Geneva", added_on=date(2027, 4, 2))
    named = line("Book Club", 2, names={"und": "Book Club", "ar": "نادي الكتاب"})
    printed = letter(PrintedGroup({"en": "Those who live there"}, (lead, late, named)), list_order="hand")
    rows = csv_rows(printed)
    assert [*rows[0].values()] == [
        "River Alliance",
        "River Alliance",
        "Those who live there",
        "Organisation",
        "",
        "CH",
        "Switzerland",
        "yes",
        "",
    ]
    assert rows[1]["Affiliation"] == "University of Geneva"
    assert rows[1]["Added on"] == "2027-04-02"
    assert rows[2]["Name (العربية)"] == "نادي الكتاب"
    assert xlsx_rows(printed)[2][-1] == datetime(2027, 4, 2)  # noqa: DTZ001 -- a day of a spreadsheet has no zone


def test_withheld_names_have_no_row_and_their_number_stands_beside() -> None:
    printed = letter(group("River Alliance"), withheld_count=3)
    assert [row["Name"] for row in csv_rows(printed)] == ["River Alliance"]
    about = load_workbook(io.BytesIO(list_xlsx(printed, "en"))).worksheets[1]
    said = "\n".join(str(cell) for row in about.iter_rows(values_only=True) for cell in row)
    assert "3 organisations whose names are withheld" in said
    assert "https://letters.example.org/letters/water" in said


def test_a_list_in_arabic_runs_from_the_right() -> None:
    assert load_workbook(io.BytesIO(list_xlsx(letter(), "ar"))).worksheets[0].sheet_view.rightToLeft


def test_equal_editions_give_equal_bytes_and_the_moment_is_the_editions() -> None:
    content = list_xlsx(letter(), "en")
    assert content == list_xlsx(letter(), "en")
    book = load_workbook(io.BytesIO(content))
    assert book.properties.creator == "Coalition for Common Waters"
    assert str(book.properties.modified) == "2027-03-01 17:00:00"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2027, 3, 1, 17, 0, 0)}
