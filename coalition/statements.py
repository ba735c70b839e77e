"""Constant statements: compiled once for each kind of database, then run by its driver alone.

For the one path where SQLAlchemy's own work is most of the cost (docs/speed.md). A statement is written with the names
and types of the models, so that both databases get what they keep; everything else reads and writes objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection, Dialect, Executable
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    Convert = Callable[[Any], Any] | None


class Objected(SQLAlchemyError):
    """The database objected to a statement, whatever it was that it had against it."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one kind of database reads it."""

    words: str
    places: tuple[str, ...] | None
    """The names of the values in the order in which they stand; None where the driver finds them by name."""
    to_database: dict[str, Convert]
    fixed: dict[str, Any]
    """Values that stand in the statement itself."""
    from_database: tuple[Convert, ...]
    error: type[Exception]


class Constant:
    """A statement whose values alone change.

    `clause` is SQLAlchemy's, with a `bindparam` for each value; of an INSERT, `columns` says which are given.
    """

    def __init__(self, clause: Executable, *columns: str) -> None:
        self._clause = clause
        self._columns = columns or None
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it in the connection's transaction; the rows it found, as tuples. Raises Objected."""
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given = compiled.fixed.copy()
        for name, convert in compiled.to_database.items():
            given[name] = convert(values[name]) if convert else values[name]
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.words, [given[name] for name in compiled.places] if compiled.places else given)
            found = cursor.fetchall() if compiled.from_database else []
        except compiled.error as error:
            raise Objected from error
        finally:
            cursor.close()
        return [_converted(row, compiled.from_database) for row in found]

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: SQLCompiler = self._clause.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]  # every clause can
        columns = getattr(self._clause, "selected_columns", ())
        converts = {name: _to_database(bind.type, dialect) for name, bind in compiled.binds.items()}
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        made = _Compiled(
            words=str(compiled),
            places=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
            to_database={name: convert for name, convert in converts.items() if name not in fixed},
            fixed={name: convert(value) if (convert := converts[name]) else value for name, value in fixed.items()},
            from_database=tuple(_from_database(column.type, dialect) for column in columns),
            error=dialect.loaded_dbapi.Error,
        )
        return self._compiled.setdefault(dialect.name, made)


def _to_database(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_database(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _converted(row: tuple[Any, ...], converts: tuple[Convert, ...]) -> tuple[Any, ...]:
    return tuple(convert(value) if convert else value for value, convert in zip(row, converts, strict=True))
