"""Whether the database has the tables of this version, and making them."""

from __future__ import annotations

from contextlib import closing
from enum import Enum, auto
from typing import TYPE_CHECKING

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app

from coalition.database import db

if TYPE_CHECKING:
    from pathlib import Path


class State(Enum):
    """How the database's tables stand to this version."""

    EMPTY = auto()
    OLDER = auto()
    CURRENT = auto()
    NEWER = auto()


def state() -> State:
    """How the tables of the present database stand to this version."""
    present = revision()
    if present is None:
        return State.EMPTY
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    if present == scripts.get_current_head():
        return State.CURRENT
    try:
        scripts.get_revision(present)
    except CommandError:
        return State.NEWER
    return State.OLDER


def revision() -> str | None:
    """The migration that the present database is at, or None."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def bring_up() -> None:
    """Bring the present database to this version's tables."""
    flask_migrate.upgrade()


def copy_sqlite(target: Path) -> None:
    """Copy the present SQLite database to a new file, whole, while others may use it."""
    with closing(db.engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(target),))
