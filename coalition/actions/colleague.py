"""Bringing in a colleague: found or added at the same organisation, with an own invitation and link to the letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import tokens
from coalition.actions.directory import find_contact
from coalition.models import limit
from coalition.models.contact import Contact, address_index
from coalition.models.invitation import Invitation
from coalition.models.link import Link

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter

A_DAY: Final = timedelta(days=1)
PER_INVITATION: Final = 5
"""How many colleagues one contact can bring in within a day."""
PER_ORGANISATION: Final = 10
"""How many all contacts of an organisation together, for one letter: whom one brings in can bring in others."""
PER_ADDRESS: Final = 3
"""How many such mails one address gets within a day, whoever has them sent: a link is no way to write to strangers."""


class OwnAddress(Exception):
    """It is the address of the one who passes it on."""


class ColleagueNotAsked(Exception):
    """The coordinators ended the invitation of that colleague: a contact does not undo that."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Whom a contact names. The address was read and found good."""

    address: str
    name: str = ""
    language: str = "en"


def count(session: Session, invitation: Invitation, colleague: Colleague, *, now: datetime) -> None:
    """Count one more colleague who is brought in; part of a verb. Raises TooOften."""
    everybody = f"{invitation.letter_id.hex}:{invitation.organisation_id.hex}"
    address = colleague.address.strip().casefold()
    limit.count(session, "colleagues", invitation.id.hex, limit=PER_INVITATION, every=A_DAY, now=now)
    limit.count(session, "colleagues of all", everybody, limit=PER_ORGANISATION, every=A_DAY, now=now)
    limit.count(session, "written to as colleague", address, limit=PER_ADDRESS, every=A_DAY, now=now)


def bring_in(
    session: Session, letter: Letter, by: Invitation, colleague: Colleague, part: str, *, now: datetime
) -> Invitation:
    """The colleague's own invitation, found or made, with a live link; part of a verb.

    An address that is known at other organisations is simply new at this one: nobody learns that it is known. Raises
    OwnAddress, ColleagueNotAsked.
    """
    if address_index(colleague.address) == by.contact.address_index:
        raise OwnAddress
    contact = _contact(session, letter, by, colleague, now=now)
    found = session.scalar(
        select(Invitation).where(
            Invitation.letter_id == letter.id,
            Invitation.organisation_id == by.organisation_id,
            Invitation.contact_id == contact.id,
        )
    )
    invitation = _again(found, by, part, now=now) if found else _invitation(letter, by, contact, part, now=now)
    session.add(invitation)
    session.flush()
    _give_link(session, invitation, now=now)
    return invitation


def take_back(session: Session, by: Invitation, *, now: datetime) -> None:
    """End the invitations by which it was passed on, and those that came of them, unless they were answered.

    Part of a verb. Whoever was asked before, or has answered, keeps their link.
    """
    passed = session.scalars(select(Invitation).where(Invitation.passed_from_id == by.id, Invitation.id != by.id)).all()
    for invitation in passed:
        if invitation.answered_at is None and invitation.part == "colleague":
            take_back(session, invitation, now=now)
            end(invitation, now=now)


def end(invitation: Invitation, *, now: datetime) -> None:
    """End a colleague's invitation, which the colleague who made it can renew."""
    invitation.revoked_at = invitation.revoked_at or now
    invitation.epoch += 1
    invitation.passed_from_id = None


def _contact(session: Session, letter: Letter, by: Invitation, colleague: Colleague, *, now: datetime) -> Contact:
    """The contact of the same organisation with that address; one that had left is there again."""
    known = find_contact(session, by.organisation_id, colleague.address)
    if known is not None:
        known.ended_at = None
        known.name = known.name or colleague.name.strip() or None
        return known
    contact = Contact(
        organisation_id=by.organisation_id,
        language=colleague.language,
        zone=by.contact.zone,
        zone_guessed=True,
        safe_mail=by.contact.safe_mail or by.organisation.safety_default == "withhold",
        known_through_letter_id=letter.id,
        created_at=now,
    )
    contact.move_to(colleague.address)
    contact.name = colleague.name.strip() or None
    session.add(contact)
    session.flush()
    return contact


def _invitation(letter: Letter, by: Invitation, contact: Contact, part: str, *, now: datetime) -> Invitation:
    return Invitation(
        letter_id=letter.id,
        organisation_id=by.organisation_id,
        contact_id=contact.id,
        part=part,
        passed_from_id=by.id,
        created_at=now,
        queued_at=now,
    )


def _again(found: Invitation, by: Invitation, part: str, *, now: datetime) -> Invitation:
    """An invitation that was there: of somebody asked, only told, or taken back before."""
    if found.revoked_at is not None:
        if found.part == "contact" or found.passed_from_id is not None:
            raise ColleagueNotAsked
        found.revoked_at, found.part, found.passed_from_id = None, part, by.id
    if found.part == "told" or (found.part == "approver" and part == "colleague" and found.answered_at is None):
        found.part, found.passed_from_id = part, by.id
    found.queued_at = found.queued_at or now
    if found.id == by.passed_from_id:  # given back to the one from whom it came
        found.handed_over_at = None
    return found


def _give_link(session: Session, invitation: Invitation, *, now: datetime) -> None:
    query = select(Link.id).where(
        Link.invitation_id == invitation.id,
        Link.purpose == "invitation",
        Link.epoch == invitation.epoch,
        Link.channel == "mail",
    )
    if session.scalar(query.limit(1)) is None:
        session.add(Link.for_invitation(invitation, tokens.ours(), now=now))
