"""Small rows that keep the machine honest: ticks that fire once, and counters that every process shares."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified


class Tick(Base):
    """A business fact that was acted on: any number of workers act on it once."""

    __tablename__ = "ticks"

    fact: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime]


class LimitCounter(Identified, Base):
    """How often something happened in a window of time, counted in the database and not per process."""

    __tablename__ = "limit_counters"
    __table_args__ = (UniqueConstraint("subject", "window"),)

    subject: Mapped[bytes] = mapped_column(LargeBinary)
    """A blind index: who or what is counted does not stand here."""
    window: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)
