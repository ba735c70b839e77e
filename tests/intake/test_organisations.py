import io
import time
from pathlib import Path

import openpyxl
import pytest

from coalition.intake.countries import country_code
from coalition.intake.organisations import Preview, read_organisations
from coalition.intake.sheet import read_csv, read_paste, read_xlsx

SHEETS = Path(__file__).parent.parent / "cases" / "sheets"
HEAD = "Organisation\tCountry\tContact\tEmail\tLanguage\tTime zone\tSafe mail\tName in Arabic\tWebsite\tStanding\n"


def preview(text: str) -> Preview:
    return read_organisations(read_paste(text), default_language="en")


def codes(found: Preview) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in found.problems]


def test_a_full_line_becomes_an_organisation_with_its_contact() -> None:
    found = preview(
        HEAD
        + "Nâga\tMaroc\tAmal Ben\ta@example.org\tArabic\tAfrica/Casablanca\tyes\tناغا\twww.naga.example.org\tMember"
    )
    (naga,) = found.organisations
    (amal,) = naga.contacts
    assert (naga.name, naga.names, naga.country, naga.country_typed) == ("Nâga", {"ar": "ناغا"}, "MA", "Maroc")
    assert (naga.site, naga.standing) == ("https://www.naga.example.org", "member")
    assert (amal.name, amal.address, amal.language, amal.zone) == (
        "Amal Ben",
        "a@example.org",
        "ar",
        "Africa/Casablanca",
    )
    assert (amal.zone_guessed, amal.language_guessed, amal.safe_mail) == (False, False, True)
    assert not found.problems
    assert not found.leftover


def test_what_a_sheet_does_not_say_is_guessed_and_marked_or_left_open() -> None:
    (contact,) = preview("Organisation\tCountry\tEmail\nA\tKenya\ta@example.org").organisations[0].contacts
    assert (contact.zone, contact.zone_guessed) == ("Africa/Nairobi", True)
    assert (contact.language, contact.language_guessed, contact.safe_mail) == ("en", True, None)


def test_lines_of_one_organisation_become_its_contacts() -> None:
    found = preview("A Org, a@example.org\nB Org, b@example.org\nÁ  org, c@example.org")
    assert [(org.name, [contact.address for contact in org.contacts], org.lines) for org in found.organisations] == [
        ("A Org", ["a@example.org", "c@example.org"], (1, 3)),
        ("B Org", ["b@example.org"], (2,)),
    ]
    assert codes(found) == [(3, "name_spelled_differently")]


def test_a_second_line_adds_what_the_first_left_out_and_changes_nothing() -> None:
    found = preview(
        HEAD
        + "A\t\t\ta@example.org\n"
        + "A\tKenya\t\tb@example.org\t\t\t\tأ\t\tpartner\n"
        + "A\tPeru\t\tc@example.org\t\t\t\tب\t\tguest"
    )
    (org,) = found.organisations
    assert (org.country, org.standing, org.names) == ("KE", "partner", {"ar": "أ"})
    assert codes(found) == [(4, "country_differs"), (4, "value_differs"), (4, "value_differs")]


def test_two_addresses_in_a_cell_are_two_contacts() -> None:
    (org,) = preview("Organisation\tContact\tEmail\nA\tJane\ta@example.org; Bob <b@example.org>").organisations
    assert [(contact.name, contact.address) for contact in org.contacts] == [
        ("Jane", "a@example.org"),
        ("Bob", "b@example.org"),
    ]


def test_lines_with_errors_stay_in_the_box_as_typed_under_their_headings() -> None:
    head = "Organisation ;Country;Email\n"
    found = preview(head + 'A;Kenya;a@example.org\n"B; C" ;Peru;\n;Peru;d@example.org\n')
    assert [org.name for org in found.organisations] == ["A"]
    assert found.leftover == head + '"B; C" ;Peru;\n;Peru;d@example.org'
    assert [(kept.number, kept.problems[0].code) for kept in found.kept_lines] == [
        (3, "address_missing"),
        (4, "name_missing"),
    ]
    again = preview(found.leftover.replace("Peru;\n", "Peru;b@example.org\n"))
    assert [org.name for org in again.organisations] == ["B; C"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("A\tKenya\t\t", "address_missing"),
        ("A\tKenya\t\tnot an address", "address_no_at"),
        ("A\tKenya\t\ta@examplecom", "address_no_dot"),
        ("A\tKenya\t\ta@example.con", "address_ending_unknown"),
        ("A\tKenya\t\ta@b@example.org", "address_not_usable"),
        ("A\tKenya\t\tgood@example.org; bad@", "address_no_dot"),
        ("\tKenya\t\ta@example.org", "name_missing"),
        ("A\u202eB\tKenya\t\ta@example.org", "name_unprintable"),
        ("A\x00B\tKenya\t\ta@example.org", "name_unprintable"),
        ("x" * 301 + "\tKenya\t\ta@example.org", "name_too_long"),
        ("A\tKenya\tJa\u2066ne\ta@example.org", "text_unprintable"),
        ("A\tKenya\t" + "x" * 201 + "\ta@example.org", "text_too_long"),
        ("A\tKenya\t\ta@example.org" + "\t" * 6 + "\tbeyond", "cells_beyond_header"),
    ],
)
def test_an_error_keeps_its_line_out_and_the_others_are_ready(line: str, code: str) -> None:
    found = preview(f"{HEAD}{line}\nGood\tKenya\t\tgood@example.org")
    assert [org.name for org in found.organisations] == ["Good"]
    (kept,) = found.kept_lines
    assert kept.typed == line
    assert [problem.code for problem in kept.problems if problem.is_error] == [code]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("A\tKenya\t\tmailto:a@example.org", "address_repaired"),
        ("A\tKenya\t\ta@gmial.com", "address_likely_mistyped"),
        ("A\tGermny\t\ta@example.org", "country_likely"),
        ("A\tAtlantis\t\ta@example.org", "country_not_known"),
        ("A\tKenya\t\ta@example.org\tKlingon-ish", "language_not_known"),
        ("A\tKenya\t\ta@example.org\t\tMars", "zone_not_known"),
        ("A\tKenya\t\ta@example.org\t\t\tperhaps", "safe_mail_unclear"),
        ("A\tKenya\t\ta@example.org\t\t\t\t\tnone", "site_left_out"),
        ("A\tKenya\t\ta@example.org\t\t\t\t\t\tboss", "standing_not_known"),
        ("=A()\tKenya\t\ta@example.org", "looks_like_formula"),
        ("A\ufffdB\tKenya\t\ta@example.org", "letter_damaged"),
        ('"A\nB"\tKenya\t\ta@example.org', "line_break_in_name"),
        ("A\tKenya\t\ta@example.org, A@example.org", "address_repeated"),
    ],
)
def test_a_remark_points_out_and_lets_the_line_in(line: str, code: str) -> None:
    found = preview(HEAD + line)
    assert len(found.organisations) == 1
    assert [problem.code for problem in found.problems] == [code]


