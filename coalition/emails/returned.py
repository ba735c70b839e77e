"""What a mail that does not arrive means for its contact and its invitation, and one that does.

A server says so at once, when it refuses (the outbox), or later, in a mail of its own (`actions.bounce`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from coalition.emails.failures import presentable
from coalition.emails.outbox import FOLLOWS_AN_ANSWER
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
    """Write down at contact and invitation that a mail did not arrive, and why; part of a transaction.

    A mail that follows an answer leaves no trace but its own row: a date on its contact would tell who answered.
    """
    contact = None if follows_an_answer(row) else _contact(session, row)
    if contact is None:
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


def words_to_keep(row: OutgoingEmail, words: str) -> str:
    """A server's words as a mail's row keeps them, see `kept`."""
    return kept(words, is_telling=follows_an_answer(row))


def kept(words: str, *, is_telling: bool) -> str:
    """A server's words as they are kept; `is_telling` where the mail follows an answer.

    Servers name themselves, their domains and people: of a mail that follows an answer the status alone is kept, for
    the name of a host would tell whose row it is (SAFETY §3).
    """
    return status_in(words) if is_telling else words[:1000]


def note_arrival(session: Session, row: OutgoingEmail) -> None:
    """A server took a mail that was made after the last one came back: the address works again, as far as is known."""
    contact = _contact(session, row)
    if contact is None:
        return
    if contact.bounced_at is not None and row.date > contact.bounced_at:
        contact.bounced_at = contact.bounce = None
    invitation = session.get(Invitation, row.invitation_id) if row.invitation_id else None
    if invitation is not None and invitation.bounced_at is not None and row.date > invitation.bounced_at:
        invitation.bounced_at = None


def may_end_a_failure(session: Session, row: OutgoingEmail, facts: dict[str, Any]) -> bool:
    """Whether `note_arrival` may change anything: what comes back from now on is later than the mail is."""
    kind, _, recipient_id = str(facts.get("recipient", "")).partition(":")
    contact = session.get(Contact, UUID(recipient_id)) if kind == "contact" and recipient_id else None
    invitation = session.get(Invitation, row.invitation_id) if row.invitation_id else None
    return any(one is not None and one.bounced_at is not None for one in (contact, invitation))


def _contact(session: Session, row: OutgoingEmail) -> Contact | None:
    """The contact whose present address the mail went to; None for others, and for a practice letter's."""
    kind, recipient_id = row.addressed_to or ("", None)
    contact = session.get(Contact, recipient_id) if kind == "contact" and recipient_id else None
    letter = session.get(Letter, row.letter_id) if row.letter_id else None
    if contact is None or (letter is not None and letter.is_practice) or _is_outdated(session, row, contact):
        return None
    return contact


def follows_an_answer(row: OutgoingEmail, facts: dict[str, Any] | None = None) -> bool:
    """Whether a mail's very row would tell who answered; nothing that names its recipient is put beside it.

    `facts` is its context where that was opened already.
    """
    if row.recipient.startswith("sealed:"):
        return True
    return (row.context_or_empty if facts is None else facts).get("kind") in FOLLOWS_AN_ANSWER


def _is_outdated(session: Session, row: OutgoingEmail, contact: Contact) -> bool:
    """Whether it went to an address that the contact has no more, so that it tells nothing of the present one."""
    facts = row.context_or_empty
    if facts.get("address") and facts["address"] != contact.address:
        return True
    about = facts.get("invitation")
    invitation = session.get(Invitation, UUID(about)) if about else None
    return invitation is not None and int(facts.get("epoch", invitation.epoch)) < invitation.epoch
