"""A row in every table: what verbs did not write is made up, so that no table goes through a migration empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from coalition.database import Base, db
from coalition.models import triggers

ONE_OF: Final = re.compile(r"\b(\w+) IN \(([^()]*)\)")
"""A check that lists the values of a column."""
GIVEN: Final = {("standing_consents", "veto_hours"): 48}
"""Where a check asks for more than a value of the right kind."""
MOMENT: Final = datetime(2026, 11, 23, 8, tzinfo=UTC)


def fill() -> None:
    """Put a row into each table that has none; the promises look away meanwhile."""
    with db.engine.begin() as connection:
        triggers.drop(connection)
        for table in Base.metadata.sorted_tables:
            if connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0:
                connection.execute(table.insert().values(_row(connection, table)))
        triggers.make(connection)


def _row(connection: sa.Connection, table: sa.Table) -> dict[str, Any]:
    choices = _choices(table)
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable:
            found[column.name] = None
        elif column.foreign_keys:
            (key,) = column.foreign_keys
            found[column.name] = connection.scalar(_eldest(key.column))
        else:
            given = GIVEN.get((table.name, column.name), choices.get(column.name))
            found[column.name] = _value(column) if given is None else given
    return found


def _eldest(column: sa.Column[Any]) -> sa.Select[Any]:
    """A row to point at that is there in each version: of links those that the first one knew."""
    rows = sa.select(column).limit(1)
    return rows.where(column.table.c.purpose == "invitation") if column.table.name == "links" else rows


def _choices(table: sa.Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            for name, values in ONE_OF.findall(str(constraint.sqltext)):
                found.setdefault(name, values.split(",")[0].strip().strip("'"))
    return found


VALUES: Final[tuple[tuple[type[Any], Callable[[], Any]], ...]] = (
    (sa.Uuid, uuid4),
    (sa.Boolean, lambda: False),
    (sa.Integer, lambda: 1),
    (sa.LargeBinary, lambda: uuid4().bytes),
    (sa.JSON, lambda: {"und": "words"}),
    (sa.Date, MOMENT.date),
    (sa.String, lambda: uuid4().hex),
)


def _value(column: sa.Column[Any]) -> Any:
    made = next((make() for kind, make in VALUES if isinstance(column.type, kind)), MOMENT)
    return made[: getattr(column.type, "length", None)] if isinstance(made, str) else made
