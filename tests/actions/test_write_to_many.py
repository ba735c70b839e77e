"""Writing to many at once: every row is as if it had been written alone, and nobody reads what is no longer so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import circulate, write_to_many
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A draft with two contacts on its list."""
    found = builders.a_draft(cast)
    contacts = [cast.small_member.contact_id, cast.arabic_member.contact_id]
    circulate.invite(found, contacts, by=cast.coordinator)
    return found


def test_each_gets_links_that_work_and_a_mail_with_the_note_written_for_them(letter_id: UUID, cast: Cast) -> None:
    with transaction():
        builders.invitation_of(letter_id, cast.small_member).note = "We spoke in Nairobi."
    circulate.send(letter_id, by=cast.coordinator, number=2)
    made = {}
    with transaction() as session:
        for row in session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)):
            row.state = "claimed"
            made[row.recipient] = letters.make(session, row).text
    for member in (cast.small_member, cast.arabic_member):
        invitation = builders.invitation_of(letter_id, member)
        words = made[f"contact:{member.contact_id.hex}"]
        of_it = db.session.scalars(select(Link).where(Link.invitation_id == invitation.id)).all()
        assert {link.purpose for link in of_it} == {"invitation", "mute"}
        for link in of_it:
            token = link.token(tokens.ours())
            assert token in words
            assert tokens.hash_of(tokens.ours().read(link.purpose, token)) == link.token_hash
        assert ("We spoke in Nairobi." in words) == (member is cast.small_member)


def test_who_reads_an_invitation_after_it_was_queued_reads_when(letter_id: UUID, cast: Cast) -> None:
    now = clock.now()
    with transaction() as session:
        known = builders.invitation_of(letter_id, cast.small_member)
        assert known.queued_at is None
        waiting = write_to_many.waiting(session, letter_id)
        write_to_many.queue_invitations(session, letter_id, waiting, now=now)
        assert known.queued_at == now
        session.scalars(select(Invitation)).all()
        assert known.queued_at == now


def test_nobody_is_written_to_where_others_wait_than_those_shown(letter_id: UUID) -> None:
    with transaction() as session:
        waiting = write_to_many.waiting(session, letter_id)
        with pytest.raises(write_to_many.OthersNow):
            write_to_many.queue_invitations(session, letter_id, waiting[:1], now=clock.now())
    queued = select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)
    assert not db.session.scalars(queued).all()
