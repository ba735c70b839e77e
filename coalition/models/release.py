"""A release that is to come: at an instant, by whom, and what was passed over when it was planned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.letter import Letter
from coalition.vault import Sealed


class PlannedRelease(Identified, Base):
    """The plan to publish a letter at an instant; the row goes when it is carried out or given up."""

    __tablename__ = "planned_releases"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    _overrides: Mapped[bytes | None] = mapped_column("overrides", LargeBinary)
    passed_over = Sealed("_overrides")
    """Warnings of the check list by their keys: {"reason", "said": what the warning said}."""
    order: Mapped[list[str]] = mapped_column(default=list)
    """Signature ids (hex) for a list that is ordered by hand."""
    made_at: Mapped[datetime]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(300), default="")
    """Why it could not be carried out: the keys of the findings that stood against it."""

    letter: Mapped[Letter] = relationship()
    by: Mapped[Account] = relationship()

    @property
    def overrides(self) -> dict[str, str]:
        """The reason for each warning that was passed over, by its key. Opens the vault."""
        return {key: one if isinstance(one, str) else one["reason"] for key, one in (self.passed_over or {}).items()}

    @overrides.setter
    def overrides(self, reasons: dict[str, str]) -> None:
        self.passed_over = dict(reasons)

    @property
    def said(self) -> dict[str, dict[str, Any]]:
        """What each of them said when it was passed over; not of those of which that was not kept. Opens the vault."""
        return {key: one["said"] for key, one in (self.passed_over or {}).items() if not isinstance(one, str)}
