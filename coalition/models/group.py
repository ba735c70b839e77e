"""Groups of the directory: who is asked together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.organisation import Organisation


class DirectoryGroup(Identified, Base):
    """A named group of organisations; a letter's audience can be taken from it."""

    __tablename__ = "directory_groups"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]

    memberships: Mapped[list[Membership]] = relationship(back_populates="group", cascade="all, delete-orphan")


class Membership(Base):
    """An organisation's place in a group."""

    __tablename__ = "memberships"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("directory_groups.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    group: Mapped[DirectoryGroup] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()
