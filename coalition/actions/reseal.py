"""Sealing anew, under the key that writes now, what older keys of the vault sealed: in small steps, the site running.

A step is one transaction. Each value is exchanged only where it still is what was read, so nothing that somebody writes
meanwhile is lost; what was missed is found by the next pass. Whatever ends the work, running it again goes on with what
is left: what a key sealed is seen in the database, and nothing else is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import CursorResult, select, update

from coalition import vault
from coalition.database import db, transaction
from coalition.models.sealed_columns import sealed_columns, size_of, under_others
from coalition.vault import SealBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from coalition.vault import Sealed

ROWS: Final = 50
BYTES: Final = 2_000_000
"""What one step takes at most, unless a single row is larger: others wait for it on SQLite."""
LOOKED_AT: Final = 1000


@dataclass(slots=True)
class Resealed:
    """What became of it: how many values were sealed anew, and where some do not open."""

    values: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    """Table and column to how many: damaged, or sealed by a key that is not there."""


def reseal(*, after_step: Callable[[Resealed], object] = lambda _done: None) -> Resealed:
    """Seal everything under the key that writes; `after_step` is told after each step. Owns its transactions."""
    done = Resealed()
    while True:
        before = done.values
        done.broken = {}
        for table, columns in sealed_columns():
            for ids in _steps(table, columns):
                _one_step(table, columns, ids, done)
                after_step(done)
        if done.values == before:
            return done


def _steps(table: Table, columns: dict[str, Sealed]) -> Iterator[list[UUID]]:
    """The ids of rows that are to be sealed anew, so many together as one step takes."""
    last: UUID | None = None
    while True:
        session = db.session()
        query = (
            select(table.c.id, size_of(table, columns))
            .where(under_others(table, columns, vault.writes_with("vault")))
            .order_by(table.c.id)
            .limit(LOOKED_AT)
        )
        found = session.execute(query if last is None else query.where(table.c.id > last)).all()
        session.rollback()
        if not found:
            return
        last = found[-1][0]
        sums: list[int] = []
        total = 0
        for number, (_row_id, size) in enumerate(found):
            total += size
            sums.append(max(total // BYTES, number // ROWS))
        for _, some in groupby(zip(sums, found, strict=True), key=lambda one: one[0]):
            yield [row_id for _, (row_id, _size) in some]


def _one_step(table: Table, columns: dict[str, Sealed], ids: list[UUID], done: Resealed) -> None:
    with transaction() as session:
        rows = session.execute(select(table.c.id, *(table.c[name] for name in columns)).where(table.c.id.in_(ids)))
        for row in rows.all():
            for name, sealed in columns.items():
                _exchange(session, table, name, sealed, row, done)


def _exchange(session: Session, table: Table, name: str, sealed: Sealed, row: Any, done: Resealed) -> None:
    """Seal one value anew where another key sealed it."""
    old = row._mapping[name]  # noqa: SLF001 -- SQLAlchemy's name of a row as a mapping
    if old is None or bytes(old).startswith(vault.head_under(vault.writes_with("vault"))):
        return
    try:
        plain = vault.unseal(bytes(old), table=table.name, column=sealed.column, row=row.id)
    except SealBroken:
        where = f"{table.name}.{name}"
        done.broken[where] = done.broken.get(where, 0) + 1
        return
    new = vault.seal(plain, table=table.name, column=sealed.column, row=row.id)
    result = session.execute(
        update(table).where(table.c.id == row.id, table.c[name] == old).values({table.c[name]: new})
    )
    assert isinstance(result, CursorResult)  # noqa: S101 -- what an UPDATE gives  # nosec B101
    done.values += result.rowcount
