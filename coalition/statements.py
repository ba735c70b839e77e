"""Constant statements: compiled once for each kind of database, then run by its driver alone.

For the one path where SQLAlchemy's own work is most of the cost (docs/speed.md). A statement is written with the names
and types of the models, so that both databases get what they keep; everything else reads and writes objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    is_by_place: bool
    """Whether the driver takes the values in their order; else it finds them by name."""
    to_database: tuple[tuple[str, Convert], ...]
    """The values in the order in which they stand, and what each goes through."""
    fixed: dict[str, Any]
    """Those that stand in the statement itself."""
    from_database: tuple[Convert, ...]
    error: type[Exception]

    def named(self, given: Sequence[Any]) -> dict[str, Any]:
        """The values by their names."""
        return dict(zip((name for name, _ in self.to_database), given, strict=True))


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
        known = {**compiled.fixed, **values} if compiled.fixed else values
        given = [convert(known[name]) if convert else known[name] for name, convert in compiled.to_database]
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.words, given if compiled.is_by_place else compiled.named(given))
            found = cursor.fetchall() if compiled.from_database else []
        except compiled.error as error:
            raise Objected from error
        finally:
            cursor.close()
        return [_converted(row, compiled.from_database) for row in found]

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: SQLCompiler = self._clause.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]  # every clause can
        columns = getattr(self._clause, "selected_columns", ())
        binds = compiled.binds
        made = _Compiled(
            words=str(compiled),
            is_by_place=compiled.positiontup is not None,
            to_database=tuple(
                (name, _to_database(binds[name].type, dialect)) for name in compiled.positiontup or binds
            ),
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
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
