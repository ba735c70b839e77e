"""A wrong address, corrected at any time: what was sent to it is dead, and the right one gets a link that works."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import circulate, close, directory, hand_over
from coalition.actions.directory import ContactEntry
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.contact import Contact
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.tokens import hash_of
from coalition.web.signing.visit import LinkEnded, ensure_works
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast

NEW = "right@pressclub.example"


def by_coordinator(cast: Cast, letter_id: UUID) -> None:
    circulate.correct_address(builders.invitation_of(letter_id, cast.small_member).id, NEW, by=cast.coordinator)


def by_directory(cast: Cast, _letter_id: UUID) -> None:
    directory.edit_contact(cast.small_member.contact_id, ContactEntry(address=NEW), by=cast.coordinator)


WAYS = pytest.mark.parametrize("correct", [by_coordinator, by_directory])


def in_consultation(cast: Cast) -> UUID:
    return builders.consulted(cast, cast.small_member)


def is_open(cast: Cast) -> UUID:
    return builders.an_open_letter(cast, cast.small_member)


def signed(cast: Cast) -> UUID:
    letter_id = is_open(cast)
    builders.signed(letter_id, cast.small_member)
    return letter_id


def closed(cast: Cast) -> UUID:
    letter_id = signed(cast)
    close.close(letter_id, by=cast.coordinator)
    return letter_id


def published(cast: Cast) -> UUID:
    letter_id = signed(cast)
    builders.published(cast, letter_id)
    return letter_id


def bounced(cast: Cast, letter_id: UUID) -> None:
    invitation = builders.invitation_of(letter_id, cast.small_member)
    invitation.bounced_at = invitation.contact.bounced_at = clock.now()
    db.session.commit()


def links_mailed_to(address: str) -> list[Link]:
    """The links in the mails that go to an address now."""
    db.session.rollback()
    found = []
    for row in db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date, OutgoingEmail.next_at)):
        try:
            mail = letters.make(db.session(), row)
        except NoLongerDue:
            continue
        for token in re.findall(r"/i/(\S+)", mail.text) if mail.recipient == address else ():
            link_id = tokens.ours().read("invitation", token)
            found.append(db.session.scalars(select(Link).where(Link.token_hash == hash_of(link_id))).one())
    return found


@WAYS
@pytest.mark.parametrize("begin", [in_consultation, is_open, signed, closed, published])
def test_the_old_link_is_dead_and_the_new_address_has_one_that_works(
    begin: Callable[[Cast], UUID], correct: Callable[[Cast, UUID], None], cast: Cast
) -> None:
    letter_id = begin(cast)
    bounced(cast, letter_id)
    old = builders.invitation_of(letter_id, cast.small_member).links[-1].id
    correct(cast, letter_id)
    db.session.rollback()
    with pytest.raises(LinkEnded):
        ensure_works(db.session.get_one(Link, old))
    found = links_mailed_to(NEW)
    assert found
    for link in found:
        ensure_works(link)
    assert links_mailed_to(cast.small_member.address) == []
    invitation = builders.invitation_of(letter_id, cast.small_member)
    assert invitation.bounced_at is None
    assert invitation.contact.bounced_at is None


@WAYS
def test_the_links_to_the_organisations_own_page_die_too(correct: Callable[[Cast, UUID], None], cast: Cast) -> None:
    letter_id = is_open(cast)
    before = db.session.get_one(Contact, cast.small_member.contact_id).epoch
    correct(cast, letter_id)
    db.session.rollback()
    assert db.session.get_one(Contact, cast.small_member.contact_id).epoch > before


def test_a_link_that_was_handed_over_dies_with_the_address(cast: Cast) -> None:
    letter_id = is_open(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    hand_over.make_link(invitation.id, by=cast.coordinator, reason="No mail there.")
    by_coordinator(cast, letter_id)
    db.session.rollback()
    link = db.session.scalars(select(Link).where(Link.channel == "hand")).one()
    with pytest.raises(LinkEnded):
        ensure_works(link)


def test_who_never_answered_a_letter_that_is_over_is_not_written_to(cast: Cast) -> None:
    letter_id = is_open(cast)
    close.close(letter_id, by=cast.coordinator)
    by_coordinator(cast, letter_id)
    assert links_mailed_to(NEW) == []


def test_one_address_on_several_letters_gets_a_link_to_each(cast: Cast) -> None:
    first, second = is_open(cast), builders.an_open_letter(cast, cast.small_member, title="Another")
    by_coordinator(cast, first)
    invitations = {link.invitation_id for link in links_mailed_to(NEW)}
    wanted = {builders.invitation_of(one, cast.small_member).id for one in (first, second)}
    assert invitations == wanted
