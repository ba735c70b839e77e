"""Whether the database has the tables of this version, and making them."""

from __future__ import annotations

from contextlib import closing
from enum import Enum
from typing import TYPE_CHECKING

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import inspect, text

from coalition.actions import footing
from coalition.database import db
from coalition.models import triggers

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


class State(Enum):
    """How the database's tables stand to this version."""

    EMPTY = "none"
    OLDER = "older"
    CURRENT = "newest"
    NEWER = "newer"


def state() -> State:
    """How the tables of the present database stand to this version."""
    found = State(footing.schema(db.session()))
    db.session.rollback()
    return found


def revision() -> str | None:
    """The migration that the present database is at, or None."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def bring_up() -> None:
    """Bring the present database to this version's tables."""
    flask_migrate.upgrade()


def bring_to(wanted: str) -> None:
    """Make the tables of one migration in a database that has none, or has them already."""
    flask_migrate.upgrade(revision=wanted)


def take_down() -> None:
    """Take every table away; they are empty."""
    flask_migrate.downgrade(revision="base")


def is_known(wanted: str) -> bool:
    """Whether this version knows a migration of that name."""
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        return scripts.get_revision(wanted) is not None
    except CommandError:
        return False


def problems(connection: Connection) -> list[str]:
    """What is not as it must be: triggers, foreign keys, constraints; a sentence for each."""
    present = set(triggers.present(connection))
    tables = set(inspect(connection).get_table_names())
    expected = {promise.trigger for promise in triggers.PROMISES if promise.table in tables}
    said = [f"The trigger {name} is missing." for name in sorted(expected - present)]
    said += [f"The trigger {name} is not one of ours." for name in sorted(present - expected)]
    if connection.dialect.name == "sqlite":
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            said.append(f"A row of {row[0]} points at nothing in {row[2]}.")
        # SQLite up to 3.40 takes each value of a table without rowid for NULL here; when written, NULLs are refused.
        found = [row[0] for row in connection.execute(text("PRAGMA quick_check"))]
        said += [f"The file is damaged: {one}" for one in found if one != "ok" and not one.startswith("NULL value in")]
    else:
        query = "SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY conname"
        said += [f"The constraint {name} was never checked." for name in connection.scalars(text(query))]
    return said


def copy_sqlite(target: Path) -> None:
    """Copy the present SQLite database to a new file, whole, while others may use it."""
    with closing(db.engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(target),))
