"""Small rows that keep the machine honest: ticks that fire once, and counters that every process shares."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified


class Tick(Base):
    """A business fact that was acted on: any number of workers act on it once."""

    __tablename__ = "ticks"

    fact: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime]


class TickRun(Base):
    """When a work of the tick last began, ended and failed: a stuck one is seen at the desk and by /health."""

    __tablename__ = "tick_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """How often it failed since it last went well."""
    last_words: Mapped[str] = mapped_column(Text, default="")
    """The kind of the last failure; no name, no address."""


class MailHost(Base):
    """How a host of recipients takes our mail, so that no worker presses on where another was told to wait."""

    __tablename__ = "mail_hosts"

    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """A blind index of the host's name: whom we write to does not stand here."""
    paused_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """How often in a row it asked us to wait; a mail that it takes ends the row."""
    changed_at: Mapped[datetime]


class LimitCounter(Identified, Base):
    """How often something happened in a window of time, counted in the database and not per process."""

    __tablename__ = "limit_counters"
    __table_args__ = (UniqueConstraint("subject", "window"),)

    subject: Mapped[bytes] = mapped_column(LargeBinary)
    """A blind index: who or what is counted does not stand here."""
    window: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)


class Backup(Identified, Base):
    """A backup that was made: what the desk and /health say of the last one."""

    __tablename__ = "backups"

    made_at: Mapped[datetime]
    """The instant it shows; everything acknowledged before is in it."""
    name: Mapped[str] = mapped_column(String(200))
    """The name of its file, without its folder."""
    size: Mapped[int] = mapped_column(BigInteger)
    """In bytes."""
