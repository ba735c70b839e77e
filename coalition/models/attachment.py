"""A document attached to a letter: never the only place of the names (DOMAIN §2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.photo import File


class Attachment(Identified, Base):
    """One document with its label; language, kind and size are said beside the link."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("letter_id", "position"),)

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    position: Mapped[int]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id", ondelete="RESTRICT"))
    labels: Mapped[dict[str, str]]
    """Language to what it is called."""
    language: Mapped[str] = mapped_column(String(16), default="")
    """The document's own language; "" where it has none."""
    file_name: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime]

    file: Mapped[File] = relationship()
