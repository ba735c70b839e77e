"""A reader says that something is wrong with a published list."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.letter import Letter
from coalition.vault import Sealed


class Report(Identified, Base):
    """What somebody wrote about a list; it reaches the coordinators, and nobody else ever reads it."""

    __tablename__ = "reports"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """The form's idempotency key."""
    _said: Mapped[bytes | None] = mapped_column("said", LargeBinary)
    said = Sealed("_said", filled_to=2048)
    """{"name": the line it is about, "words", "address": where to answer, if the reader wants one}."""
    language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    _reply: Mapped[bytes | None] = mapped_column("reply", LargeBinary)
    reply = Sealed("_reply", filled_to=1024)
    """What the team did about it, in its own words, for the team alone."""

    letter: Mapped[Letter] = relationship()
