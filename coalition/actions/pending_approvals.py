"""What a colleague has still to approve, and how it ends without that: by another answer, by a changed text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.emails import outbox
from coalition.models.approval import Approval
from coalition.models.invitation import Invitation

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter


def asked_from(session: Session, invitation: Invitation) -> Approval | None:
    """What this contact has put before a colleague and is not decided."""
    return session.scalar(
        select(Approval).where(Approval.asked_from_id == invitation.id, Approval.decided_at.is_(None))
    )


def asked_of(session: Session, invitation: Invitation) -> Approval | None:
    """What waits for this contact's yes; the newest where several colleagues ask."""
    return session.scalars(
        select(Approval)
        .where(Approval.approver_id == invitation.id, Approval.decided_at.is_(None))
        .order_by(Approval.asked_at.desc())
    ).first()


def is_waiting(session: Session, letter: Letter, organisation_id: UUID) -> bool:
    """Whether a colleague of the organisation has still to approve an answer."""
    return bool(_pending(session, letter, organisation_id))


def end(session: Session, approval: Approval, decision: str, *, now: datetime) -> None:
    """Write down how it ended; one of `coalition.models.approval.DECISIONS`."""
    approval.decided_at, approval.decision = now, decision
    session.flush()


def lapse(session: Session, letter: Letter, organisation_id: UUID, *, now: datetime) -> None:
    """One answer settles it: what the organisation's colleagues had still to approve is over; part of a verb.

    They are told of the answer itself by a mail of its own.
    """
    for approval in _pending(session, letter, organisation_id):
        end(session, approval, "lapsed", now=now)


def lapse_for_another_text(session: Session, letter: Letter, *, now: datetime) -> None:
    """The text changed: nobody approves what they did not see. Who asked and who was asked are told; part of a verb."""
    for approval in _pending(session, letter):
        end(session, approval, "lapsed", now=now)
        for invitation in (approval.asked_from, approval.approver):
            tell_ended(session, letter, approval, invitation, "lapsed", now=now)


def tell_ended(
    session: Session, letter: Letter, approval: Approval, to: Invitation, how: str, *, now: datetime
) -> None:
    """Tell who asked, or who was asked, that nothing is to be approved any more; part of a verb."""
    if not to.is_live:
        return
    outbox.queue(
        session,
        "approval_ended",
        recipient=f"contact:{to.contact_id.hex}",
        occasion=f"approval ended:{approval.id.hex}",
        now=now,
        letter_id=letter.id,
        invitation_id=to.id,
        how=how,
        is_asker=to.id == approval.asked_from_id,
        is_withheld=bool(approval.prepared["is_withheld"]),
    )


def _pending(session: Session, letter: Letter, organisation_id: UUID | None = None) -> list[Approval]:
    query = (
        select(Approval)
        .join(Invitation, Invitation.id == Approval.asked_from_id)
        .where(Invitation.letter_id == letter.id, Approval.decided_at.is_(None))
    )
    if organisation_id is not None:
        query = query.where(Invitation.organisation_id == organisation_id)
    return list(session.scalars(query))
