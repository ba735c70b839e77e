"""What changed between two texts, computed once and kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified


class Redline(Identified, Base):
    """The changes from one text to another of the same language (`coalition.rendering.redline` reads them)."""

    __tablename__ = "redlines"
    __table_args__ = (UniqueConstraint("from_text_id", "to_text_id"),)

    from_text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id", ondelete="CASCADE"))
    to_text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id", ondelete="CASCADE"))
    changes: Mapped[Any] = mapped_column(JSON)
