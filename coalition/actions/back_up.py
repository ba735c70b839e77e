"""A backup: the whole database at one instant, sealed into a file, while everybody goes on working.

One transaction reads every table: on SQLite the write-ahead log, on PostgreSQL REPEATABLE READ keep showing it the
database of its first statement. Why rows and not `pg_dump`: docs/decisions/0035.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from alembic.runtime.migration import MigrationContext

from coalition import clock, journal
from coalition.actions import replay
from coalition.database import db
from coalition.intake import backup_file
from coalition.models import all_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from sqlalchemy import Connection

READ_ONLY: Final[dict[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class NothingToKeep(Exception):
    """The database has no tables yet."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    made_at: datetime
    rows: int
    size: int


def back_up(path: Path, secret: str | X25519PublicKey) -> Made:
    """Write a backup of the present database to a new file, for a passphrase or the holder of a key.

    The file appears when it is whole. What was acknowledged before `made_at` is in it. Raises FileExistsError, OSError,
    WeakPassphrase, NothingToKeep.
    """
    journal.begin()
    made_at = clock.now()  # before the first statement: what was committed by then is seen by it
    with backup_file.put_in_place(path) as file, _at_one_instant() as connection:
        schema = MigrationContext.configure(connection).get_current_revision()
        if schema is None:
            raise NothingToKeep
        counted = _Counted(_lines(connection))
        backup_file.write(file, counted, secret, made_at=made_at, schema=schema)
        size = file.tell()
    return Made(made_at, counted.rows, size)


def _lines(connection: Connection) -> Iterator[bytes]:
    yield json.dumps({"erasures": replay.count(journal.entries())}).encode() + b"\n"
    yield from all_rows.lines(connection)


class _Counted:
    """Lines, and how many of them are rows."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.rows = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.rows += line.startswith(b"[")
            yield line


@contextmanager
def _at_one_instant() -> Iterator[Connection]:
    """A connection that sees the database as it is at its first statement, and writes nothing."""
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(**READ_ONLY)
        try:
            yield connection
        finally:
            connection.rollback()
