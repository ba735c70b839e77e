"""The directory of thousands: filters, groups, likely duplicates, merging, files and code names, without script."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import code_names, directory, groups, own_entry
from coalition.actions.compare import Status, plan
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.actions.own_page import Here
from coalition.actions.team import NotAllowed
from coalition.database import db, transaction
from coalition.intake.organisations import read_organisations
from coalition.intake.sheet import read_file, read_paste
from coalition.models.edition import PublicLine
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests.builders import a_letter, an_open_letter, published, signed
from tests.cast import Cast, Member
from tests.visitor import Visitor

if TYPE_CHECKING:
    from uuid import UUID

REAL = "Zvezda Investigations"


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia, administrator, at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


def organisation(organisation_id: UUID) -> Organisation:
    db.session.rollback()
    return db.session.get_one(Organisation, organisation_id)


def a_twin(cast: Cast) -> UUID:
    """Kalina's press club once more, as somebody else typed it."""
    return directory.add_organisation(
        OrganisationEntry(names={"und": "The Kalina Press-Club e.V."}, country="BG"),
        [ContactEntry(address="office@pressclub.example", name="Elena Petrova")],
        by=cast.coordinator,
    )


# -- the list ------------------------------------------------------------------------------------------------------


def test_an_organisation_is_found_by_an_alias_a_name_in_a_language_and_its_acronym(nadia: Visitor, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Organisation, cast.small_member.organisation_id).add_aliases(["Préss Hoüse"])
    for words, name in (("press house", "Kalina Press Club"), ("بيت كتاب", "Amman Writers’ House")):
        assert name in nadia.get("/desk/directory").form("directory").fill(q=words).submit().links()


def test_the_list_is_filtered_by_group_and_by_who_can_be_asked(nadia: Visitor, cast: Cast) -> None:
    group_id = groups.create_group("Balkans", by=cast.coordinator)
    groups.put_into(group_id, [cast.small_member.organisation_id], by=cast.coordinator)
    page = nadia.get(f"/desk/directory?group={group_id}")
    assert ("Kalina Press Club" in page.links(), "Amman Writers’ House" in page.links()) == (True, False)
    directory.end_contact(cast.unnamed_member.contact_id, by=cast.coordinator)
    page = nadia.get("/desk/directory?reach=none")
    assert ("Northern Lights Reporters" in page.links(), "Kalina Press Club" in page.links()) == (True, False)
    entry = OrganisationEntry(names={}, do_not_ask=True)
    directory.edit_organisation(cast.arabic_member.organisation_id, entry, by=cast.coordinator)
    page = nadia.get("/desk/directory?reach=asked_not")
    assert ("Amman Writers’ House" in page.links(), "Do not ask since" in page.words) == (True, True)
    assert nadia.get("/desk/directory?group=none&reach=all").status == 200


def test_all_that_the_filters_show_go_into_a_group_and_out_again(nadia: Visitor, cast: Cast) -> None:
    form = nadia.get("/desk/directory?country=JO").form("in-groups")
    page = form.fill(new_group="Levant").submit("Put 1 into it")
    assert "1 organisation is put into" in page.words
    (group, size), *_ = groups.sizes(db.session())
    assert (group.name, size) == ("Levant", 1)
    ticked = str(cast.small_member.organisation_id)
    page = (
        nadia.get("/desk/directory").form("in-groups").fill(organisation=ticked, into=str(group.id)).submit("Put the t")
    )
    assert groups.sizes(db.session())[0][1] == 2
    page = nadia.get("/desk/directory").form("in-groups").fill(into=str(group.id)).submit("Take all")
    assert groups.sizes(db.session())[0][1] == 0
    page = nadia.get("/desk/directory").form("in-groups").submit("Put the ticked")
    assert "Tick organisations" in page.words


def test_a_group_is_named_renamed_and_ended(nadia: Visitor, cast: Cast) -> None:
    nadia.get("/desk/directory/groups").form("groups").fill(name="Levant").submit()
    page = nadia.get("/desk/directory/groups").form("groups").fill(name="levant").submit()
    assert "There is a group of that name." in page.words
    (group, _size), *_ = groups.sizes(db.session())
    nadia.get(f"/desk/directory/groups/{group.id}").form(str(group.id)).fill(name="Mashriq").submit("Save")
    assert "Mashriq" in nadia.get("/desk/directory/groups").words
    nadia.get(f"/desk/directory/groups/{group.id}").form("delete").submit()
    assert "There is no group yet." in nadia.get("/desk/directory/groups").words
    assert cast.coordinator.is_live


