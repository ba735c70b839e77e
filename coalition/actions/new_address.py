"""A contact whose address was wrong: what was sent to the old one is dead, and the new one gets links that work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from coalition import tokens
from coalition.emails import outbox
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature, organisation_index

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.contact import Contact


class Invited(Protocol):
    """An invitation, or its row: what a mail about it is told."""

    @property
    def id(self) -> UUID: ...
    @property
    def letter_id(self) -> UUID: ...
    @property
    def contact_id(self) -> UUID: ...
    @property
    def epoch(self) -> int: ...


def write_again(session: Session, contact: Contact, *, now: datetime) -> int:
    """Write to the new address about every letter on which it has something to do or to see; part of a verb.

    The old links are dead by then (`directory.end_links`). Whoever has not answered gets the invitation itself, the
    others a new link: also long after publication, so that they can always withdraw. Returns how many mails are due.
    """
    due = 0
    _be_done_with_failures(session, contact, now=now)
    for invitation in session.scalars(select(Invitation).where(Invitation.contact_id == contact.id)):
        invitation.bounced_at = None
        kind = _kind(session, invitation)
        if kind:
            session.add(Link.for_invitation(invitation, tokens.ours(), now=now))
            queue_mail(session, kind, invitation, now=now)
            due += 1
    return due


def _be_done_with_failures(session: Session, contact: Contact, *, now: datetime) -> None:
    """What the old address refused waits for nobody any more."""
    failed = (
        OutgoingEmail.recipient == f"contact:{contact.id.hex}",
        OutgoingEmail.state.in_(("refused", "bounced", "unknown")),
    )
    for row in session.scalars(select(OutgoingEmail).where(*failed)):
        row.state, row.settled_at, row.last_code = "stopped", now, None
        row.last_words = "the address was corrected, and a new mail goes there"


def queue_mail(session: Session, kind: str, invitation: Invitation, *, now: datetime) -> None:
    """Queue a mail that brings an invitation's present link; part of a verb."""
    outbox.queue(session, kind, **mail_about(kind, invitation, note=invitation.note or ""), now=now)


def mail_about(kind: str, invitation: Invited, *, note: str) -> dict[str, Any]:
    """What `outbox.queue` is told of a mail that brings an invitation's present link; `invitation` may be its row."""
    return {
        "recipient": f"contact:{invitation.contact_id.hex}",
        "occasion": f"{kind}:{invitation.id.hex}:{invitation.epoch}",
        "letter_id": invitation.letter_id,
        "invitation_id": invitation.id,
        "kind_class": "invitation",
        "epoch": invitation.epoch,
        "note": note,
    }


def _kind(session: Session, invitation: Invitation) -> str:
    """Which mail brings the new link; "" where none is due."""
    letter = invitation.letter
    if not invitation.is_live or invitation.queued_at is None or letter.stage not in {"consultation", "open", "closed"}:
        return ""
    has_signed = _has_signed(session, invitation)
    if letter.stage == "closed":
        return "replaced_link" if has_signed or invitation.answered_at else ""
    if has_signed or invitation.answered_at or invitation.part == "told":
        return "replaced_link"
    return "consultation" if letter.stage == "consultation" else "invitation"


def _has_signed(session: Session, invitation: Invitation) -> bool:
    index = organisation_index(invitation.letter_id, invitation.organisation_id)
    query = select(Signature.id).where(
        Signature.letter_id == invitation.letter_id,
        Signature.organisation_index == index,
        Signature.ended_on.is_(None),
    )
    return session.scalar(query) is not None
