"""What a mail that does not arrive means for its row, its contact, its invitation and its coordinators.

A server says so at once, when it refuses (the outbox), or later, in a mail of its own (`actions.bounce`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from coalition.emails.failures import presentable
from coalition.emails.outbox import FOLLOWS_AN_ANSWER, is_queued, queue
from coalition.emails.reasons import reason_of, status_in
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.outgoing_email import OutgoingEmail


@dataclass(frozen=True, slots=True)
class Report:
    """What a server says of one recipient.

    `address` is the one that refused, which may be one that ours is forwarded to, or "" where it is not said; `code`
    an SMTP reply like 550; `status` an enhanced code like "5.1.1", or ""; `words` the server's own.
    """

    address: str
    code: int | None
    status: str
    words: str


def note_failure(session: Session, row: OutgoingEmail, report: Report, *, now: datetime) -> None:
    """Write down at contact and invitation what came of a mail, and tell who wants to know; part of a transaction.

    A mail that follows an answer leaves no trace but its own row: a date on its contact would tell who answered.
    """
    letter = session.get(Letter, row.letter_id) if row.letter_id else None
    kind, recipient_id = row.addressed_to or ("", None)
    if kind != "contact" or recipient_id is None or (letter is not None and letter.is_practice):
        return
    if not _follows_an_answer(row):
        contact = session.get(Contact, recipient_id)
        if contact is None or _is_outdated(session, row, contact):
            return
        contact.bounced_at = now
        contact.bounce = {
            "address": report.address or contact.address or "",
            "code": report.code,
            "status": report.status or status_in(report.words),
            "words": presentable(report.words),
            "class": reason_of(report.code, report.words, report.status),
        }
        invitation = session.get(Invitation, row.invitation_id) if row.invitation_id else None
        if invitation is not None:
            invitation.bounced_at = now
    if letter is not None:
        _alert(session, letter, now=now)


def note_arrival(session: Session, row: OutgoingEmail) -> None:
    """A server took a mail that was made after the last one came back: the address works again, as far as is known."""
    kind, recipient_id = row.addressed_to or ("", None)
    contact = session.get(Contact, recipient_id) if kind == "contact" and recipient_id else None
    if contact is None or _is_outdated(session, row, contact):
        return
    letter = session.get(Letter, row.letter_id) if row.letter_id else None
    if letter is not None and letter.is_practice:
        return
    if contact.bounced_at is not None and row.date > contact.bounced_at:
        contact.bounced_at = contact.bounce = None
    invitation = session.get(Invitation, row.invitation_id) if row.invitation_id else None
    if invitation is not None and invitation.bounced_at is not None and row.date > invitation.bounced_at:
        invitation.bounced_at = None


def _follows_an_answer(row: OutgoingEmail) -> bool:
    return row.context_or_empty.get("kind") in FOLLOWS_AN_ANSWER or row.recipient.startswith("sealed:")


def _is_outdated(session: Session, row: OutgoingEmail, contact: Contact) -> bool:
    """Whether it went to an address that the contact has no more, so that it tells nothing of the present one."""
    facts = row.context_or_empty
    if facts.get("address") and facts["address"] != contact.address:
        return True
    about = facts.get("invitation")
    invitation = session.get(Invitation, UUID(about)) if about else None
    return invitation is not None and int(facts.get("epoch", invitation.epoch)) < invitation.epoch


def _alert(session: Session, letter: Letter, *, now: datetime) -> None:
    """At most one mail an hour to each coordinator: the first failure at once, later ones together."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    for account in letter.coordinators():
        if not account.wants_alerts:
            continue
        recipient = f"account:{account.id.hex}"
        for hour in (this_hour, this_hour + timedelta(hours=1)):
            occasion = f"bounced:{letter.id.hex}:{hour:%Y%m%d%H}"
            if is_queued(session, "mail_bounced", recipient=recipient, occasion=occasion):
                continue
            queue(
                session,
                "mail_bounced",
                recipient=recipient,
                occasion=occasion,
                now=now,
                due_at=max(hour, now),
                letter_id=letter.id,
                kind_class="account",
            )
            break
