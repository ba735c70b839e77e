"""The database: whether it is of this version, keeps its promises, and is asked safely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from coalition import config
from coalition.actions import footing
from coalition.actions.readiness import NotReady, refuse_another_schema, refuse_half_restored
from coalition.cli import schema
from coalition.cli.findings import CHANGE, GOOD, LOOK, Finding
from coalition.database import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

ALWAYS_OPEN = 12
"""Connections of a web process beside one for each of its threads (docs/deploying.md)."""


def is_ready() -> bool:
    """Whether the rest can be asked of it."""
    return footing.schema(db.session()) == "newest"


def of() -> Iterator[Finding]:
    """The present database."""
    for refuse in (refuse_another_schema, refuse_half_restored):
        try:
            refuse(db.session())
        except NotReady as refused:
            yield Finding(CHANGE, str(refused))
            return
    with db.engine.connect() as connection:
        wrong = [Finding(CHANGE, f"The database: {words}") for words in schema.problems(connection)]
        of_its_kind = _of_sqlite if connection.dialect.name == "sqlite" else _of_postgresql
        wrong += of_its_kind(connection)
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.dialect.name]
    yield from wrong
    if not any(one.kind == CHANGE for one in wrong):
        yield Finding(
            GOOD, f"{name} answers, the keys open it, its tables are of this version with every trigger and constraint."
        )


def _of_sqlite(connection: Connection) -> Iterator[Finding]:
    mode = connection.scalar(text("PRAGMA journal_mode"))
    if mode != "wal":
        yield Finding(
            CHANGE,
            f"The SQLite database is in the mode {mode}, not WAL: readers wait for writers. See that its folder is on "
            "a local disk and can be written.",
        )


def _of_postgresql(connection: Connection) -> Iterator[Finding]:
    def said(query: str) -> str:
        return str(connection.scalar(text(query)))

    if (encoding := said("SHOW server_encoding")) != "UTF8":
        yield Finding(CHANGE, f"The database holds {encoding}, not UTF8: names would be lost. Make it anew in UTF8.")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if said(f"SHOW {name}") == "off":
            yield Finding(CHANGE, f"PostgreSQL runs with {name} off: an answer could be lost. Set it to on.")
    if said("SHOW is_superuser") == "on":
        yield Finding(LOOK, "We are a superuser of PostgreSQL: a role that owns this database alone is enough.")
    yield from _of_the_collation(connection)
    yield from _of_the_line(connection)
    yield from _of_the_number(int(said("SHOW max_connections")))


def _of_the_collation(connection: Connection) -> Iterator[Finding]:
    query = text(
        "SELECT datcollversion IS NOT NULL AND datcollversion IS DISTINCT FROM "
        "pg_database_collation_actual_version(oid) "
        "FROM pg_database WHERE datname = current_database()"
    )
    if (connection.dialect.server_version_info or ()) >= (15,) and connection.scalar(query):
        yield Finding(
            CHANGE,
            "The system sorts otherwise than when the database was made, so its indexes may miss rows: "
            "run `REINDEX DATABASE` and `ALTER DATABASE … REFRESH COLLATION VERSION`.",
        )


def _of_the_line(connection: Connection) -> Iterator[Finding]:
    """What goes to another machine is encrypted."""
    host = db.engine.url.host or ""
    if not host or host.startswith("/") or config.is_loopback(host):
        return
    if not connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")):
        yield Finding(
            CHANGE,
            f"The line to the database on {host} is not encrypted: write `?sslmode=verify-full` behind its name.",
        )
    elif db.engine.url.query.get("sslmode") not in {"verify-full", "verify-ca"}:
        yield Finding(
            LOOK, f"The line to {host} is encrypted, but who answers need not prove who it is: `?sslmode=verify-full`."
        )


def _of_the_number(most: int) -> Iterator[Finding]:
    settings = config.settings()
    ours = settings.web_workers * (settings.web_threads + ALWAYS_OPEN)
    if ours >= most:
        yield Finding(
            CHANGE,
            f"PostgreSQL takes {most} connections, and our web processes may want {ours}: raise max_connections, or "
            "lower web_workers or web_threads.",
        )