def test_unclear_safe_mail_is_taken_as_yes() -> None:
    for typed, expected in (
        ("yes", True),
        ("نعم", True),
        ("sí", True),
        ("no", False),
        ("لا", False),
        ("perhaps", True),
        ("", None),
    ):
        (org,) = preview(f"Organisation\tEmail\tSafe mail\nA\ta@example.org\t{typed}").organisations
        assert org.contacts[0].safe_mail is expected


def test_names_are_kept_as_typed() -> None:
    for name in (
        "Two  spaces",
        "e.\u202fV.",
        "می\u200cخواهم",
        'Centro "Mozo S.J',
        "=1+1",
        "e\u0301",
        "t3n",
        "ASL.Org - X",
    ):
        (org,) = preview(f"Organisation\tEmail\n{name}\ta@example.org").organisations
        assert org.name == name


def test_an_address_of_two_organisations_and_names_that_look_alike_are_pointed_out() -> None:
    found = preview("Open Rights Group, a@example.org\nOpen Right Group, A@example.org")
    assert len(found.organisations) == 2
    assert [(p.line, p.code, p.suggestion) for p in found.problems] == [
        (2, "address_shared", "Open Rights Group"),
        (2, "name_looks_alike", "Open Rights Group"),
    ]


def test_wales_and_international_are_printed_as_typed() -> None:
    found = preview(
        "Organisation\tCountry\tEmail\nA\tWales\ta@example.org\nB\tInternational\tb@example.org\nC\tUK\tc@example.org"
    )
    assert [(org.country, org.country_printed) for org in found.organisations] == [
        ("GB", "Wales"),
        ("", "International"),
        ("GB", ""),
    ]


# -- a hundred and twenty organisations in seventy countries, as they come ---------------------------------------------

DEFECTS = [
    (14, "address_missing"),
    (25, "address_repaired"),
    (26, "address_no_at"),
    (33, "address_repaired"),
    (40, "address_likely_mistyped"),
    (44, "address_repaired"),
    (48, "address_ending_unknown"),
    (80, "country_likely"),
    (82, "language_not_known"),
    (122, "name_unprintable"),
    (123, "name_looks_alike"),
    (124, "name_spelled_differently"),
    (124, "address_repeated"),
    (125, "name_missing"),
    (126, "safe_mail_unclear"),
    (126, "name_spelled_differently"),
]


def test_a_pasted_sheet_of_120_organisations_gives_its_defects_one_by_one() -> None:
    typed = (SHEETS / "organisations.tsv").read_text(encoding="utf-8")
    table = read_paste(typed)
    assert len({country_code(line.cells[1]) for line in table.lines} - {None}) == 70
    found = read_organisations(table, default_language="en")
    assert codes(found) == DEFECTS
    assert len(found.organisations) == 118
    assert found.contact_count == 120
    assert len({org.country for org in found.organisations if org.country}) == 69
    assert found.leftover.splitlines() == [typed.splitlines()[line - 1] for line in (1, 14, 26, 48, 122, 125)]


def test_the_same_sheet_as_a_workbook_gives_the_same() -> None:
    typed = (SHEETS / "organisations.tsv").read_text(encoding="utf-8")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in typed.splitlines():
        sheet.append(line.split("\t"))
    kept = io.BytesIO()
    book.save(kept)
    found = read_organisations(read_xlsx(kept.getvalue()), default_language="en")
    assert codes(found) == DEFECTS
    assert found.organisations == preview(typed).organisations


def test_the_same_sheet_from_old_windows_is_read_with_french_headings() -> None:
    found = read_organisations(read_csv((SHEETS / "organisations-windows.csv").read_bytes()), default_language="fr")
    assert [note.code for note in found.notes] == ["read_as_windows"]
    assert len(found.organisations) == 104
    assert len(found.kept_lines) == 4
    assert any(org.name == "Asociația pentru Tehnologie și Internet" for org in found.organisations) is False
    assert any(org.name == "Fundación Vía Libre" for org in found.organisations)


def test_five_thousand_lines_take_about_a_second() -> None:
    lines = [
        f"Network {at % 71} for {at} rights\tKenya\tJane Doe\toffice{at}@org{at}.example.org" for at in range(5_000)
    ]
    preview("Organisation\tCountry\tContact\tEmail\n" + "\n".join(lines[:10]))
    started = time.process_time()
    found = preview("Organisation\tCountry\tContact\tEmail\n" + "\n".join(lines))
    assert len(found.organisations) == 5_000
    assert time.process_time() - started < 3
