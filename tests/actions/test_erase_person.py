"""A person who withdrew and wants to be erased: gone from requests, mails and kept copies, also after a restore."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock, journal
from coalition.actions import keep_copies, replay, sign_for_oneself, verify
from coalition.actions.acts import CodeNeeded
from coalition.actions.sign_for_oneself import StillSigned
from coalition.database import db, transaction
from coalition.journal import Erasure
from coalition.models.kept_copy import KeptCopy
from coalition.models.letter import Tally
from coalition.rendering import bodies
from tests import builders, persons
from tests.actions.test_held import places

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

NAME, SCHOOL = "Zenobia Kanarek", "Seven Rivers School"
IN_THE_RECORD = {"consents.by", "signatures.person", "signatures.printed_names"}


@pytest.fixture
def signed(cast: Cast) -> UUID:
    """A published letter that a person signed too, with its copy as delivered; the person's request."""
    letter_id = persons.with_individuals(cast, builders.an_open_letter(cast))
    builders.signed(letter_id, cast.small_member)
    request_id = persons.signed(cast, letter_id, NAME, affiliation=SCHOOL)
    builders.published(cast, letter_id)
    with transaction() as session:
        answer = bodies.answer_at(session, f"/letters/{builders.a_letter(letter_id).slug}.txt")
        assert answer is not None
        keep_copies.keep(session, answer, answer.make())
    assert [NAME in one for one in copies()] == [True]
    return request_id


def copies() -> list[str]:
    """What the kept copies say; nothing for one that is empty."""
    db.session.rollback()
    return [
        base64.b64decode(one.content["bytes"]).decode() if one.content else ""
        for one in db.session.scalars(select(KeptCopy))
    ]


def test_a_person_who_withdrew_stays_in_the_copy_as_delivered_and_goes_from_it_when_erased(signed: UUID) -> None:
    with pytest.raises(StillSigned):
        sign_for_oneself.erase(signed)
    persons.withdrawn(signed)
    assert [NAME in one for one in copies()] == [True]
    for _ in range(2):
        sign_for_oneself.erase(signed)
    assert copies() == [""]
    assert places(NAME, "zenobia@", SCHOOL, "Professor of Law") == IN_THE_RECORD
    assert list(verify.problems(db.session())) == []
    assert signed in {one.id for one in journal.entries() if one.kind == "person"}


def test_on_a_sensitive_letter_a_code_comes_first(signed: UUID) -> None:
    persons.withdrawn(signed)
    with transaction():
        builders.a_letter(persons.letter_of(signed)).is_sensitive = True
    with pytest.raises(CodeNeeded):
        sign_for_oneself.erase(signed)
    sign_for_oneself.erase(signed, is_proved=True)
    assert copies() == [""]


def test_who_was_erased_is_erased_again_where_an_older_copy_of_the_database_came_back(signed: UUID) -> None:
    letter_id = persons.letter_of(signed)
    erased = (Erasure("person", signed, clock.now()),)
    assert [replay.replay(erased), replay.replay(erased)] == [1, 0]
    assert copies() == [""]
    assert places(NAME, "zenobia@", SCHOOL) == IN_THE_RECORD
    assert db.session.get_one(Tally, letter_id).individuals == 0
    answer = bodies.answer_at(db.session(), f"/letters/{builders.a_letter(letter_id).slug}.txt")
    assert answer is not None
    assert NAME not in answer.make().decode()
