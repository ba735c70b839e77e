"""The people of two entries that become one: contacts and their invitations move, one address stands there once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from coalition.emails.readdress import readdress
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.organisation import Organisation

GAPS = ("name", "telephone", "other_channel")


@dataclass(slots=True)
class Joined:
    """What became of the contacts: how many moved, which became part of which, and the invitations that moved."""

    moved: int = 0
    joined: dict[UUID, UUID] = field(default_factory=dict)
    invitations: list[UUID] = field(default_factory=list)


def move(session: Session, kept: Organisation, other: Organisation, *, now: datetime) -> Joined:
    """Move the other's contacts and invitations to the kept one; part of a verb."""
    done = Joined()
    mine = {one.address_index: one for one in kept.contacts if not one.erased_at and one.address_index}
    twins: dict[UUID, Contact] = {}
    for contact in list(other.contacts):
        twin = None if contact.erased_at else mine.get(contact.address_index)
        if twin is not None:
            twins[contact.id] = twin
            _join(session, twin, contact, now=now)
            done.joined[contact.id] = twin.id
        elif not contact.erased_at:
            done.moved += 1
        contact.organisation_id = kept.id
    session.flush()
    for invitation in session.scalars(select(Invitation).where(Invitation.organisation_id == other.id)).all():
        _move_invitation(session, invitation, twins.get(invitation.contact_id), kept, now=now)
        done.invitations.append(invitation.id)
    for gone_id, twin in twins.items():
        readdress(session, session.get_one(Contact, gone_id), twin, now=now)
    session.flush()
    session.expire(kept, ["contacts"])
    session.expire(other, ["contacts"])
    return done


def _join(session: Session, kept: Contact, gone: Contact, *, now: datetime) -> None:
    """Two rows of one person: the kept one takes what it lacks, the other is emptied, and its own links die."""
    for part in GAPS:
        if not getattr(kept, part):
            setattr(kept, part, getattr(gone, part))
    if kept.zone_guessed and not gone.zone_guessed:
        kept.zone, kept.zone_guessed = gone.zone, False
    kept.safe_mail = kept.safe_mail or gone.safe_mail
    kept.is_told = kept.is_told and gone.is_told
    kept.wants_updates = kept.wants_updates and gone.wants_updates
    kept.muted_at = kept.muted_at or gone.muted_at
    kept.ended_at = None if gone.ended_at is None else kept.ended_at
    gone.name = gone.address = gone.telephone = gone.other_channel = None
    gone.address_index = gone.bounced_at = gone.bounce = None
    gone.ended_at, gone.erased_at = gone.ended_at or now, now
    gone.epoch += 1
    session.flush()


def _move_invitation(
    session: Session, invitation: Invitation, twin: Contact | None, kept: Organisation, *, now: datetime
) -> None:
    """An invitation of the other entry. Where one person was asked twice, the one that went further stays theirs."""
    if twin is None:
        invitation.organisation_id = kept.id
        session.flush()
        return
    gone_id = invitation.contact_id
    rival = session.scalar(
        select(Invitation).where(
            Invitation.letter_id == invitation.letter_id,
            Invitation.organisation_id == kept.id,
            Invitation.contact_id == twin.id,
        )
    )
    if rival is not None:  # who wanted no more mails of the letter wants none by the other link either
        invitation.muted_at = rival.muted_at = invitation.muted_at or rival.muted_at
    if rival is None:
        invitation.organisation_id, invitation.contact_id = kept.id, twin.id
    elif _went_further(invitation, rival):
        _set_aside(rival, gone_id, now=now)
        session.flush()
        invitation.organisation_id, invitation.contact_id = kept.id, twin.id
    else:
        invitation.organisation_id = kept.id
        _set_aside(invitation, gone_id, now=now)
    session.flush()


def _went_further(one: Invitation, other: Invitation) -> bool:
    """Whether the first is the one to keep: live, asked, answered, sent, written; else the other stays."""

    def steps(each: Invitation) -> tuple[bool, ...]:
        return (
            each.revoked_at is None,
            each.part != "told",
            each.answered_at is not None,
            each.sent_at is not None,
            each.queued_at is not None,
        )

    return steps(one) > steps(other)


def _set_aside(invitation: Invitation, contact_id: UUID, *, now: datetime) -> None:
    """Its answer and its comments stay; its link works no more, for the person has the other one."""
    invitation.contact_id = contact_id
    invitation.revoked_at = invitation.revoked_at or now
    invitation.epoch += 1
