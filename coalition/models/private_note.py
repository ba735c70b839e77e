"""What a letter's team notes about an organisation: never shown to anybody else, never printed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.organisation import Organisation
from coalition.vault import Sealed

OUTCOMES = ("reached", "no_answer", "call_back", "will_decide", "wrong_number")
"""How a call ended. That somebody said yes is recorded as an answer with its evidence, never here."""


class PrivateNote(Identified, Base):
    """A note, or how a call went."""

    __tablename__ = "private_notes"
    __table_args__ = (
        CheckConstraint("kind IN ('note', 'call')", name="kind"),
        Index("ix_private_notes_letter_id_organisation_id", "letter_id", "organisation_id"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="RESTRICT"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(8), default="note")
    _words: Mapped[bytes | None] = mapped_column("words", LargeBinary)
    words = Sealed("_words", filled_to=1024)
    """{"words", "outcome"}: what was said tells answers, so the outcome is sealed too."""
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    account: Mapped[Account] = relationship()
