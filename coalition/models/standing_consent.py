"""Consent given beforehand to kinds of letters of named leads; it becomes a signature only after its veto window."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.vault import Sealed


class StandingConsent(Identified, Base):
    """What an organisation agreed to beforehand: revocable at any time, and it lapses after a year."""

    __tablename__ = "standing_consents"
    __table_args__ = (CheckConstraint("veto_hours BETWEEN 24 AND 336", name="veto_hours"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    lead_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    kinds: Mapped[list[str]]
    """Kinds of letters, of coalition.models.letter.KINDS."""
    veto_hours: Mapped[int]
    given_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    _by: Mapped[bytes | None] = mapped_column("by", LargeBinary)
    by = Sealed("_by")
    """Who gave it: {"contact", "name", "role"}."""

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    lead_organisation: Mapped[Organisation] = relationship(foreign_keys=[lead_organisation_id])


class StandingAct(Identified, Base):
    """That a standing consent will sign a letter once its veto window is over. Whose it is rests in the vault."""

    __tablename__ = "standing_acts"
    __table_args__ = (
        UniqueConstraint("letter_id", "organisation_index"),
        {"sqlite_with_rowid": False},  # as in signatures
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    organisation_index: Mapped[bytes] = mapped_column(LargeBinary)
    """The letter-scoped index of coalition.models.signature."""
    _about: Mapped[bytes | None] = mapped_column("about", LargeBinary)
    about = Sealed("_about", filled_to=256)
    """{"organisation", "consent"}: ids in 32 digits."""
    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    """The version that was told; another of substance begins a new window."""
    due_at: Mapped[datetime]
    done_on: Mapped[date | None]
    """The day on which it became a signature, was vetoed, or came to nothing."""
    _outcome: Mapped[bytes | None] = mapped_column("outcome", LargeBinary)
    outcome = Sealed("_outcome", filled_to=64)
    """signed, vetoed, answered (the organisation answered itself), lapsed."""

    letter: Mapped[Letter] = relationship()
