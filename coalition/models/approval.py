"""What a contact prepared and a colleague must approve: nothing is signed until then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.invitation import Invitation
from coalition.vault import Sealed

DECISIONS = ("approved", "refused", "taken_back", "lapsed")


class Approval(Identified, Base):
    """A prepared answer, and the colleague's invitation by which it is approved or refused."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "uq_approvals_asked_from_id",
            "asked_from_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    asked_from_id: Mapped[UUID] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"))
    """The invitation of the contact who prepared it."""
    approver_id: Mapped[UUID] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    """The invitation of the colleague who decides."""
    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    _prepared: Mapped[bytes | None] = mapped_column("prepared", LargeBinary)
    prepared = Sealed("_prepared", filled_to=2048)
    """What would be signed: {"printed_names", "is_withheld", "is_uncounted", "language", "fingerprint", "note"}."""
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    _decision: Mapped[bytes | None] = mapped_column("decision", LargeBinary)
    decision = Sealed("_decision", filled_to=64)
    """One of DECISIONS: what was answered is never plain."""

    asked_from: Mapped[Invitation] = relationship(foreign_keys=[asked_from_id])
    approver: Mapped[Invitation] = relationship(foreign_keys=[approver_id])
