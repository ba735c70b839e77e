"""How a migration runs.

SQLite: foreign keys are off while tables are remade (a batch migration with them on silently deleted child rows in a
trial), and checked afterwards: a migration that leaves a dangling row fails. Triggers are taken off before and made
anew after, because a batch change drops them silently. On both databases everything happens in one transaction.
"""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from coalition.database import Base
from coalition.models import triggers


class DanglingRows(Exception):
    """The migration left rows that point at nothing."""


def run() -> None:
    """Migrate the app's own database."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _without_foreign_keys(connection)
        else:
            with connection.begin():
                _migrate(connection)


def _without_foreign_keys(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    try:
        with connection.begin():
            _migrate(connection)
            dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
            if dangling:
                raise DanglingRows(str(dangling[:5]))
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _migrate(connection: Connection) -> None:
    triggers.drop(connection)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=False,  # the transaction is ours, around everything
    )
    context.run_migrations()
    triggers.make(connection)


run()
