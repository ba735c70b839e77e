"""A mail that is due: the row is the truth, the queue only a doorbell (SAFETY §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified
from coalition.vault import Sealed

STATES = (
    "queued", "held", "claimed", "transmitting", "accepted", "deferred", "refused", "unknown", "stopped", "bounced",
)  # fmt: skip
WAITING = ("queued", "deferred")


class OutgoingEmail(Identified, Base):
    """One mail to one recipient for one occasion. No live link and no answer stands here in plain."""

    __tablename__ = "outgoing_emails"
    __table_args__ = (
        UniqueConstraint("recipient", "occasion"),
        Index("ix_outgoing_emails_state_next_at", "state", "next_at"),
        CheckConstraint(
            "state IN ('queued', 'held', 'claimed', 'transmitting', 'accepted', "
            "'deferred', 'refused', 'unknown', 'stopped', 'bounced')",
            name="state",
        ),
    )

    kind_class: Mapped[str] = mapped_column(String(24))
    """Invitation, nudge, notice, account: tells no answer. The kind itself is in the context."""
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(48))
    """The word contact, account or request, a colon and the id; for what follows an answer a blind index."""
    occasion: Mapped[str] = mapped_column(String(80))
    """The business fact that this mail tells; with the recipient it is unique: nobody is told twice."""
    _context: Mapped[bytes] = mapped_column("context", LargeBinary)
    context = Sealed("_context", filled_to=1024)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    date: Mapped[datetime]
    boundary: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="queued")
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    last_code: Mapped[int | None]
    last_words: Mapped[str] = mapped_column(Text, default="")
    in_doubt_at: Mapped[datetime | None]
    """When it was first not known whether the server took it; it is tried once more, then shown."""
    settled_at: Mapped[datetime | None]

    @property
    def addressed_to(self) -> tuple[str, UUID] | None:
        """To which contact, account or sender of a request it goes; None once it was erased. Opens the vault."""
        kind, _, hexadecimal = str(self.context_or_empty.get("recipient", "")).partition(":")
        return (kind, UUID(hexadecimal)) if hexadecimal else None

    @property
    def about_invitation(self) -> UUID | None:
        """The invitation it is about, if any. Opens the vault."""
        hexadecimal: str = self.context_or_empty.get("invitation", "")
        return UUID(hexadecimal) if hexadecimal else None

    @property
    def context_or_empty(self) -> dict[str, Any]:
        """The context, or nothing once it was erased."""
        return self.context or {}
