"""The main job, verb by verb."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from coalition.actions import acts, answer, circulate, close, rebuild
from coalition.database import db
from coalition.models.edition import PublicLine
from coalition.models.letter import NotOpenForSigning, Tally
from coalition.models.public import PublicBody
from coalition.models.record import RecordEntry, verify
from coalition.models.signature import AlreadySigned
from tests import builders
from tests.cast import Cast


def test_a_letter_goes_from_draft_to_a_published_list(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.declined(letter_id, cast.arabic_member, reason="our board does not meet in time")
    assert builders.published(cast, letter_id) == 1
    printed = db.session.scalars(select(PublicLine)).all()
    assert [line.printed["und"] for line in printed] == ["Kalina Press Club"]
    tally = db.session.get_one(Tally, letter_id)
    assert (tally.invited, tally.signed, tally.withheld, tally.declined) == (3, 2, 1, 1)


def test_the_chain_of_a_letter_verifies_without_keys(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    chain = db.session.scalars(
        select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number)
    )
    entries = chain.all()
    assert entries[-1].verb == "answered"
    assert verify(entries) == entries[-1].hash


def test_an_organisation_cannot_sign_twice(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    with pytest.raises(AlreadySigned):
        builders.signed(letter_id, cast.small_member)


def test_the_same_form_sent_twice_is_one_act(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    form = builders.a_form(invitation)
    assert answer.sign(invitation.id, form) == answer.sign(invitation.id, form)


def test_a_closed_letter_takes_no_signature(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    close.close(letter_id, by=cast.coordinator)
    with pytest.raises(NotOpenForSigning):
        builders.signed(letter_id, cast.small_member)


def test_a_withdrawal_after_publication_takes_the_name_off_every_answer(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    rebuild.rebuild()
    with_name = select(PublicBody.path).where(PublicBody.letter_id == letter_id)
    assert db.session.scalars(with_name).all()
    builders.withdrawn(letter_id, cast.small_member)
    assert db.session.scalars(with_name).all() == []
    rebuild.rebuild()
    bodies = db.session.scalars(select(PublicBody.content).where(PublicBody.encoding == "")).all()
    assert not any(b"Kalina Press Club" in body for body in bodies)


def test_a_replaced_link_ends_the_form_that_is_open(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    form = builders.a_form(invitation)
    circulate.replace_link(invitation.id, by=cast.coordinator)
    with pytest.raises(acts.LinkReplaced):
        answer.sign(invitation.id, form)
