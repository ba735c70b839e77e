"""Who has not acted on a letter: whom a reminder concerns, and whom it does not."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select

from coalition.models.approval import Approval
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.signature import Signature, organisation_index

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session


def has_acted(session: Session, letter_id: UUID, organisation_id: UUID) -> str:
    """What an organisation did, so that there is nothing to remind it of, in words for the desk; "" for nothing.

    An answer by whichever contact or at the desk, or one that waits for a colleague's approval.
    """
    invited = select(Invitation.id).where(
        Invitation.letter_id == letter_id, Invitation.organisation_id == organisation_id
    )
    index = organisation_index(letter_id, organisation_id)
    signed = select(Signature.id).where(
        Signature.letter_id == letter_id, Signature.organisation_index == index, is_own_word()
    )
    if session.scalar(invited.where(Invitation.answered_at.is_not(None)).limit(1)) or session.scalar(signed.limit(1)):
        return "they have answered"
    waits = select(Approval.id).where(Approval.asked_from_id.in_(invited), Approval.decided_at.is_(None))
    return "a colleague has to approve their answer" if session.scalar(waits.limit(1)) else ""


def is_own_word() -> ColumnElement[bool]:
    """The condition for signatures by which an organisation has said what it wants: that stand, or were withdrawn.

    Who signed and withdrew without an invitation, by a consent given beforehand or on the own page, is not silent.
    """
    return or_(Signature.ended_on.is_(None), Signature.ended_how == "withdrawn")


def deciding(session: Session, letter_id: UUID) -> set[UUID]:
    """The organisations of which somebody prepared an answer that a colleague has still to approve."""
    query = (
        select(Invitation.organisation_id)
        .join(Approval, Approval.asked_from_id == Invitation.id)
        .where(Invitation.letter_id == letter_id, Approval.decided_at.is_(None))
    )
    return set(session.scalars(query))


def pauses(session: Session, letter_id: UUID, *, organisation_id: UUID | None = None) -> dict[UUID, datetime]:
    """Until when organisations said that they need: the end of that day where the contact lives, in UTC."""
    query = (
        select(Invitation.organisation_id, Invitation.expected_on, Contact.zone)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(Invitation.letter_id == letter_id, Invitation.expected_on.is_not(None), Invitation.revoked_at.is_(None))
    )
    if organisation_id is not None:
        query = query.where(Invitation.organisation_id == organisation_id)
    found: dict[UUID, datetime] = {}
    for organisation, day, zone in session.execute(query):
        if day is None:
            continue
        over = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
        found[organisation] = max(over, found.get(organisation, over))
    return found
