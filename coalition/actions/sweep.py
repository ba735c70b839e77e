"""Sweeping: after something was erased, no copy of its bytes stays in the database's files (docs/retention.md).

Not in the request that erases: it rewrites whole files. The erasing act leaves a mark in its own transaction; the tick
finds it, sweeps at most once an hour, and takes the mark away unless something was erased meanwhile.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from coalition import clock
from coalition.database import db, transaction
from coalition.models.machinery import Tick
from coalition.models.sealed_columns import sealed_columns

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

WANTED: Final = "sweep"
SWEPT: Final = "swept"
EVERY: Final = timedelta(hours=1)
PATIENCE: Final = 3000
"""Milliseconds to wait for others before giving up until the next tick: whoever comes after waits behind us."""


class NotSwept(Exception):
    """Somebody reads an old state, so that the log can not be cut: the next tick tries again."""


def is_wanted(session: Session, *, now: datetime) -> None:
    """Have the files swept after the present transaction; part of a verb that erases."""
    _mark(session, WANTED, now)


def sweep_if_wanted() -> bool:
    """Sweep where something was erased since the last time; says whether. Owns its transactions. Raises NotSwept."""
    now = clock.now()
    marks = {one.fact: one.at for one in db.session.scalars(select(Tick).where(Tick.fact.in_((WANTED, SWEPT))))}
    db.session.rollback()
    wanted = marks.get(WANTED)
    if wanted is None or (SWEPT in marks and now - EVERY < marks[SWEPT] <= now):
        return False
    sweep()
    with transaction() as session:
        session.execute(delete(Tick).where(Tick.fact == WANTED, Tick.at == wanted))
        _mark(session, SWEPT, now)
    sweep_log()
    return True


def sweep() -> None:
    """Write the files of the database anew, without what was erased. Raises NotSwept.

    SQLite overwrites what is deleted (`secure_delete`), but not what it moved before that: the whole file is written
    anew, while readers read on and writers wait. PostgreSQL writes each table anew that holds something private; each
    is locked for that time.
    """
    statements = ["VACUUM"]
    if db.engine.dialect.name == "postgresql":
        statements = [f'VACUUM (FULL) "{table.name}"' for table, _columns in sealed_columns()]
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        if db.engine.dialect.name == "postgresql":
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]  # psycopg's own
            cursor.execute(f"SET lock_timeout = {PATIENCE}")
        for statement in statements:
            cursor.execute(statement)
    finally:
        connection.invalidate()  # what was set for this alone goes with it
        connection.close()
    sweep_log()


def sweep_log() -> None:
    """Carry SQLite's write-ahead log over and cut it to nothing. Raises NotSwept."""
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        (is_busy, *_numbers) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.invalidate()
        connection.close()
    if is_busy:
        raise NotSwept


def _mark(session: Session, fact: str, at: datetime) -> None:
    mark = session.get(Tick, fact)
    if mark is None:
        session.add(Tick(fact=fact, at=at))
    else:
        mark.at = at
    session.flush()
