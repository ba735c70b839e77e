"""A link that was mailed or handed over: what the row keeps never makes a link by itself (SAFETY §2)."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.invitation import Invitation
from coalition.tokens import Tokens, hash_of

NONCE_BYTES = 16
SUBJECTS = ("invitation_id", "account_id")


class Link(Identified, Base):
    """One link, for one purpose and one subject; it works until it is revoked or expires."""

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint(
            "(invitation_id IS NOT NULL AND account_id IS NULL) OR (invitation_id IS NULL AND account_id IS NOT NULL)",
            name="one_subject",
        ),
        CheckConstraint("purpose IN ('invitation', 'account')", name="purpose"),
        CheckConstraint("channel IN ('mail', 'hand')", name="channel"),
    )

    purpose: Mapped[str] = mapped_column(String(16))
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    key_id: Mapped[str] = mapped_column(String(64))
    epoch: Mapped[int]
    channel: Mapped[str] = mapped_column(String(8), default="mail")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    invitation: Mapped[Invitation | None] = relationship(back_populates="links")
    account: Mapped[Account | None] = relationship()

    @classmethod
    def for_invitation(cls, invitation: Invitation, tokens: Tokens, *, now: datetime, channel: str = "mail") -> Link:
        """A new link to an invitation, at its present epoch."""
        link = cls._make("invitation", tokens, epoch=invitation.epoch, now=now, channel=channel)
        link.invitation_id = invitation.id
        return link

    @classmethod
    def for_account(cls, account: Account, tokens: Tokens, *, now: datetime, expires_at: datetime) -> Link:
        """A one-time link by which a person sets up their account."""
        link = cls._make("account", tokens, epoch=1, now=now, channel="mail")
        link.account_id, link.expires_at = account.id, expires_at
        return link

    @classmethod
    def _make(cls, purpose: str, tokens: Tokens, *, epoch: int, now: datetime, channel: str) -> Link:
        nonce, key_id = secrets.token_bytes(NONCE_BYTES), tokens.current_key_id()
        token_hash = hash_of(tokens.link_id(purpose, nonce=nonce, epoch=epoch, key_id=key_id))
        return cls(
            purpose=purpose,
            nonce=nonce,
            token_hash=token_hash,
            key_id=key_id,
            epoch=epoch,
            channel=channel,
            created_at=now,
        )

    def token(self, tokens: Tokens) -> str:
        """The token of this link, the same each time: made again for a mail, never stored."""
        link_id = tokens.link_id(self.purpose, nonce=self.nonce, epoch=self.epoch, key_id=self.key_id)
        return tokens.write(self.purpose, link_id)