def test_a_letters_list_is_taken_from_a_group(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    group_id = groups.create_group("Levant", by=cast.coordinator)
    groups.put_into(group_id, [cast.arabic_member.organisation_id], by=cast.coordinator)
    page = nadia.get(f"/desk/letters/{letter_id}/people/choose?group={group_id}")
    page = page.form("contact").submit("Put 1 on the list")
    assert "1 person is put on the list" in page.words
    assert "Amman Writers’ House" in page.words


# -- likely duplicates ---------------------------------------------------------------------------------------------


def test_two_that_are_alike_are_merged_by_a_person(nadia: Visitor, cast: Cast) -> None:
    twin = a_twin(cast)
    page = nadia.get("/desk/directory/duplicates")
    assert "1 pair looks like one organisation" in page.words
    assert "the same name but for spelling" in page.words
    page = nadia.get(f"/desk/directory/{cast.small_member.organisation_id}/merge")
    page = page.follow("The Kalina Press-Club e.V.")
    assert "Elena Petrova" in page.words
    page = page.form("seen_kept").submit("Make them one")
    assert "They are one organisation now." in page.words
    assert "office@pressclub.example" in page.words
    assert nadia.get(f"/desk/directory/{twin}").heading == "Kalina Press Club"
    assert "Found under" in page.words
    assert "No two organisations look like one." in nadia.get("/desk/directory/duplicates").words


def test_two_that_are_not_the_same_are_suggested_no_more(nadia: Visitor, cast: Cast) -> None:
    a_twin(cast)
    page = nadia.get("/desk/directory/duplicates").form("apart").submit()
    assert "No two organisations look like one." in page.words


def test_a_published_pair_needs_a_tick_and_names_no_letter_of_another_team(nadia: Visitor, cast: Cast) -> None:
    twin_id = a_twin(cast)
    twin = Member(
        twin_id, organisation(twin_id).contacts[0].id, "The Kalina Press-Club e.V.", "office@pressclub.example"
    )
    letter_id = an_open_letter(cast, cast.small_member, twin, title="Free the reporters")
    signed(letter_id, cast.small_member)
    signed(letter_id, twin)
    published(cast, letter_id)
    path = f"/desk/directory/{cast.small_member.organisation_id}/merge/{twin_id}"
    page = nadia.get(path)
    assert "Free the reporters" in page.words
    page = page.form("seen_kept").submit("Make them one")
    assert (page.status, "Tick that the later" in page.words) == (422, True)
    with transaction() as session:
        for member in a_letter(letter_id).team:
            session.merge(member).ended_at = a_letter(letter_id).created_at
    page = nadia.get(path)
    assert ("Free the reporters" in page.words, "letter of another team" in page.words) == (False, True)
    page = page.form("seen_kept").fill(seen_pairs="yes").submit("Make them one")
    assert "1 published name was taken off" in page.words
    assert [line.printed["und"] for line in db.session.scalars(select(PublicLine))] == ["Kalina Press Club"]


def test_an_organisation_that_is_added_says_whom_it_is_like_and_what_is_odd(nadia: Visitor, cast: Cast) -> None:
    form = nadia.get("/desk/directory/new").form("new")
    page = form.fill(name="KALINA PRESS CLUB,", address="x@kpc.example").submit()
    assert "It is in capitals throughout." in page.words
    assert "It is like" in page.words
    assert "Kalina Press Club" in page.words
    assert cast.coordinator.is_live


# -- files ---------------------------------------------------------------------------------------------------------


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_what_is_taken_out_comes_back_as_it_was_and_calculates_nothing(nadia: Visitor, cast: Cast) -> None:
    directory.add_organisation(
        OrganisationEntry(names={"und": "=Sum of us"}),
        [ContactEntry(address="a@sum.example", name="-Ann", telephone="+359 2 1", language="en", zone="UTC")],
        by=cast.coordinator,
    )
    group_id = groups.create_group("Press", by=cast.coordinator)
    groups.put_into(group_id, [cast.small_member.organisation_id], by=cast.coordinator)
    answer = nadia.get("/desk/directory/export").form("export").fill(with_telephone="yes").submit()
    rows = {row["Email"]: row for row in rows_of(answer.content)}
    assert (rows["a@sum.example"]["Organisation"], rows["a@sum.example"]["Telephone"]) == ("'=Sum of us", "'+359 2 1")
    assert rows["kalina@pressclub.example"]["Groups"] == "Press"
    read = read_organisations(read_file(answer.content), default_language="en")
    db.session.rollback()
    assert {one.status for one in plan(db.session(), read.organisations)} == {Status.SAME}
    assert [one.verb for one in db.session.scalars(select(RecordEntry))][-1] == "directory taken out"


def test_people_are_taken_out_by_administrators_alone(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.other_coordinator)
    page = visitor.get("/desk/directory/export")
    assert not [form for form in page.forms if form.ends_with("/export")]
    answer = visitor.get("/desk/directory/organisations.csv")
    assert b"@" not in answer.content
    assert {row["Organisation"] for row in rows_of(answer.content)} >= {"Kalina Press Club", "Amman Writers’ House"}


# -- code names ----------------------------------------------------------------------------------------------------


def concealed(cast: Cast, member: Member | None = None) -> Member:
    """An organisation entered under its code name, whose real name never stood in plain; its first contact."""
    if member is None:
        organisation_id = directory.add_organisation(
            OrganisationEntry(names={"und": "Otter"}, country="BY"),
            [ContactEntry(address="o@otter.example", name="Olga", language="en", zone="UTC")],
            by=cast.coordinator,
        )
        member = Member(organisation_id, organisation(organisation_id).contacts[0].id, "Otter", "o@otter.example")
    code_names.conceal(member.organisation_id, code_name="Otter", names={"und": REAL}, by=cast.coordinator)
    return member


def test_a_confidential_organisation_stands_under_its_code_name_alone(nadia: Visitor, cast: Cast) -> None:
    path = f"/desk/directory/{cast.unnamed_member.organisation_id}"
    page = nadia.get(f"{path}/confidential").form("confidential").fill(code_name="Northern").submit()
    assert "nothing of the real name" in page.words
    page = page.form("confidential").fill(code_name="Otter").submit()
    assert (page.heading, "Northern Lights" in page.words) == ("Otter", False)
    for where in ("/desk/directory", f"{path}/edit", "/desk/directory/organisations.csv"):
        assert b"Northern Lights" not in nadia.get(where).content
    assert "No organisation matches" in nadia.get("/desk/directory?q=northern+lights").words
    page = nadia.get(path).form("real-names").submit()
    assert "Northern Lights Reporters" in page.words
    db.session.rollback()
    assert [one.verb for one in db.session.scalars(select(RecordEntry))][-1] == "real names shown"
    page.form("uncover").submit()
    assert nadia.get(path).heading == "Northern Lights Reporters"


def test_only_administrators_conceal_and_look(visitor: Visitor, cast: Cast) -> None:
    otter = concealed(cast)
    with pytest.raises(NotAllowed):
        code_names.show_real_names(otter.organisation_id, by=cast.other_coordinator)
    visitor.sign_in(cast.other_coordinator)
    page = visitor.get(f"/desk/directory/{otter.organisation_id}")
    assert "This is a code name" in page.words
    assert not [form for form in page.forms if form.ends_with("real-names") or form.ends_with("uncover")]


def test_an_import_learns_nothing_of_a_code_name_and_changes_nothing_of_it(cast: Cast) -> None:
    otter = concealed(cast)
    read = read_organisations(
        read_paste(f"Organisation\tEmail\tAcronym\tWebsite\n{REAL}\to@otter.example\tZI\thttps://zvezda.example"),
        default_language="en",
    )
    db.session.rollback()
    (one,) = plan(db.session(), read.organisations)
    assert (one.row.known_id, one.known_name, one.changes) == (otter.organisation_id, "", ())
    directory.import_rows([one.row], by=cast.coordinator)
    found = organisation(otter.organisation_id)
    assert (found.names, found.acronym, found.site) == ({"und": "Otter"}, "", "")


def test_what_it_keeps_of_itself_goes_into_the_vault_too(cast: Cast) -> None:
    otter = concealed(cast)
    here = Here(otter.contact_id, otter.contact.epoch)
    details = own_entry.OwnDetails(acronym="ZI", sort_keys={"und": "Zvezda"})
    own_entry.save_details(here, details)
    found = organisation(otter.organisation_id)
    assert (found.acronym, found.sort_keys) == ("", {})
    assert (found.own("acronym"), found.own("sort_keys")) == ("ZI", {"und": "Zvezda"})
    found.uncover()
    assert (found.name, found.acronym, found.confidential_at) == (REAL, "ZI", None)
    db.session.rollback()


def test_its_people_always_get_safe_mail(cast: Cast) -> None:
    otter = concealed(cast)
    entry = ContactEntry(address="o@otter.example", safe_mail=False)
    directory.edit_contact(otter.contact_id, entry, by=cast.coordinator)
    directory.add_contact(otter.organisation_id, ContactEntry(address="p@otter.example"), by=cast.coordinator)
    assert {one.safe_mail for one in organisation(otter.organisation_id).contacts} == {True}


def test_its_real_name_is_printed_when_it_signs_by_name(cast: Cast) -> None:
    otter = concealed(cast)
    letter_id = an_open_letter(cast, otter)
    signed(letter_id, otter)
    published(cast, letter_id)
    assert [line.printed["und"] for line in db.session.scalars(select(PublicLine))] == [REAL]


def test_its_real_name_is_nowhere_in_the_database_in_plain_and_in_no_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    otter = concealed(cast)
    letter_id = an_open_letter(cast, otter, cast.small_member)
    signed(letter_id, otter, is_withheld=True)
    db.session.rollback()
    assert db.session.scalars(select(OutgoingEmail)).all()
    dumped = b"\n".join(_every_value())
    assert b"Otter" in dumped
    for said in (REAL, REAL.lower(), "Zvezda"):
        assert said.encode() not in dumped
        assert said not in caplog.text


def _every_value() -> list[bytes]:
    """Everything that the tables hold; on SQLite the file itself."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return [Path(str(db.engine.url.database)).read_bytes()]
    return [
        value if isinstance(value, bytes) else str(value).encode()
        for table in db.metadata.tables.values()
        for row in db.session.execute(select(table))
        for value in row
    ]
