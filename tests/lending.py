"""A PostgreSQL database lent to one test after the other: what each wrote is taken out, what it deleted put back.

Making a database of a hundred tables and dropping it costs a third of a second on a busy machine, which was half of the
time of the tests of verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

LENT_AT_MOST: Final = 60
"""Rows that were deleted stay in the files; after so many tests a fresh copy is faster."""
SHAPE: Final = """
SELECT md5(string_agg(said, ' ' ORDER BY said)) FROM (
    SELECT ROW(relname, attname, atttypid, attnotnull, attisdropped)::text FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT ROW(tgrelid::regclass, tgname, tgenabled, tgfoid, tgtype)::text FROM pg_trigger
    UNION ALL SELECT ROW(conrelid::regclass, conname, convalidated)::text FROM pg_constraint
    UNION ALL SELECT ROW(proname, prosrc)::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg_t%'
) AS all_of_it (said)
"""
"""Whatever a test could change of a database but its rows."""


class LentDatabase:
    """One copy of the database at `origin`, and what stands in it."""

    def __init__(self, address: str, *, origin: str) -> None:
        self.address = address
        self.origin = origin
        self._times = 0
        self._name = urlsplit(address).path.removeprefix("/")
        self._connection = psycopg.connect(
            urlunsplit(urlsplit(address)._replace(scheme="postgresql")), autocommit=True, prepare_threshold=1
        )
        self._shape = self._seen_shape()
        names = self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        self._tables = [name for (name,) in names]
        self._filled = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
            for name in self._tables
        )
        self._rows: Mapping[str, bytes] = {name: self._read(name) for name in self._filled_tables()}

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def put_back(self) -> bool:
        """Whether it is again as it was lent first."""
        self._times += 1
        if self._times >= LENT_AT_MOST or self._connection.broken:
            return False
        self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (self._name,),
        )
        if self._seen_shape() != self._shape:
            return False
        with self._connection.transaction():
            # Neither triggers nor foreign keys: rows are put back as they were, in any order.
            self._connection.execute("SET LOCAL session_replication_role = replica")
            for name in {*self._filled_tables(), *self._rows}:
                self._connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for name, rows in self._rows.items():
                with self._connection.cursor().copy(
                    sql.SQL("COPY {} FROM STDIN BINARY").format(sql.Identifier(name))
                ) as copy:
                    copy.write(rows)
        return True

    def _filled_tables(self) -> list[str]:
        return [name for (name,) in self._connection.execute(self._filled)]

    def _read(self, name: str) -> bytes:
        statement = sql.SQL("COPY {} TO STDOUT BINARY").format(sql.Identifier(name))
        with self._connection.cursor().copy(statement) as copy:
            return b"".join(bytes(part) for part in copy)

    def _seen_shape(self) -> object:
        found = self._connection.execute(SHAPE).fetchone()
        assert found
        return found[0]
