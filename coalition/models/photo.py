"""Bytes and pictures. All bytes live in the database: nothing on one machine's disk that another needs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified


class File(Identified, Base):
    """A public file."""

    __tablename__ = "files"

    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column("bytes", LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime]


class Photo(Identified, Base):
    """A photograph of a letter. Caption and alternative text are per language and stand in the texts."""

    __tablename__ = "photos"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id", ondelete="RESTRICT"))
    width: Mapped[int]
    height: Mapped[int]
    credit: Mapped[str] = mapped_column(String(300), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")

    file: Mapped[File] = relationship()

    @property
    def ending(self) -> str:
        """The file ending of its public address."""
        return {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}[self.file.media_type]

    @property
    def path(self) -> str:
        """Its public path: named by its content, so it can be cached for ever."""
        return f"/photos/{self.file.sha256[:20]}{self.ending}"
