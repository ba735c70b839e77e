"""A link that was mailed or handed over: what the row keeps never makes a link by itself (SAFETY §2)."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.request import RequestToSign
from coalition.tokens import Tokens, hash_of

NONCE_BYTES = 16
SUBJECTS = ("invitation_id", "account_id", "contact_id", "request_id", "letter_id")
"""What a link can be about: exactly one of them."""
_ONE_SUBJECT = " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in SUBJECTS) + " = 1"


class Link(Identified, Base):
    """One link, for one purpose and one subject; it works until it is revoked or expires."""

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint(_ONE_SUBJECT, name="one_subject"),
        CheckConstraint(
            "purpose IN ('invitation', 'account', 'organisation', 'request', 'call', 'mute', 'press')", name="purpose"
        ),
        CheckConstraint("channel IN ('mail', 'hand')", name="channel"),
    )

    purpose: Mapped[str] = mapped_column(String(16))
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    """For the organisation's own page: it is mailed to a contact, and dies with the contact's epoch."""
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("requests_to_sign.id", ondelete="CASCADE"), index=True)
    """To confirm an address, and for what follows from the request."""
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    """For the open call of a letter under signature."""
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    key_id: Mapped[str] = mapped_column(String(64))
    epoch: Mapped[int]
    channel: Mapped[str] = mapped_column(String(8), default="mail")
    shows_list: Mapped[bool] = mapped_column(default=False)
    """Whether a press preview shows who has signed by now."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    invitation: Mapped[Invitation | None] = relationship()
    account: Mapped[Account | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    request: Mapped[RequestToSign | None] = relationship()
    letter: Mapped[Letter | None] = relationship()

    @classmethod
    def for_invitation(cls, invitation: Invitation, tokens: Tokens, *, now: datetime, channel: str = "mail") -> Link:
        """A new link to an invitation, at its present epoch."""
        link = cls._make("invitation", tokens, epoch=invitation.epoch, now=now, channel=channel)
        link.invitation_id = invitation.id
        return link

    @classmethod
    def for_mute(cls, invitation: Invitation, tokens: Tokens, *, now: datetime) -> Link:
        """A link that stops the mails of an invitation, or takes that back, and does nothing else."""
        link = cls._make("mute", tokens, epoch=invitation.epoch, now=now, channel="mail")
        link.invitation_id = invitation.id
        return link

    @classmethod
    def for_account(cls, account: Account, tokens: Tokens, *, now: datetime, expires_at: datetime) -> Link:
        """A one-time link by which a person sets up their account."""
        link = cls._make("account", tokens, epoch=1, now=now, channel="mail")
        link.account_id, link.expires_at = account.id, expires_at
        return link

    @classmethod
    def for_own_page(cls, contact: Contact, tokens: Tokens, *, now: datetime, expires_at: datetime) -> Link:
        """A link to the page of the contact's organisation, at the contact's present epoch."""
        link = cls._make("organisation", tokens, epoch=contact.epoch, now=now, channel="mail")
        link.contact_id, link.expires_at = contact.id, expires_at
        return link

    @classmethod
    def for_request(cls, request: RequestToSign, tokens: Tokens, *, now: datetime) -> Link:
        """The link that confirms the address of a request, and later leads to what became of it."""
        link = cls._make("request", tokens, epoch=1, now=now, channel="mail")
        link.request_id = request.id
        return link

    @classmethod
    def for_call(cls, letter: Letter, tokens: Tokens, *, now: datetime) -> Link:
        """The forwardable address of a letter's open call."""
        link = cls._make("call", tokens, epoch=1, now=now, channel="hand")
        link.letter_id = letter.id
        return link

    @classmethod
    def for_press(
        cls, letter: Letter, tokens: Tokens, *, now: datetime, expires_at: datetime, shows_list: bool = False
    ) -> Link:
        """An address under which the press reads a letter before its release, with its list if chosen; it expires."""
        link = cls._make("press", tokens, epoch=1, now=now, channel="hand")
        link.letter_id, link.expires_at, link.shows_list = letter.id, expires_at, shows_list
        return link

    @classmethod
    def _make(cls, purpose: str, tokens: Tokens, *, epoch: int, now: datetime, channel: str) -> Link:
        return cls(**cls.columns_of(purpose, tokens, epoch=epoch, now=now, channel=channel))

    @classmethod
    def columns_of(
        cls, purpose: str, tokens: Tokens, *, epoch: int, now: datetime, channel: str = "mail"
    ) -> dict[str, Any]:
        """The columns of a new link, with an id, without its subject: for many that are written by one statement."""
        nonce, key_id = secrets.token_bytes(NONCE_BYTES), tokens.current_key_id()
        token_hash = hash_of(tokens.link_id(purpose, nonce=nonce, epoch=epoch, key_id=key_id))
        return {
            "id": uuid4(),
            "purpose": purpose,
            "nonce": nonce,
            "token_hash": token_hash,
            "key_id": key_id,
            "epoch": epoch,
            "channel": channel,
            "created_at": now,
        }

    def token(self, tokens: Tokens) -> str:
        """The token of this link, the same each time: made again for a mail, never stored."""
        link_id = tokens.link_id(self.purpose, nonce=self.nonce, epoch=self.epoch, key_id=self.key_id)
        return tokens.write(self.purpose, link_id, key_id=self.key_id)
