"""The public site beside its letters: pages of its own, addresses that moved, and what its search reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified

PAGES = ("about", "privacy", "safety", "accessibility", "corrections")


class StaticPage(Identified, Base):
    """One page of the site in one language, in the secretariat's words."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("slug", "language"),)

    slug: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    """The Markdown of the letters."""
    changed_at: Mapped[datetime]


class SlugHistory(Base):
    """An address that a published letter once had; it leads to the present one."""

    __tablename__ = "slug_history"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    left_at: Mapped[datetime]


class SearchText(Base):
    """What the search reads of a published letter in one language: titles, decks and texts; never a signatory."""

    __tablename__ = "search_texts"

    letter_id: Mapped[UUID] = mapped_column(
        ForeignKey("public_letters.letter_id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    folded: Mapped[str] = mapped_column(Text)
    """Without case and accents, words parted by one blank."""
