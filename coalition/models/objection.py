"""What takes a standing signature off every list until it is settled: an objection."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.signature import Signature
from coalition.vault import Sealed

AGAINST = ("typographical", "page_proof", "not_us", "recorded", "disputed")
OWN = ("typographical", "page_proof")
"""What the organisation itself lifts by keeping its signature; the others are settled otherwise."""


class ObjectionsAreOver(Exception):
    """The time in which one could object has passed: withdrawing is always possible."""


class Objection(Identified, Base):
    """One objection against what a signature is said to stand for. While it is open the signature is suspended."""

    __tablename__ = "objections"
    __table_args__ = (
        CheckConstraint(f"against IN ({', '.join(repr(one) for one in AGAINST)})", name="against"),
        {"sqlite_with_rowid": False},  # as in signatures
    )

    signature_id: Mapped[UUID] = mapped_column(ForeignKey("signatures.id", ondelete="RESTRICT"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    against: Mapped[str] = mapped_column(String(16))
    _words: Mapped[bytes | None] = mapped_column("words", LargeBinary)
    words = Sealed("_words", filled_to=1024)
    on: Mapped[date]
    _at: Mapped[bytes] = mapped_column("at", LargeBinary)
    at = Sealed("_at")
    """ISO 8601 instant in UTC; in the vault for the reason given in `coalition.models.consent`."""
    resolved_on: Mapped[date | None]
    _resolution: Mapped[bytes | None] = mapped_column("resolution", LargeBinary)
    resolution = Sealed("_resolution")
    """How it ended: {"how", "reason", "by"}."""

    signature: Mapped[Signature] = relationship()
