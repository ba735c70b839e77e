"""Every row of every table as lines of JSON, and back: the same lines from SQLite and from PostgreSQL.

The tables are read from the database itself and not from the models, so that a database of an older schema is carried
as well. JSON columns travel as the text they are: not a blank of what was hashed changes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from coalition.database import UtcDateTime

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOT_OURS: Final = ("alembic_version", "huey_")
"""How tables begin that are no part of what is kept: the schema's own mark, and the doorbell's."""
FEW: Final = 8
"""Rows that are fetched at once: some hold a photo or a file."""
BATCH_ROWS: Final = 400
BATCH_BYTES: Final = 1 << 20
FORMAT: Final = 1


class NotTheRows(Exception):
    """The lines are not what was written, or do not fit into the tables that are there; says what is wrong."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a value is read from the driver, and how it stands in a line."""

    type: TypeEngine[Any]
    out: Callable[[Any], Any]
    back: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


KINDS: Final[dict[str, _Kind]] = {
    "uuid": _Kind(sa.Uuid(), lambda value: value.hex, UUID),
    "moment": _Kind(
        UtcDateTime(timezone=True), lambda value: value.astimezone(UTC).isoformat(), datetime.fromisoformat
    ),
    "date": _Kind(sa.Date(), date.isoformat, date.fromisoformat),
    "bytes": _Kind(sa.LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "yes": _Kind(sa.Boolean(), _same, _same),
    "number": _Kind(sa.BigInteger(), _same, _same),
    "fraction": _Kind(sa.Float(), _same, _same),
    "json": _Kind(sa.Text(), _same, _same),
    "text": _Kind(sa.Text(), _same, _same),
}

Columns = dict[str, str]
"""Name of a column to its kind."""


def tables(connection: Connection) -> dict[str, Columns]:
    """The tables that are kept, each with its columns, as the database has them."""
    inspector = sa.inspect(connection)
    names = [name for name in sorted(inspector.get_table_names()) if not name.startswith(NOT_OURS)]
    return {
        name: {str(column["name"]): _kind(column["type"]) for column in inspector.get_columns(name)} for name in names
    }


def lines(connection: Connection) -> Iterator[bytes]:
    """Every row, in the connection's transaction: what the tables are, then each with its rows, then the counts."""
    present = tables(connection)
    yield _line({"rows": FORMAT, "tables": present})
    counts: dict[str, int] = {}
    for name, columns in present.items():
        yield _line({"table": name})
        counts[name] = 0
        outs = [KINDS[kind].out for kind in columns.values()]
        for row in connection.execution_options(yield_per=FEW).execute(_query(name, columns)):
            counts[name] += 1
            yield _line([None if value is None else out(value) for value, out in zip(row, outs, strict=True)])
    yield _line({"end": counts})


def check(said: Iterator[bytes]) -> dict[str, int]:
    """Read lines to their end without keeping them; how many rows each table has. Raises NotTheRows."""
    reader = _Reader(said)
    for _name, _columns, _row in reader.rows():
        pass
    return reader.counts


def load(connection: Connection, said: Iterator[bytes]) -> dict[str, int]:
    """Put the rows of lines into empty tables, within the connection's transaction; how many each has now.

    Triggers and foreign keys are the caller's: rows come in the order of their tables' names. Raises NotTheRows.
    """
    present = tables(connection)
    reader = _Reader(said)
    batch = _Batch(connection)
    for name, columns, row in reader.rows():
        if present.get(name) != columns:
            raise NotTheRows(f"The table {name} is not as it was when the backup was made.")
        batch.put(name, columns, row)
    batch.flush()
    if set(reader.tables) != set(present):
        raise NotTheRows("The database has other tables than the backup.")
    return reader.counts


class _Reader:
    """Takes lines apart, and sees that they are complete."""

    def __init__(self, said: Iterator[bytes]) -> None:
        self._said = said
        self.tables: dict[str, Columns] = {}
        self.counts: dict[str, int] = {}

    def rows(self) -> Iterator[tuple[str, Columns, list[Any]]]:
        """Each row with its table and the columns of that."""
        try:
            self.tables = self._beginning()
            name = ""
            for line in self._said:
                value = json.loads(line)
                if isinstance(value, list):
                    yield name, self.tables[name], self._row(name, value)
                elif "table" in value:
                    name = value["table"]
                    self.counts[name] = 0
                else:
                    self._end(value["end"])
                    return
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotTheRows("A line is not one of a backup.") from error
        raise NotTheRows("The end is missing.")

    def _beginning(self) -> dict[str, Columns]:
        head = json.loads(next(self._said, b"{}"))
        if head.get("rows") != FORMAT:
            raise NotTheRows("This is not what a backup holds.")
        found: dict[str, Columns] = head["tables"]
        return found

    def _row(self, name: str, value: list[Any]) -> list[Any]:
        self.counts[name] += 1
        backs = [KINDS[kind].back for kind in self.tables[name].values()]
        return [None if one is None else back(one) for one, back in zip(value, backs, strict=True)]

    def _end(self, counts: dict[str, int]) -> None:
        if counts != self.counts or set(counts) != set(self.tables):
            raise NotTheRows("Rows are missing.")
        if next(self._said, None) is not None:
            raise NotTheRows("Something stands behind the end.")


class _Batch:
    """Rows of one table on their way in, some hundred with each statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._name = ""
        self._columns: Columns = {}
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0

    def put(self, name: str, columns: Columns, row: list[Any]) -> None:
        if name != self._name or len(self._rows) >= BATCH_ROWS or self._bytes >= BATCH_BYTES:
            self.flush()
            self._name, self._columns = name, columns
        self._rows.append({f"c{number}": value for number, value in enumerate(row)})
        self._bytes += sum(len(value) for value in row if isinstance(value, str | bytes))

    def flush(self) -> None:
        if self._rows:
            self._connection.execute(_insert(self._connection, self._name, self._columns), self._rows)
        self._rows, self._bytes = [], 0


def _insert(connection: Connection, name: str, columns: Columns) -> sa.Insert:
    is_postgres = connection.dialect.name == "postgresql"
    values: dict[str, Any] = {}
    for number, (column, kind) in enumerate(columns.items()):
        given: Any = sa.bindparam(f"c{number}", type_=KINDS[kind].type)
        # PostgreSQL does not take text for json unasked; SQLite would take a cast to JSON for one to a number.
        values[column] = sa.cast(given, sa.JSON()) if kind == "json" and is_postgres else given
    return sa.table(name, *(sa.column(column) for column in columns)).insert().values(values)


def _query(name: str, columns: Columns) -> sa.Select[Any]:
    table = sa.table(name, *(sa.column(column) for column in columns))
    asked = []
    for column, kind in columns.items():
        value = table.c[column]
        asked.append(sa.cast(value, sa.Text()) if kind == "json" else sa.type_coerce(value, KINDS[kind].type))
    return sa.select(*asked)


def _kind(type_: TypeEngine[Any]) -> str:
    """The kind of a column as either database names it."""
    if isinstance(type_, sa.Uuid) or (isinstance(type_, sa.CHAR) and type_.length == 32):
        return "uuid"
    for kinds, name in (
        (sa.DateTime, "moment"),
        (sa.Date, "date"),
        (sa.LargeBinary, "bytes"),
        (sa.Boolean, "yes"),
        (sa.JSON, "json"),
        (sa.Integer, "number"),
        (sa.Numeric, "fraction"),
        (sa.String, "text"),
    ):
        if isinstance(type_, kinds):
            return name
    raise NotTheRows(f"A column is of a kind that no backup carries: {type_!r}")


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
