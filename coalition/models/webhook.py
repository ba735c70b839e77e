"""Addresses of other programs that are told of publications: an address, an edition, a kind; never a name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.vault import Sealed

ADDRESS_LIMIT: Final = 500
PREFIX: Final = "whsec_"
"""How a secret begins where people and programs hand it on (Standard Webhooks 1.0.0)."""
SECRET_BYTES: Final = 32
OLD_SECRET_COUNTS: Final = timedelta(days=1)
"""How long after a renewal calls are signed with the secret before too, so that none is refused meanwhile."""
KINDS: Final = ("published", "edition", "changed", "corrected", "noted", "retracted", "test")


class Webhook(Identified, Base):
    """One address that is told, each time signed with its secret."""

    __tablename__ = "webhooks"

    address: Mapped[str] = mapped_column(String(ADDRESS_LIMIT))
    _secret: Mapped[bytes | None] = mapped_column("secret", LargeBinary)
    secret = Sealed("_secret")
    """As it was shown; None once the address is ended."""
    _old_secret: Mapped[bytes | None] = mapped_column("old_secret", LargeBinary)
    old_secret = Sealed("_old_secret")
    old_secret_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def renew_secret(self, *, now: datetime) -> str:
        """Give it a new secret, which is returned; the one before counts for a day."""
        if self.secret is not None:
            self.old_secret, self.old_secret_until = self.secret, now + OLD_SECRET_COUNTS
        self.secret = PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        return str(self.secret)

    def end(self, *, now: datetime) -> None:
        """Tell it nothing more; its secrets are forgotten."""
        self.ended_at = now
        self.secret = self.old_secret = self.old_secret_until = None

    def signatures(self, message_id: str, body: bytes, *, now: datetime) -> str:
        """The value of the header webhook-signature for a body sent at `now`: one signature for each secret."""
        keys = [self.secret]
        if self.old_secret_until is not None and now < self.old_secret_until:
            keys.append(self.old_secret)
        signed = f"{message_id}.{int(now.timestamp())}.".encode() + body
        return " ".join(f"v1,{_hmac(key, signed)}" for key in keys)


class WebhookDelivery(Identified, Base):
    """One thing told to one address, once, and tried again until it is taken or given up."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "occasion"),
        CheckConstraint("state IN ('queued', 'taken', 'given_up')", name="state"),
        Index("ix_webhook_deliveries_state_next_at", "state", "next_at"),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(32))
    """One of KINDS."""
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    """None for a test."""
    edition: Mapped[int | None]
    """The number of the edition that readers saw then; None for a test."""
    at: Mapped[datetime]
    """The instant that is told."""
    state: Mapped[str] = mapped_column(String(16), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    """When it is tried next; while a worker tries it, when another may."""
    last_code: Mapped[int | None]
    """What the address answered last: an HTTP status."""
    trouble: Mapped[str] = mapped_column(String(24), default="")
    """Why there was no answer, one of `coalition.actions.outward.TROUBLES`; or "unpublished"."""
    settled_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship()

    @property
    def message_id(self) -> str:
        """What names it at the address: the same for each attempt."""
        return f"msg_{self.id.hex}"

    def payload(self, address: str) -> dict[str, Any]:
        """All that is told; `address` is the letter's page, or the site for a test."""
        return {
            "id": self.message_id,
            "type": f"letter.{self.kind}" if self.letter_id else self.kind,
            "timestamp": self.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "data": {"address": address, "edition": self.edition},
        }


def _hmac(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
