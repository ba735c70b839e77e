"""A step of a letter's reminder plan, relative to its deadline: the dates follow when the deadline moves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified

KINDS = ("reminder", "second_contact", "last_day")


class ReminderStep(Identified, Base):
    """One reminder of everybody who has not acted by then; `last_day` goes in the last waking hours before the end."""

    __tablename__ = "reminder_steps"
    __table_args__ = (
        UniqueConstraint("letter_id", "kind", "minutes_before"),
        CheckConstraint("kind IN ('reminder', 'second_contact', 'last_day')", name="kind"),
        CheckConstraint("minutes_before >= 0", name="minutes_before"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    minutes_before: Mapped[int]
    """Minutes before the deadline; 0 for `last_day`, whose hour is each recipient's own."""
