"""The directory at the desk: found whatever case and accents, edited without loss, imported after a look."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from coalition.actions import directory
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.organisation import Organisation
from tests.builders import an_open_letter, invitation_of
from tests.cast import Cast
from tests.visitor import Page, Visitor

SHEETS = Path(__file__).parents[2] / "cases" / "sheets"
THREE = """Reporters of the Coast <ada@coast.example>
Ärzte für Frieden; Germany; Ida Roth; ida@aerzte.example
Fundación Vía Libre, info@vialibre.example, Argentina"""


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


def count(model: type[Organisation | Contact]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def organisation_named(name: str) -> Organisation:
    db.session.rollback()
    return next(row for row in db.session.scalars(select(Organisation)) if row.name == name)


def check(page: Page, text: str) -> Page:
    return page.form("import").fill(list=text).submit("Check the list")


# -- finding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["kalina", "KALINA press", "Kálina", "kalina@pressclub.example", "Kalina@PressClub.example"]
)
def test_an_organisation_is_found_by_any_part_of_its_name_or_an_address(nadia: Visitor, words: str) -> None:
    page = nadia.get("/desk/directory").form("directory").fill(q=words).submit()
    assert "Kalina Press Club" in page.links()
    assert "Amman Writers’ House" not in page.links()


def test_filters_stand_in_the_address(nadia: Visitor) -> None:
    page = nadia.get("/desk/directory?country=JO")
    assert list(page.links()).count("Amman Writers’ House") == 1
    assert "Kalina Press Club" not in page.links()
    assert "Northern Lights Reporters" in nadia.get("/desk/directory?safety=withhold").links()
    assert nadia.get("/desk/directory?country=XX&standing=king&page=-7&q=%00%F0%28").status == 200
    assert nadia.get("/desk/directory?page=99999999999999999999").status == 200
    assert nadia.get("/desk/directory?q=%25").words.count("No organisation matches") == 1


def test_who_can_not_be_written_to_stands_first(nadia: Visitor, cast: Cast) -> None:
    directory.end_contact(cast.unnamed_member.contact_id, by=cast.coordinator)
    page = nadia.get("/desk/directory")
    assert page.words.index("Northern Lights") < page.words.index("Amman Writers")
    assert "No working address" in page.words


def test_a_long_directory_is_leafed_through(nadia: Visitor, cast: Cast) -> None:
    for number in range(60):
        directory.add_organisation(
            OrganisationEntry(names={"und": f"Group {number:02}"}),
            [ContactEntry(address=f"a{number}@group.example")],
            by=cast.coordinator,
        )
    page = nadia.get("/desk/directory?q=group")
    assert "Page 1 of 2" in page.words
    assert "Group 59" in page.follow("Next page").links()


# -- editing -------------------------------------------------------------------------------------------------------


def test_an_organisation_is_added_with_its_first_contact_on_one_page(nadia: Visitor) -> None:
    form = nadia.get("/desk/directory/new").form("new")
    page = form.fill(
        name="Coastal  Writers “C”", country="GH", contact_name="Ama", address="ama@coast.example"
    ).submit()
    assert page.heading == "Coastal  Writers “C”"
    found = organisation_named("Coastal  Writers “C”")
    (contact,) = found.contacts
    assert (contact.name, contact.zone, contact.zone_guessed) == ("Ama", "Africa/Accra", True)


def test_everything_typed_survives_an_error(nadia: Visitor) -> None:
    typed = {
        "name": "x" * 301,
        "acronym": "CW",
        "site": "javascript:alert(1)",
        "address": "no address",
        "contact_name": "Ama",
    }
    page = nadia.get("/desk/directory/new").form("new").fill(typed).submit()
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert page.errors == [
        "The name has more than 300 characters. Shorten it.",
        "Write the address of the website, like https://example.org",
        "“no address” is no email address: it has no @.",
    ]
    fields = page.form("new").fields
    assert {name: fields[name][0] for name in typed} == typed


@pytest.mark.parametrize("bad", ["a\x00b", "evil\u202eeman", "line\u2028break"])
def test_what_can_not_be_seen_is_refused_in_every_field(nadia: Visitor, bad: str) -> None:
    typed = dict.fromkeys(("name", "acronym", "kind", "country_printed", "contact_name"), bad)
    page = nadia.get("/desk/directory/new").form("new").fill(typed, address="a@b.example").submit()
    assert page.status == 422
    assert len(page.errors) == len(typed)


def test_what_another_saved_meanwhile_is_shown_and_not_overwritten(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    nadia, omar = visitors(), visitors()
    nadia.sign_in(cast.coordinator)
    omar.sign_in(cast.other_coordinator)
    path = f"/desk/directory/{cast.small_member.organisation_id}/edit"
    mine, theirs = nadia.get(path).form("edit"), omar.get(path).form("edit")
    assert theirs.fill(acronym="KPC").submit().status == 200
    page = mine.fill(site="kalina.example").submit()
    assert page.status == 409
    assert "Saved meanwhile: KPC" in page.words
    assert page.form("edit").fields["site"] == ["https://kalina.example"]
    page = page.form("edit").fill(acronym="KPC").submit()
    assert page.status == 200
    found = organisation_named("Kalina Press Club")
    assert (found.acronym, found.site) == ("KPC", "https://kalina.example")


def test_a_name_in_a_language_can_be_taken_back(nadia: Visitor, cast: Cast) -> None:
    form = nadia.get(f"/desk/directory/{cast.arabic_member.organisation_id}/edit").form("edit")
    assert form.fields["name_ar"] == ["بيت كتّاب عمّان"]
    form.fill(name_ar="").submit()
    assert organisation_named("Amman Writers’ House").names == {"und": "Amman Writers’ House"}


def test_an_organisation_to_stay_unnamed_gets_safe_mail(nadia: Visitor, cast: Cast) -> None:
    nadia.get(f"/desk/directory/{cast.small_member.organisation_id}/edit").form("edit").fill(
        safety_default="withhold"
    ).submit()
    assert all(one.safe_mail for one in organisation_named("Kalina Press Club").contacts)


def test_another_address_ends_the_links_and_the_page_says_so_before(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    epoch = invitation_of(letter_id, cast.small_member).epoch
    path = f"/desk/directory/contacts/{cast.small_member.contact_id}/edit"
    page = nadia.get(path)
    assert "One link was mailed to this address" in page.words
    assert page.form("edit").fill(name="Kalina I.").submit().status == 200
    assert invitation_of(letter_id, cast.small_member).epoch == epoch
    nadia.get(path).form("edit").fill(address="new@pressclub.example").submit()
    assert invitation_of(letter_id, cast.small_member).epoch == epoch + 1


def test_a_contact_who_left_loses_every_link_and_may_come_back(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(f"/desk/directory/contacts/{cast.small_member.contact_id}/edit").form("left").submit()
    assert "Left" in page.words
    assert invitation_of(letter_id, cast.small_member).epoch == 2
    page = page.form("back").submit()
    assert cast.small_member.contact.ended_at is None


def test_an_address_twice_at_one_organisation_is_refused_in_words(nadia: Visitor, cast: Cast) -> None:
    form = nadia.get(f"/desk/directory/{cast.small_member.organisation_id}/contacts/new").form("new")
    page = form.fill(address="KALINA@pressclub.example").submit()
    assert page.errors == ["This organisation has a contact with this address."]


def test_a_likely_typing_error_is_pointed_out(nadia: Visitor, cast: Cast) -> None:
    form = nadia.get(f"/desk/directory/{cast.small_member.organisation_id}/contacts/new").form("new")
    page = form.fill(address="kalina@gmial.com").submit()
    assert "Is it kalina@gmail.com?" in page.words


# -- who sees what -------------------------------------------------------------------------------------------------


PATHS = ["/desk/directory", "/desk/directory/new", "/desk/directory/import", "/desk/directory/{organisation}"]


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_led_to_the_sign_in_page(visitor: Visitor, cast: Cast, path: str) -> None:
    page = visitor.get(path.format(organisation=cast.small_member.organisation_id))
    assert page.heading == "Sign in"
    assert "Kalina" not in page.text


def test_letters_of_other_teams_do_not_show(visitors: Callable[..., Visitor], cast: Cast) -> None:
    an_open_letter(cast, title="Free the reporters")
    nadia, omar = visitors(), visitors()
    nadia.sign_in(cast.coordinator)
    omar.sign_in(cast.other_coordinator)
    path = f"/desk/directory/{cast.small_member.organisation_id}"
    assert "Free the reporters" in nadia.get(path).words
    assert "Free the reporters" not in omar.get(path).words


@pytest.mark.parametrize(
    "path",
    ["/desk/directory/00000000-0000-0000-0000-000000000000", "/desk/directory/contacts/{}/edit".format("0" * 32),
     "/desk/directory/x", "/desk/directory/" + "9" * 3000],
)  # fmt: skip
def test_what_is_not_there_answers_404(nadia: Visitor, path: str) -> None:
    assert nadia.get(path).status == 404


# -- bringing a list -----------------------------------------------------------------------------------------------


def test_nothing_is_written_until_it_is_confirmed(nadia: Visitor) -> None:
    before = count(Organisation)
    page = check(nadia.get("/desk/directory/import"), THREE)
    assert "Nothing is written yet." in page.words
    assert "3 organisations are ready" in page.words
    assert count(Organisation) == before
    page = page.form("import").submit("Save 3 organisations")
    assert count(Organisation) == before + 3
    assert "3 new, 0 changed, 0 as they were" in page.words
    assert organisation_named("Ärzte für Frieden").country == "DE"


def test_bringing_the_same_list_again_changes_nothing(nadia: Visitor) -> None:
    check(nadia.get("/desk/directory/import"), THREE).form("import").submit("Save")
    before = count(Organisation), count(Contact)
    page = check(nadia.get("/desk/directory/import"), THREE)
    assert "New in the directory: 0. Changed: 0. As they were: 3." in page.words
    page.form("import").submit("Save")
    assert (count(Organisation), count(Contact)) == before


def test_a_later_list_updates_what_it_says_and_leaves_the_rest(nadia: Visitor) -> None:
    check(nadia.get("/desk/directory/import"), THREE).form("import").submit("Save")
    again = "Organisation\tEmail\tCountry\tPerson\nARZTE FUR FRIEDEN\tida@aerzte.example\tAustria\t\n"
    page = check(nadia.get("/desk/directory/import"), again)
    assert "Country: Germany → Austria" in page.words
    page.form("import").submit("Save")
    found = organisation_named("ARZTE FUR FRIEDEN")
    assert (found.country, [one.name for one in found.contacts]) == ("AT", ["Ida Roth"])


def test_a_known_address_under_another_name_asks_whether_it_is_another_organisation(nadia: Visitor) -> None:
    line = "Kalina Publishers <kalina@pressclub.example>"
    page = check(nadia.get("/desk/directory/import"), line)
    assert "there as Kalina Press Club" in page.words
    apart = check(page, line).form("import")
    apart.fields["apart"] = "1"
    apart.submit("Save")
    assert {organisation_named(name).id for name in ("Kalina Publishers", "Kalina Press Club")}
    page = check(nadia.get("/desk/directory/import"), "The Club <kalina@pressclub.example>")


def test_lines_with_errors_stay_in_the_box_and_the_others_go_through(nadia: Visitor) -> None:
    text = "Good One <good@one.example>\nBad One\nBad Two <two@>\nGood Two <good@two.example>"
    page = check(nadia.get("/desk/directory/import"), text)
    assert "Line 2: no email address. The line stays in the box; the others are ready." in page.words
    page = page.form("import").submit("Save 2 organisations")
    assert page.status == 200
    assert "2 lines stay in the box" in page.words
    assert page.form("import").fields["list"][0].strip().splitlines() == ["Bad One", "Bad Two <two@>"]


def test_a_likely_slip_is_corrected_by_a_tick(nadia: Visitor) -> None:
    text = "Organisation\tEmail\tCountry\nOne\tone@gmial.com\tGermny\nTwo\ttwo@two.con\tFrance"
    page = check(nadia.get("/desk/directory/import"), text)
    form = page.form("import")
    ticks = [box.get("value", "") for box in page.tree.iter("input") if box.get("name") == "correct"]
    assert len(ticks) == 3
    form.fields["correct"] = ticks
    form.submit("Save")
    one, two = organisation_named("One"), organisation_named("Two")
    assert (one.country, one.contacts[0].address) == ("DE", "one@gmail.com")
    assert two.contacts[0].address == "two@two.com"


def test_a_list_changed_since_the_preview_is_shown_again(nadia: Visitor) -> None:
    before = count(Organisation)
    page = check(nadia.get("/desk/directory/import"), THREE)
    form = page.form("import").fill(list=THREE + "\nFourth <four@four.example>")
    page = form.submit("Save")
    assert "The list is not the one that was shown. Nothing was written yet" in page.words
    assert count(Organisation) == before
    page.form("import").submit("Save 4 organisations")
    assert count(Organisation) == before + 4


def test_the_directory_changed_since_the_preview_is_shown_again(nadia: Visitor, cast: Cast) -> None:
    page = check(nadia.get("/desk/directory/import"), THREE)
    directory.add_organisation(
        OrganisationEntry(names={"und": "Reporters of the Coast"}, acronym="RC"), by=cast.coordinator
    )
    page = page.form("import").submit("Save")
    assert "is not the one that was shown" in page.words


def test_who_left_comes_back_by_the_list_and_the_preview_says_so(nadia: Visitor, cast: Cast) -> None:
    directory.end_contact(cast.small_member.contact_id, by=cast.coordinator)
    page = check(nadia.get("/desk/directory/import"), "Kalina Press Club <kalina@pressclub.example>")
    assert "was marked as left, and is there again" in page.words
    page.form("import").submit("Save")
    assert cast.small_member.contact.ended_at is None


def a_workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_excel_file_goes_into_the_box_with_its_line_numbers(nadia: Visitor) -> None:
    titles: list[list[str]] = [["Our members"], [], ["Email", "Name", "Country"]]
    rows = [*titles, ["a@one.example", "One, two\nthree", "FR"], [], ["no address", "Two", "DE"]]
    page = nadia.get("/desk/directory/import").form("import").fill(file=(a_workbook(rows), "members.xlsx")).submit()
    assert "Line 6: “no address” is no email address" in page.words
    page.form("import").submit("Save 1 organisation")
    assert organisation_named("One, two three").country == "FR"


@pytest.mark.parametrize("name", ["organisations-windows.csv", "organisations.tsv"])
def test_a_file_is_written_as_it_was_shown(nadia: Visitor, name: str) -> None:
    data = (SHEETS / name).read_bytes()
    page = nadia.get("/desk/directory/import").form("import").fill(file=(data, name)).submit()
    before = count(Organisation)
    page = page.form("import").submit("Save")
    assert "Saved in the directory" in page.words
    assert count(Organisation) > before + 50


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02", b"%PDF-1.7", b"\n\n\n", b"\xff" * 1000]
)
def test_garbage_in_a_file_gets_words(nadia: Visitor, data: bytes) -> None:
    page = nadia.get("/desk/directory/import").form("import").fill(file=(data, "x.xlsx"), list=THREE).submit()
    assert page.status in {200, 422}
    assert page.errors or "has to be corrected" in page.words or "have to be corrected" in page.words


@pytest.mark.parametrize("text", ["", "   \n ", "\x00", "@@@@", "\u202e" * 10, "a" * 100_000, ";" * 5000, '"' * 999])
def test_garbage_in_the_box_gets_words(nadia: Visitor, text: str) -> None:
    page = check(nadia.get("/desk/directory/import"), text)
    assert page.status in {200, 422}
    assert page.errors or "to be corrected" in page.words


def test_a_formula_is_taken_as_words(nadia: Visitor) -> None:
    text = 'Organisation,Email\n"=HYPERLINK(""http://x.example"")",a@x.example'
    page = check(nadia.get("/desk/directory/import"), text)
    assert "starts like a formula" in page.words


def test_no_invitation_comes_of_an_import(nadia: Visitor) -> None:
    check(nadia.get("/desk/directory/import"), THREE).form("import").submit("Save")
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0
