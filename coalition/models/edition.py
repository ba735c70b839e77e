"""What was published: numbered editions, and the lines of the list from one edition until another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.letter import Letter
from coalition.models.version import Version
from coalition.vault import Sealed


class Edition(Identified, Base):
    """One release of a letter. Its row never changes (the database sees to it), but for being undone."""

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("letter_id", "number"),
        CheckConstraint("how IN ('release', 'hand', 'daily')", name="how"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="RESTRICT"))
    number: Mapped[int]
    how: Mapped[str] = mapped_column(String(8), default="release")
    """The release itself, or an edition cut after it: by hand, or by the daily tick of a rolling letter."""
    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    printed: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Everything the public page says but the list: texts, addressees, leads, photo, place, dates, choices."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    withheld_count: Mapped[int | None]
    """How many names were withheld at release; None where the letter does not say."""
    record_head: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    _overrides: Mapped[bytes | None] = mapped_column("overrides", LargeBinary)
    overrides = Sealed("_overrides")
    """Warnings of the check list that were passed over: {code: reason}."""

    letter: Mapped[Letter] = relationship()
    version: Mapped[Version] = relationship()


class ListGroup(Identified, Base):
    """A part of the list with a heading of its own."""

    __tablename__ = "list_groups"
    __table_args__ = (UniqueConstraint("letter_id", "position"),)

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="RESTRICT"))
    position: Mapped[int]
    headings: Mapped[dict[str, str]] = mapped_column(default=dict)
    unnamed: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to a group without names that signs with these ("about 500 students"): printed, never counted."""
    for_persons: Mapped[bool] = mapped_column(default=False)


class PublicLine(Identified, Base):
    """A name of the list as printed. Removing the row removes it from every edition that is served."""

    __tablename__ = "public_lines"
    __table_args__ = (
        Index("ix_public_lines_letter_id_from_edition", "letter_id", "from_edition"),
        CheckConstraint("until_edition IS NULL OR until_edition > from_edition", name="editions_in_order"),
        CheckConstraint("kind IN ('organisation', 'individual')", name="kind"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="RESTRICT"))
    from_edition: Mapped[int]
    until_edition: Mapped[int | None]
    list_group_id: Mapped[UUID] = mapped_column(ForeignKey("list_groups.id", ondelete="RESTRICT"))
    position: Mapped[int]
    printed: Mapped[dict[str, str]]
    sort_keys: Mapped[dict[str, str]]
    country: Mapped[str] = mapped_column(String(2), default="")
    kind: Mapped[str] = mapped_column(String(16), default="organisation")
    affiliation: Mapped[str] = mapped_column(String(300), default="")
    is_lead: Mapped[bool] = mapped_column(default=False)
    country_printed: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What is printed instead of the country's name, as its organisation has it."""
    logo_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))
    added_on: Mapped[date | None]
    _signature: Mapped[bytes | None] = mapped_column("signature", LargeBinary)
    signature = Sealed("_signature")
    """The signature's id, sealed; nothing for a line taken over from a record."""
    signature_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
