"""Telling the colleagues: everybody known at an organisation learns who acted in its name, and can say "not us"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from coalition import tokens
from coalition.emails import outbox
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.link import Link

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Actor
    from coalition.models.letter import Letter

HEARD_BY_ALL = frozenset({"handed_over_link", "recorded", "standing_consent"})
"""How acts come that nobody did by a link mailed to them: of these every known contact is told, chosen or not."""


def colleagues(
    session: Session,
    letter: Letter,
    actor: Actor,
    facts: dict[str, Any],
    occasion: str,
    *,
    now: datetime,
    but: frozenset[UUID] = frozenset(),
) -> None:
    """Tell the organisation's other contacts what was done and by whom; part of a verb.

    Those who were invited, and those merely known who are to be told: these get a link of their own (part "told").
    `but` names invitations that are told in another mail.
    """
    for other in others(session, letter, actor, now=now):
        if other.id in but:
            continue
        is_first = give_link(session, other, now=now)
        outbox.queue(
            session,
            "told_colleague",
            recipient=f"contact:{other.contact_id.hex}",
            occasion=occasion,
            now=now,
            letter_id=letter.id,
            invitation_id=other.id,
            kind_class="answer",
            is_first=is_first,
            **facts,
        )


def others(session: Session, letter: Letter, actor: Actor, *, now: datetime) -> list[Invitation]:
    """The live invitations of everybody at the actor's organisation but the actor; made for those merely known."""
    own = actor.person.id if actor.person is not None else None
    known = session.scalars(
        select(Invitation).where(Invitation.letter_id == letter.id, Invitation.organisation_id == actor.organisation.id)
    ).all()
    made = [
        _told(session, letter, contact, now=now)
        for contact in _merely_known(session, letter, actor, but={one.contact_id for one in known})
        if contact.id != own
    ]
    present = [one for one in known if one.contact_id != own and one.contact.ended_at is None]
    if actor.how in HEARD_BY_ALL:
        _take_up_again(present)
    return [one for one in present if one.is_live] + made


def _take_up_again(invitations: list[Invitation]) -> None:
    """Whoever was taken off the list hears of it all the same, by a new link: the ones before stay dead."""
    for one in invitations:
        if one.revoked_at is not None:
            one.revoked_at, one.part = None, "told"


def _merely_known(session: Session, letter: Letter, actor: Actor, *, but: set[UUID]) -> list[Contact]:
    """Contacts who were not asked. Whoever is known only through another letter has nothing to do with this one."""
    if letter.is_practice:
        return []
    found = session.scalars(
        select(Contact)
        .where(
            Contact.organisation_id == actor.organisation.id,
            Contact.ended_at.is_(None),
            Contact.erased_at.is_(None),
            Contact.address_index.is_not(None),
            or_(Contact.known_through_letter_id.is_(None), Contact.known_through_letter_id == letter.id),
        )
        .order_by(Contact.created_at, Contact.id)
    )
    everybody = actor.how in HEARD_BY_ALL
    return [one for one in found if one.id not in but and (everybody or (one.is_told and one.muted_at is None))]


def _told(session: Session, letter: Letter, contact: Contact, *, now: datetime) -> Invitation:
    """An invitation by which a contact is only told; it asks for nothing."""
    invitation = Invitation(
        letter_id=letter.id,
        organisation_id=contact.organisation_id,
        contact_id=contact.id,
        part="told",
        created_at=now,
        queued_at=now,
    )
    session.add(invitation)
    session.flush()
    return invitation


def give_link(session: Session, invitation: Invitation, *, now: datetime) -> bool:
    """Give whoever was never written to about this letter a link; says whether it is their first."""
    query = select(Link.id).where(
        Link.invitation_id == invitation.id,
        Link.purpose == "invitation",
        Link.epoch == invitation.epoch,
        Link.channel == "mail",
    )
    if session.scalar(query.limit(1)) is not None:
        return False
    session.add(Link.for_invitation(invitation, tokens.ours(), now=now))
    session.flush()
    return True
