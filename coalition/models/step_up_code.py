"""A code that proves, beside the link, that somebody reads the mail of a known address (SAFETY §2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.link import Link
from coalition.vault import Sealed

DIGITS: Final = 8
LASTS: Final = timedelta(minutes=10)
TRIES: Final = 5


class StepUpCode(Identified, Base):
    """One code for one thing in one session: works once, for ten minutes, and dies of five wrong tries.

    The row keeps blind indexes of the code, of the session and of what it authorises; the code itself is sealed only
    where a coordinator reads it out (`channel` "other").
    """

    __tablename__ = "step_up_codes"
    __table_args__ = (CheckConstraint("channel IN ('mail', 'other')", name="channel"),)

    link_id: Mapped[UUID] = mapped_column(ForeignKey("links.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(8), default="mail")
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    session_hash: Mapped[bytes] = mapped_column(LargeBinary)
    authorises_hash: Mapped[bytes] = mapped_column(LargeBinary)
    _code: Mapped[bytes | None] = mapped_column("code", LargeBinary)
    code = Sealed("_code")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    link: Mapped[Link] = relationship()
