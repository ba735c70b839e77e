"""Mails that wait for one of two contacts who turned out to be the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from coalition.models.outgoing_email import WAITING, OutgoingEmail

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.contact import Contact


def readdress(session: Session, gone: Contact, stays: Contact, *, now: datetime) -> None:
    """Send to the one who stays what waits for the one who goes; what they are told already is told once."""
    before, after = f"contact:{gone.id.hex}", f"contact:{stays.id.hex}"
    waiting = session.scalars(
        select(OutgoingEmail).where(
            OutgoingEmail.state.in_((*WAITING, "held")),
            or_(OutgoingEmail.recipient == before, OutgoingEmail.recipient.like("sealed:%")),
        )
    ).all()
    for row in waiting:
        if row.context_or_empty.get("recipient") != before:
            continue
        if row.recipient == before and _is_told(session, after, row.occasion):
            row.state, row.last_words, row.settled_at = "stopped", "the contact is told already", now
            continue
        row.context = {**row.context_or_empty, "recipient": after}
        row.recipient = after if row.recipient == before else row.recipient
    session.flush()


def _is_told(session: Session, recipient: str, occasion: str) -> bool:
    query = select(OutgoingEmail.id).where(OutgoingEmail.recipient == recipient, OutgoingEmail.occasion == occasion)
    return session.scalar(query) is not None
