"""The database taken away for a while, as if its server, or the disk with its file, were gone: real errors, no damage.

with gone():
    assert visitor.get("/lost").status == 503
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import event

from coalition.database import db

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY_LISTENS = 1


@contextmanager
def gone() -> Iterator[None]:
    """No connection stands, and none can be made, while the block runs: the driver finds no server, or no file."""
    is_file = db.engine.dialect.name == "sqlite"  # asked here: who connects may stand outside the app

    def nowhere(connection: Any, _record: Any) -> None:
        connection.close()
        if is_file:
            sqlite3.connect("/nonexistent/coalition.sqlite")
        psycopg.connect(host="127.0.0.1", port=NOBODY_LISTENS)

    with _listening("connect", nowhere):
        yield


@contextmanager
def full() -> Iterator[None]:
    """No page can be added to the file of a SQLite database while the block runs."""
    with _listening("checkout", lambda connection, *_: connection.execute("PRAGMA max_page_count=1")):
        yield


@contextmanager
def impatient() -> Iterator[None]:
    """Nobody waits for the lock of a SQLite database while the block runs."""
    with _listening("checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=0")):
        yield


@contextmanager
def _listening(name: str, function: Any) -> Iterator[None]:
    engine = db.engine
    db.session.remove()
    engine.dispose()
    event.listen(engine, name, function)
    try:
        yield
    finally:
        event.remove(engine, name, function)
        db.session.remove()
        engine.dispose()
