"""The clocks: deadlines are kept by this machine's, so it must agree with the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from coalition import clock
from coalition.cli.doctor.asking import Unreachable
from coalition.cli.findings import CHANGE, GOOD, LOOK, Finding
from coalition.database import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.cli.doctor.asking import Reader
    from coalition.config import Settings

A_LITTLE: Final = timedelta(seconds=5)
"""A Date header has whole seconds, and an answer takes its time."""
TOO_MUCH: Final = timedelta(minutes=1)


def of(settings: Settings, reader: Reader) -> Iterator[Finding]:
    """Our clock beside the proxy's and the database's."""
    apart = {name: abs(there - clock.now()) for name, there in _others(settings, reader)}
    for name, by in apart.items():
        if by > A_LITTLE:
            words = f"The clock of {name} and ours are {by.total_seconds():.0f} seconds apart: let NTP set both."
            yield Finding(CHANGE if by > TOO_MUCH else LOOK, words)
    if apart and max(apart.values()) <= A_LITTLE:
        yield Finding(GOOD, f"The clock agrees with that of {' and '.join(apart)}.")


def _others(settings: Settings, reader: Reader) -> Iterator[tuple[str, datetime]]:
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            yield "the database", connection.scalar(text("SELECT clock_timestamp()")).astimezone(UTC)
    try:
        said = reader.ask(settings.root, "/robots.txt").one("Date")
        yield "the proxy", parsedate_to_datetime(said).astimezone(UTC)
    except (Unreachable, ValueError):
        return
