"""What an organisation asks to change of its identity: it waits for a coordinator."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.organisation import Organisation
from coalition.vault import Sealed


class IdentityChange(Identified, Base):
    """Names, country, site, parent or kind as an organisation would have them from now on."""

    __tablename__ = "identity_changes"
    __table_args__ = (
        CheckConstraint("decision IN ('accepted', 'refused', 'taken_back')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    _wanted: Mapped[bytes | None] = mapped_column("wanted", LargeBinary)
    wanted = Sealed("_wanted")
    """Part of the organisation to what it would become; and "why"."""
    _by: Mapped[bytes | None] = mapped_column("by", LargeBinary)
    by = Sealed("_by")
    """Who asked: {"contact", "name"}."""
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    decision: Mapped[str | None] = mapped_column(String(16))

    organisation: Mapped[Organisation] = relationship()
