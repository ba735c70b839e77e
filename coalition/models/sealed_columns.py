"""Every sealed column of every table, found from the models: none can be forgotten where all of them are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, LargeBinary, Uuid, func, literal, or_, select

from coalition import vault
from coalition.database import Base
from coalition.vault import Sealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

_LENGTH_AT, _NAME_AT = 2, 3
"""Where in a sealed value the length of its key's name stands, and where the name: SQL counts from one."""


def sealed_columns() -> Iterator[tuple[Table, dict[str, Sealed]]]:
    """Each table that has any, with the name of each of its sealed columns and what seals it."""
    for mapper in sorted(Base.registry.mappers, key=lambda one: str(one.local_table)):
        found = {
            str(mapper.columns[value.attribute].name): value
            for owner in mapper.class_.__mro__
            for value in vars(owner).values()
            if isinstance(value, Sealed)
        }
        if found:
            yield mapper.local_table, dict(sorted(found.items()))  # type: ignore[misc]  # it is one table of ours


def counted(session: Session) -> dict[str, int]:
    """How many sealed values each key has, by its name."""
    numbers: dict[str, int] = {}
    for table, columns in sealed_columns():
        for name in columns:
            for key_id, number in _counted(session, table.c[name]):
                numbers[key_id] = numbers.get(key_id, 0) + number
    return numbers


def under_others(table: Table, columns: Mapping[str, Sealed], key_id: str) -> ColumnElement[bool]:
    """The condition for rows with a value that is not sealed under a key."""
    head = vault.head_under(key_id)
    return or_(*(is_under_another(table.c[name], head) for name in columns))


def is_under_another(column: ColumnElement[Any], head: bytes) -> ColumnElement[bool]:
    """The condition for a value of a column that begins otherwise than `head`."""
    return column.is_not(None) & (_part(column, 1, len(head)) != literal(head, LargeBinary))


def size_of(table: Table, columns: Mapping[str, Sealed]) -> ColumnElement[int]:
    """How many bytes a row's sealed values have together."""
    lengths: list[ColumnElement[int]] = [func.coalesce(func.length(table.c[name]), 0) for name in columns]
    return sum(lengths[1:], lengths[0])


def _counted(session: Session, column: ColumnElement[Any]) -> Iterator[tuple[str, int]]:
    length = _part(column, _LENGTH_AT, 1)
    lengths = session.scalars(select(length).where(column.is_not(None)).distinct()).all()
    for one in lengths:
        name = _part(column, _NAME_AT, bytes(one)[0]).label("name")
        query = select(name, func.count()).where(length == literal(bytes(one), LargeBinary)).group_by(name)
        for key_name, number in session.execute(query):
            yield bytes(key_name).decode("ascii", "replace"), number


def _part(column: ColumnElement[Any], start: int, length: int) -> ColumnElement[bytes]:
    return func.substr(column, start, length, type_=LargeBinary)


def is_bound_to_an_id(table: Table) -> bool:
    """Whether a table's rows have the id of their own to which sealed values are bound."""
    return "id" in table.c and isinstance(table.c.id.type, Uuid)
