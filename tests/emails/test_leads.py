"""Whom mails and the signing door name as leading a letter: nobody who signed and is on no list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import circulate, mask
from coalition.database import db, transaction
from coalition.emails.letters import make
from coalition.models.letter import LetterLead
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor

LEAD = "Kalina Press Club"


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A letter that a member leads alone, which signed it by name."""
    letter_id = builders.an_open_letter(cast, cast.small_member)
    with transaction() as session:
        letter = builders.a_letter(letter_id)
        letter.leads[:] = [LetterLead(letter_id=letter_id, organisation_id=cast.small_member.organisation_id)]
        session.add(letter)
    builders.signed(letter_id, cast.small_member)
    return letter_id


def asked_now(cast: Cast, letter_id: UUID) -> str:
    """The mail that asks the next member, as it would go out now."""
    member = cast.arabic_member
    if not db.session.scalar(select(OutgoingEmail.id).where(OutgoingEmail.recipient == to(member.contact_id))):
        circulate.invite(letter_id, [member.contact_id], by=cast.coordinator)
        circulate.send(letter_id, by=cast.coordinator, number=1)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.recipient == to(member.contact_id))).one()
    mail = make(db.session(), row)
    db.session.rollback()
    return mail.text + mail.html


def to(contact_id: UUID) -> str:
    return f"contact:{contact_id.hex}"


LEFT: tuple[Callable[[Cast, UUID], object], ...] = (
    lambda cast, letter_id: builders.withheld(letter_id, cast.small_member),
    lambda cast, letter_id: builders.withdrawn(letter_id, cast.small_member),
    lambda cast, letter_id: mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator),
)


@pytest.mark.parametrize("leave", LEFT)
def test_a_lead_that_left_the_list_is_named_to_nobody_else(
    letter_id: UUID, cast: Cast, visitor: Visitor, leave: Callable[[Cast, UUID], object]
) -> None:
    assert LEAD in asked_now(cast, letter_id)
    path = builders.link_path(letter_id, cast.arabic_member)
    assert LEAD in visitor.get(path).words
    leave(cast, letter_id)
    mail, page = asked_now(cast, letter_id), visitor.get(path)
    assert LEAD not in mail
    assert "Free Voices Network" in mail
    assert LEAD not in page.text
    assert "Free Voices Network" in page.words
