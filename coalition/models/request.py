"""Somebody asks to be on a letter's list: an organisation that was not invited, or a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.letter import Letter
from coalition.vault import Sealed, blind_index

KINDS = ("organisation", "individual")
ORIGINS = ("page", "call", "late")
"""Where it was sent from: the published letter, the open call, the page of a letter that had closed."""
DECISIONS = ("invited", "merged", "signed", "refused", "withdrawn")
QUARANTINED_FOR = ("honeypot", "timing", "many", "unconfirmed")


def request_address_index(address: str) -> bytes:
    """The blind index of the address that asks: letter case does not count."""
    return blind_index("request.address", address.strip().casefold().encode())


class RequestToSign(Identified, Base):
    """A request. Nothing of it is public, whatever is decided: what becomes public is the signature that follows."""

    __tablename__ = "requests_to_sign"
    __table_args__ = (
        CheckConstraint("kind IN ('organisation', 'individual')", name="kind"),
        CheckConstraint("origin IN ('page', 'call', 'late')", name="origin"),
        CheckConstraint("decision IN ('invited', 'merged', 'signed', 'refused', 'withdrawn')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_requests_to_sign_letter_id_decided_at", "letter_id", "decided_at"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """The form's idempotency key."""
    kind: Mapped[str] = mapped_column(String(16), default="organisation")
    origin: Mapped[str] = mapped_column(String(8), default="page")
    language: Mapped[str] = mapped_column(String(16))
    """Of the page from which it was sent: our mails answer in it."""
    _asked: Mapped[bytes | None] = mapped_column("asked", LargeBinary)
    asked = Sealed("_asked", filled_to=2048)
    """{"organisation", "country", "site", "person", "role", "title", "affiliation", "is_personal", "why", …}."""
    _address: Mapped[bytes | None] = mapped_column("address", LargeBinary)
    address = Sealed("_address")
    address_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    """The version that was shown, where a person asks to sign it."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """The address was confirmed by its link; before that no coordinator is bothered with it."""
    quarantined_at: Mapped[datetime | None]
    quarantined_for: Mapped[str] = mapped_column(String(16), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    decision: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32), default="")
    """The code of a stock reason for a refusal."""
    refused_together_id: Mapped[UUID | None]
    """The same for all that one rule refused; within a day they can be taken back together."""
    _taken_for: Mapped[bytes | None] = mapped_column("taken_for", LargeBinary)
    taken_for = Sealed("_taken_for", filled_to=64)
    """The id of the directory's organisation that it was taken for, 32 hexadecimal digits."""

    letter: Mapped[Letter] = relationship()
