"""A session of the desk, so that its person sees where they are signed in and can end it from elsewhere."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account


class DeskSession(Identified, Base):
    """One browser that is signed in. No network address is kept."""

    __tablename__ = "desk_sessions"
    __table_args__ = (
        CheckConstraint("came_by IN ('password', 'code', 'link', 'passkey')", name="came_by"),
        CheckConstraint("second_step IN ('', 'app', 'passkey', 'recovery')", name="second_step"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """SHA-256 of what the cookie names it by: the row alone opens nothing."""
    came_by: Mapped[str] = mapped_column(String(16))
    second_step: Mapped[str] = mapped_column(String(16), default="")
    """How the person proved themselves a second time; empty: not yet."""
    device: Mapped[str] = mapped_column(String(80), default="")
    """Browser and system in words, as the browser calls itself: "Firefox, Linux"."""
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it was last used, to the quarter of an hour."""
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
