"""Addresses of other programs that are told of publications: an address, an edition, a kind; never a name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.vault import Sealed


class Webhook(Identified, Base):
    """One address that is told, each time signed with its secret."""

    __tablename__ = "webhooks"

    address: Mapped[str] = mapped_column(String(500))
    _secret: Mapped[bytes | None] = mapped_column("secret", LargeBinary)
    secret = Sealed("_secret")
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WebhookDelivery(Identified, Base):
    """One thing told to one address, once, and tried again until it is taken or given up."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "occasion"),
        CheckConstraint("state IN ('queued', 'taken', 'given_up')", name="state"),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(32))
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    edition: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    last_code: Mapped[int | None]
    at: Mapped[datetime]

    webhook: Mapped[Webhook] = relationship()
