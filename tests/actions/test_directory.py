"""The directory's verbs: what an import changes, what another address ends, what two people write at once."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from coalition.actions import bring, circulate, compare, directory, groups
from coalition.actions.compare import Change, Planned, Status
from coalition.actions.directory import AddressIsKnown, ChangedMeanwhile, ContactEntry, OrganisationEntry
from coalition.database import db, transaction
from coalition.intake.names import NameRefused
from coalition.intake.organisations import read_organisations
from coalition.intake.sheet import read_paste
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import MayNotSign, NotOpenForSigning
from coalition.models.organisation import Organisation
from tests.builders import a_draft, an_open_letter, invitation_of
from tests.cast import Cast

HEADINGS = "Organisation\tEmail\tCountry\tPerson\tLanguage\n"


def planned(text: str, *, apart: frozenset[int] = frozenset()) -> list[Planned]:
    db.session.rollback()
    preview = read_organisations(read_paste(text), default_language="en")
    return compare.plan(db.session(), preview.organisations, apart=apart)


def imported(cast: Cast, text: str) -> directory.Imported:
    rows = [one.row for one in planned(text)]
    return directory.import_rows(rows, by=cast.coordinator)


def count(model: type[Organisation | Contact]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_what_the_directory_has_not_is_new(cast: Cast) -> None:
    (one,) = planned("New Voices <a@new.example>")
    assert (one.status, one.changes, one.row.known_id) == (Status.NEW, (), None)
    assert cast.coordinator.is_live


def test_an_organisation_is_known_by_its_name_but_for_case_and_accents(cast: Cast) -> None:
    (one,) = planned(HEADINGS + "KALÍNA press club\tkalina@pressclub.example\t\t\t")
    assert one.row.known_id == cast.small_member.organisation_id
    assert one.changes == (Change("name", "Kalina Press Club", "KALÍNA press club"),)
    assert not one.may_be_another


def test_an_organisation_known_by_an_address_alone_keeps_its_name(cast: Cast) -> None:
    text = HEADINGS + "The Club of Kalina\tkalina@pressclub.example\tBulgaria\tKalina I.\t"
    (one,) = planned(text)
    assert one.known_name == "Kalina Press Club"
    assert one.may_be_another
    assert one.changes == (Change("name", "Kalina Ivanova", "Kalina I.", "kalina@pressclub.example"),)
    imported(cast, text)
    assert db.session.get_one(Organisation, cast.small_member.organisation_id).name == "Kalina Press Club"
    (other,) = planned(text, apart=frozenset({2}))
    assert other.status is Status.NEW


def test_what_a_sheet_does_not_say_is_left_as_it_is(cast: Cast) -> None:
    before = count(Contact)
    done = imported(cast, "Amman Writers’ House <sami@amman.example>")
    assert (done.added, done.updated, done.unchanged, done.contacts_added) == (0, 0, 1, 0)
    contact = cast.arabic_member.contact
    assert (contact.name, contact.language, contact.zone) == ("Sami Nasser", "ar", "Europe/Sofia")
    assert count(Contact) == before


def test_of_two_with_one_name_the_one_with_the_address_is_meant(cast: Cast) -> None:
    twin = directory.add_organisation(
        OrganisationEntry(names={"und": "Kalina Press Club"}, country="RO"),
        [ContactEntry(address="bucharest@club.example")],
        by=cast.coordinator,
    )
    text = "Kalina Press Club <{}>"
    assert planned(text.format("bucharest@club.example"))[0].row.known_id == twin
    assert planned(text.format("kalina@pressclub.example"))[0].row.known_id == cast.small_member.organisation_id


def test_an_import_is_all_or_nothing(cast: Cast) -> None:
    before = count(Organisation)
    rows = [one.row for one in planned("One <a@one.example>\nTwo <a@two.example>")]
    bad = directory.DirectoryRow(OrganisationEntry(names={"und": "bad\u202ename"}))
    with pytest.raises(NameRefused):
        directory.import_rows([*rows, bad], by=cast.coordinator)
    assert count(Organisation) == before


def test_a_thousand_organisations_are_compared_in_a_few_queries(cast: Cast) -> None:
    text = "\n".join(f"Group {number} <info@group{number}.example>" for number in range(1000))
    imported(cast, text)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    found = planned(text)
    event.remove(db.engine, "before_cursor_execute", note)
    assert {one.status for one in found} == {Status.SAME}
    assert len(asked) < 20


def test_an_edit_that_did_not_see_the_latest_is_refused(cast: Cast) -> None:
    organisation_id = cast.small_member.organisation_id
    seen = directory.state_of(db.session.get_one(Organisation, organisation_id))
    directory.edit_organisation(organisation_id, OrganisationEntry(names={}, acronym="KPC"), by=cast.coordinator)
    with pytest.raises(ChangedMeanwhile):
        directory.edit_organisation(
            organisation_id, OrganisationEntry(names={}, site="https://x.example"), by=cast.coordinator, seen=seen
        )
    seen = directory.state_of(cast.small_member.contact)
    directory.end_contact(cast.small_member.contact_id, by=cast.coordinator)
    with pytest.raises(ChangedMeanwhile):
        directory.edit_contact(
            cast.small_member.contact_id,
            ContactEntry(address=cast.small_member.address),
            by=cast.coordinator,
            seen=seen,
        )


def test_another_address_that_the_organisation_has_is_refused(cast: Cast) -> None:
    with pytest.raises(AddressIsKnown):
        directory.edit_contact(
            cast.small_member.contact_id, ContactEntry(address="Kofi@pressclub.example"), by=cast.coordinator
        )


def test_who_left_is_not_invited_and_their_links_are_dead(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    directory.end_contact(cast.small_member.contact_id, by=cast.coordinator)
    assert invitation_of(letter_id, cast.small_member).epoch == 2
    with pytest.raises(MayNotSign):
        circulate.invite(a_draft(cast), [cast.small_member.contact_id], by=cast.coordinator)


def test_bringing_people_writes_and_invites_in_one_act(cast: Cast) -> None:
    letter_id = a_draft(cast)
    directory.edit_organisation(
        cast.arabic_member.organisation_id, OrganisationEntry(names={}, do_not_ask=True), by=cast.coordinator
    )
    rows = [one.row for one in planned("One <a@one.example>\nAmman Writers’ House <sami@amman.example>")]
    done = bring.bring(letter_id, rows, by=cast.coordinator)
    assert (done.imported.added, done.invited, done.left_out) == (1, 1, ("Amman Writers’ House",))


def test_nobody_is_brought_to_a_letter_that_takes_nobody(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    circulate.cancel(letter_id, by=cast.coordinator)
    before = count(Organisation)
    with pytest.raises(NotOpenForSigning):
        bring.bring(letter_id, [one.row for one in planned("One <a@one.example>")], by=cast.coordinator)
    assert count(Organisation) == before
    assert db.session.scalar(select(func.count()).where(Invitation.letter_id == letter_id)) == 3


def test_an_alias_is_as_good_as_the_name_and_what_is_very_like_is_asked_about(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Organisation, cast.small_member.organisation_id).add_aliases(["KPC Sofia"])
    (by_alias,) = planned("KPC Sofia <new@elsewhere.example>")
    assert (by_alias.row.known_id, by_alias.may_be_another) == (cast.small_member.organisation_id, False)
    (likely,) = planned("The Kalina Press-Club e.V. <new@elsewhere.example>")
    assert (likely.row.known_id, likely.may_be_another) == (cast.small_member.organisation_id, True)
    assert likely.row.organisation.names == {}
    (by_domain,) = planned("K.P.C. <new@pressclub.example>")
    assert (by_domain.row.known_id, by_domain.may_be_another) == (cast.small_member.organisation_id, True)
    (only_the_domain,) = planned("Another Club <new@pressclub.example>")
    assert only_the_domain.status is Status.NEW


def test_a_column_of_groups_puts_organisations_into_them(cast: Cast) -> None:
    text = (
        "Organisation\tEmail\tGroups\n"
        "New Voices\ta@new.example\tBalkans; Press\n"
        "Kalina Press Club\tk@k.example\tbalkans"
    )
    new, known = planned(text)
    assert (new.row.groups, known.changes[0]) == (("Balkans", "Press"), Change("groups", "", "balkans"))
    imported(cast, text)
    db.session.rollback()
    by_name = {group.name: size for group, size in groups.sizes(db.session())}
    assert by_name == {"Balkans": 2, "Press": 1}
    assert {one.status for one in planned(text)} == {Status.SAME}


def test_groups_are_made_named_filled_and_ended(cast: Cast) -> None:
    group_id = groups.create_group("Balkans", by=cast.coordinator)
    with pytest.raises(groups.GroupExists):
        groups.create_group("BALKANS", by=cast.coordinator)
    groups.rename_group(group_id, "South East", by=cast.coordinator)
    both = [cast.small_member.organisation_id, cast.arabic_member.organisation_id]
    assert groups.put_into(group_id, [*both, both[0], cast.coordinator_id], by=cast.coordinator) == 2
    assert groups.put_into(group_id, both, by=cast.coordinator) == 0
    assert groups.take_out(group_id, both[:1], by=cast.coordinator) == 1
    groups.delete_group(group_id, by=cast.coordinator)
    assert groups.sizes(db.session()) == []
    assert count(Organisation) == 4
