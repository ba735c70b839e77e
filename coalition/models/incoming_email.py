"""A mail that came to us: a bounce, a reply, an automatic answer, or something that is not ours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified
from coalition.vault import Sealed

KINDS = ("bounce", "delay", "delivered", "reply", "automatic", "unmatched")
"""`automatic`: out of office and the like; `unmatched`: it names no mail and no invitation of ours, or forges one."""


class IncomingEmail(Identified, Base):
    """One mail as it came in, put to the row it answers. What it says rests in the vault, and goes with retention."""

    __tablename__ = "incoming_emails"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('bounce', 'delay', 'delivered', 'reply', 'automatic', 'unmatched')",
            name="kind",
        ),
    )

    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """A blind index of the bytes: fetched twice, it is taken in once."""
    outgoing_email_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("outgoing_emails.id", ondelete="SET NULL"), index=True
    )
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    """For a reply; never for what follows an answer."""
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    _said: Mapped[bytes | None] = mapped_column("said", LargeBinary)
    said = Sealed("_said", filled_to=1024)
    """{"from_name", "from_address", "subject", "words", "date"} of a reply; {"address", "action", "status", "words"} of
    a report on delivery."""
    _raw: Mapped[bytes | None] = mapped_column("raw", LargeBinary, deferred=True)
    raw = Sealed("_raw")
    """The mail in base64; only read when it is asked for, and not kept of what is not ours."""
    at: Mapped[datetime]
    forwarded_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When the desk was done with it."""

    @classmethod
    def is_unread(cls) -> tuple[ColumnElement[bool], ...]:
        """The conditions for a reply that nobody at the desk has dealt with."""
        return (cls.kind == "reply", cls.settled_at.is_(None))
