"""Arranging a letter's list: its look is frozen by publication, its parts hold whom the team put there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import arrange, proof, replay
from coalition.actions.arrange import NoSuchOrder, NoSuchPart, PartEntry
from coalition.actions.circulate import NotCoordinator
from coalition.database import db, transaction
from coalition.journal import Erasure
from coalition.models.account import Account
from coalition.models.edition import ListGroup, PublicLine
from coalition.models.letter import AlreadyPublished
from coalition.models.list_look import ListLook
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature
from coalition.rendering.edition import printed_letter
from tests import builders, persons

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.rendering.printed import PrintedLetter
    from tests.cast import Cast


def parts_of(letter_id: UUID) -> list[ListGroup]:
    """The parts of the list, in their order."""
    db.session.rollback()
    query = select(ListGroup).where(ListGroup.letter_id == letter_id).order_by(ListGroup.position)
    return list(db.session.scalars(query))


def in_proof(letter_id: UUID) -> PrintedLetter:
    """The letter as it would be published now."""
    return proof.proof(db.session(), builders.a_letter(letter_id), now=clock.now())


def as_published(letter_id: UUID) -> PrintedLetter:
    """The letter as readers see it."""
    db.session.rollback()
    return printed_letter(db.session(), db.session.get_one(PublicLetter, letter_id))


def listed(letter: PrintedLetter) -> list[tuple[str, list[str]]]:
    """The parts: heading and names."""
    return [
        (group.headings.get("en", ""), [line.name("en") for line in letter.ordered(group, "en")])
        for group in letter.groups
    ]


def test_the_published_list_keeps_the_look_it_was_given(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member, name="The Ants")
    builders.signed(letter_id, cast.arabic_member, name="Bees")
    look = ListLook(form="numbered", ignores_article=True, says_order=True)
    arrange.save_look(letter_id, "name", look, by=cast.coordinator)
    builders.published(cast, letter_id)
    letter = as_published(letter_id)
    assert letter.look == look
    assert listed(letter)[0][1] == ["The Ants", "Bees"]
    with pytest.raises(AlreadyPublished):
        arrange.save_look(letter_id, "name", ListLook(), by=cast.coordinator)


def test_an_order_that_lists_do_not_have_is_refused(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with pytest.raises(NoSuchOrder):
        arrange.save_look(letter_id, "size", ListLook(), by=cast.coordinator)


def test_by_date_the_list_has_the_order_of_signing_and_no_day_is_kept_otherwise(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.arabic_member, name="Zebras")
    builders.signed(letter_id, cast.small_member, name="Ants")
    assert "date" not in in_proof(letter_id).groups[0].lines[0].sort_keys
    arrange.save_look(letter_id, "date", ListLook(lead_first=False), by=cast.coordinator)
    builders.published(cast, letter_id)
    assert listed(as_published(letter_id))[0][1] == ["Zebras", "Ants"]


def test_names_stand_in_the_parts_they_were_put_in_and_the_proof_is_what_is_published(cast: Cast) -> None:
    letter_id = persons.with_individuals(cast, builders.an_open_letter(cast))
    ants = builders.signed(letter_id, cast.small_member, name="Ants")
    builders.signed(letter_id, cast.arabic_member, name="Bees")
    persons.signed(cast, letter_id)
    arrange.save_parts(
        letter_id,
        [
            PartEntry(headings={"en": "Scholars"}, for_persons=True),
            PartEntry(headings={"en": "Unions"}, unnamed={"en": "about 500 students"}),
            PartEntry(),
        ],
        by=cast.coordinator,
    )
    unions, scholars = parts_of(letter_id)
    db.session.rollback()
    person = db.session.scalars(select(Signature).where(Signature.kind == "individual")).one().id
    arrange.place(letter_id, {ants: unions.id, person: scholars.id}, by=cast.coordinator)
    before = listed(in_proof(letter_id))
    builders.published(cast, letter_id)
    letter = as_published(letter_id)
    assert before == listed(letter)
    assert [names for _heading, names in listed(letter)][:2] == [["Bees"], ["Ants"]]
    assert letter.groups[1].unnamed == {"en": "about 500 students"}
    assert [group.for_persons for group in letter.groups] == [False, False, True]
    assert letter.figures.organisations == 2


def test_a_part_taken_away_lets_its_names_go(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    ants = builders.signed(letter_id, cast.small_member)
    arrange.save_parts(
        letter_id, [PartEntry(headings={"en": "A"}), PartEntry(headings={"en": "B"})], by=cast.coordinator
    )
    first, second = (row.id for row in parts_of(letter_id))
    arrange.place(letter_id, {ants: first}, by=cast.coordinator)
    arrange.save_parts(letter_id, [PartEntry(second, {"en": "B"}), PartEntry(None, {"en": "C"})], by=cast.coordinator)
    assert [row.headings["en"] for row in parts_of(letter_id)] == ["B", "C"]
    assert db.session.get_one(Signature, ants).list_group_id is None
    with pytest.raises(NoSuchPart):
        arrange.save_parts(letter_id, [PartEntry(first, {"en": "A"})], by=cast.coordinator)
    with pytest.raises(NoSuchPart):
        arrange.place(letter_id, {ants: uuid4()}, by=cast.coordinator)


def test_who_signed_without_a_name_leaves_for_good_and_the_heading_stays_over_names(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    entries = [PartEntry(headings={"en": "Schools"}, unnamed={"en": "about 500 students"})]
    arrange.save_parts(letter_id, entries, by=cast.coordinator)
    [part] = parts_of(letter_id)
    with pytest.raises(NoSuchPart):
        arrange.take_unnamed_off(letter_id, part.id, by=cast.coordinator)  # before release it is written otherwise
    signature = db.session.scalars(select(Signature.id)).one()
    arrange.place(letter_id, {signature: part.id}, by=cast.coordinator)
    builders.published(cast, letter_id)
    observer = db.session.get_one(Account, builders.an_observer(cast, letter_id))
    with pytest.raises(NotCoordinator):
        arrange.take_unnamed_off(letter_id, part.id, by=observer)
    erased = (Erasure(arrange.UNNAMED, part.id, clock.now()),)
    arrange.take_unnamed_off(letter_id, part.id, by=cast.coordinator)
    assert [(group.unnamed, group.headings) for group in as_published(letter_id).groups] == [({}, {"en": "Schools"})]
    assert replay.replay(erased) == 0
    with transaction() as session:  # a copy of the database from before comes back
        session.get_one(ListGroup, part.id).unnamed = {"en": "about 500 students"}
    assert replay.replay(erased) == 1
    assert parts_of(letter_id)[0].unnamed == {}


def test_an_organisation_stands_in_no_part_for_persons(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    ants = builders.signed(letter_id, cast.small_member)
    arrange.save_parts(letter_id, [PartEntry(headings={"en": "P"}, for_persons=True)], by=cast.coordinator)
    (part,) = parts_of(letter_id)
    with pytest.raises(NoSuchPart):
        arrange.place(letter_id, {ants: part.id}, by=cast.coordinator)


def test_whoever_withholds_the_name_stands_in_no_part_any_more(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    ants = builders.signed(letter_id, cast.small_member)
    arrange.save_parts(letter_id, [PartEntry(headings={"en": "Unions of Norland"})], by=cast.coordinator)
    (part,) = parts_of(letter_id)
    arrange.place(letter_id, {ants: part.id}, by=cast.coordinator)
    builders.withheld(letter_id, cast.small_member)
    db.session.rollback()
    assert db.session.get_one(Signature, ants).list_group_id is None
    arrange.place(letter_id, {ants: part.id}, by=cast.coordinator)
    db.session.rollback()
    assert db.session.get_one(Signature, ants).list_group_id is None
    builders.published(cast, letter_id)
    assert not db.session.scalars(select(PublicLine).where(PublicLine.list_group_id == part.id)).all()
