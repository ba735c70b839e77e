"""What the public layer reads: whole answers, and a number that says when they changed. Readable without the vault."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base

UNDO = timedelta(minutes=10)
"""How long a release can be undone: until then it is in no feed, and no mail tells of it."""


class PublicLetter(Base):
    """A letter that readers can see: the index of the home page and the feed."""

    __tablename__ = "public_letters"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="RESTRICT"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id", ondelete="RESTRICT"))
    withheld_now: Mapped[int]
    """How many withheld names count today: it only ever falls below the edition's number (docs/decisions/0005)."""
    first_published_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    """When feeds and mails began to tell of it; until then its release can be undone."""
    retracted_at: Mapped[datetime | None]
    retraction: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to why it was retracted; its addresses then say this and when, and nothing else."""
    place: Mapped[int | None]
    """Its place in the archive where the editor orders it; None: by its date."""

    @property
    def undo_until(self) -> datetime | None:
        """Until when its release can be undone; None once feeds and mails tell of it, or it was retracted."""
        is_settled = self.announced_at is not None or self.retracted_at is not None
        return None if is_settled else self.first_published_at + UNDO


class PublicBody(Base):
    """The bytes of one public address in one encoding ("" is none, "br", "gzip")."""

    __tablename__ = "public_bodies"

    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    encoding: Mapped[str] = mapped_column(String(8), primary_key=True)
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    """The letter whose names it prints; None for what prints no name of a list (home, feed)."""
    content: Mapped[bytes] = mapped_column("bytes", LargeBinary)
    etag: Mapped[str] = mapped_column(String(80))
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    generation: Mapped[int]


class SiteGeneration(Base):
    """The number that every public change raises; each process reads it at most once a second."""

    __tablename__ = "site_generations"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
