"""Somebody asks to be on a letter's list: an organisation that was not invited, or a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.intake.domains import mailbox_of
from coalition.models.letter import Letter
from coalition.vault import Sealed, blind_index

KINDS = ("organisation", "individual")
ORIGINS = ("page", "call", "late")
"""Where it was sent from: the published letter, the open call, the page of a letter that had closed."""
DECISIONS = ("invited", "merged", "signed", "refused", "withdrawn")
QUARANTINED_FOR = ("honeypot", "timing", "many", "disowned")
"""Why it was set aside: a field that nobody sees was filled in, it came too fast, there were too many, or who owns the
address said before that they had not asked."""
REFUSED_FOR = ("not_for", "unverified", "late", "other")
"""The stock reasons of a refusal; `coalition.emails.words` has them in words."""
DAY_TO_UNDO = timedelta(days=1)
"""Refusals are mailed so long after the decision, and can be taken back until then."""


class AlreadyDecided(Exception):
    """Somebody decided about this request meanwhile, or who asked took it back."""


class TakesNoRequests(Exception):
    """The letter takes no requests there now."""


def request_address_index(address: str) -> bytes:
    """The blind index of the mailbox that asks: neither letter case nor what follows a plus counts."""
    return blind_index("request.address", mailbox_of(address).encode())


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

    @property
    def is_waiting(self) -> bool:
        """Whether a coordinator is asked to decide: confirmed, not decided about, not set aside."""
        return self.confirmed_at is not None and self.decided_at is None and self.quarantined_at is None

    @property
    def is_erased(self) -> bool:
        """Whether who asked is not held any more: it was forgotten, or erased as they wished."""
        return self._asked is None and self._address is None

    def said(self, part: str) -> Any:
        """What was typed for a part of the form, "" for nothing. Opens the vault."""
        return (self.asked or {}).get(part, "")

    def ensure_waiting(self) -> None:
        """Raises AlreadyDecided where no coordinator is asked any more."""
        if not self.is_waiting:
            raise AlreadyDecided

    def decide(self, decision: str, *, by_id: UUID | None, now: datetime) -> None:
        """Note what became of it."""
        self.decision, self.decided_at, self.decided_by_id = decision, now, by_id
