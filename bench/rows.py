"""What a signature leaves in the database: that two servers do the same job is seen by it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from coalition.config import Settings

Filled: TypeAlias = dict[tuple[str, str], int]
"""How many values that are not NULL stand in each column, by table and column."""


def filled(settings: Settings) -> Filled:
    """What stands in every column of an installation's database, which is SQLite's."""
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            (table, column): connection.execute(f'SELECT count("{column}") FROM "{table}"').fetchone()[0]  # noqa: S608 -- names of the database  # nosec B608
            for table in tables
            for _, column, *_ in connection.execute(f'PRAGMA table_info("{table}")')
        }


def added(settings: Settings, act: Callable[[], object]) -> Filled:
    """The values that an act adds."""
    before = filled(settings)
    act()
    return {place: count - before[place] for place, count in filled(settings).items() if count != before[place]}
