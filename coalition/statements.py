"""Constant statements: compiled once for each kind of database, then run by its driver alone.

For the one path where SQLAlchemy's own work is most of the cost (docs/speed.md). A statement is written with the names
and types of the models, so that both databases get what they keep; everything else reads and writes objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Dialect, Executable
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    Convert = Callable[[Any], Any] | None


class Connected(Protocol):
    """A connection in a transaction: SQLAlchemy's, or one without it."""

    @property
    def dialect(self) -> Dialect:
        """The kind of database."""

    @property
    def connection(self) -> DBAPIConnection:
        """The driver's own."""


class Objected(DBAPIError):
    """The database objected to a statement, whatever it was that it had against it."""

    def __init__(self, error: Exception) -> None:
        super().__init__("a constant statement", None, error, hide_parameters=True)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one kind of database reads it."""

    words: str
    names: tuple[str, ...]
    """The values in the order in which they stand."""
    to_database: tuple[tuple[int, Callable[[Any], Any]], ...]
    """By their places, what some of them go through."""
    is_by_place: bool
    """Whether the driver takes the values in their order; else it finds them by name."""
    fixed: dict[str, Any]
    """Those that stand in the statement itself."""
    finds_rows: bool
    from_database: tuple[tuple[int, Callable[[Any], Any]], ...]
    error: type[Exception]

    def given(self, values: Mapping[str, Any]) -> list[Any] | dict[str, Any]:
        """The values as the driver takes them."""
        known = {**self.fixed, **values} if self.fixed else values
        given = [known[name] for name in self.names]
        for place, convert in self.to_database:
            given[place] = convert(given[place])
        return given if self.is_by_place else dict(zip(self.names, given, strict=True))

    def found(self, row: Any) -> tuple[Any, ...]:
        """A row that it found, as Python wants it."""
        values = list(row)
        for place, convert in self.from_database:
            values[place] = convert(values[place])
        return tuple(values)


class Constant:
    """A statement whose values alone change.

    `clause` is SQLAlchemy's, with a `bindparam` for each value; of an INSERT, `columns` says which are given.
    """

    def __init__(self, clause: Executable, *columns: str) -> None:
        self._clause = clause
        self._columns = columns or None
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connected, values: Mapping[str, Any]) -> list[Any]:
        """Run it in the connection's transaction; the rows it found, as tuples. Raises Objected."""
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given = compiled.given(values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.words, given)
            rows = cursor.fetchall() if compiled.finds_rows else ()
        except compiled.error as error:
            raise Objected(error) from error
        finally:
            cursor.close()
        return [compiled.found(row) for row in rows]

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: SQLCompiler = self._clause.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]  # every clause can
        columns = getattr(self._clause, "selected_columns", ())
        binds = compiled.binds
        names = tuple(compiled.positiontup or binds)
        made = _Compiled(
            words=str(compiled),
            names=names,
            to_database=_converts(_to_database(binds[name].type, dialect) for name in names),
            is_by_place=compiled.positiontup is not None,
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
            finds_rows=bool(columns),
            from_database=_converts(_from_database(column.type, dialect) for column in columns),
            error=dialect.loaded_dbapi.Error,
        )
        return self._compiled.setdefault(dialect.name, made)


def _converts(each: Iterable[Convert]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Those that are something, by their places."""
    return tuple((place, convert) for place, convert in enumerate(each) if convert is not None)


def _to_database(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_database(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
