"""How a migration runs.

SQLite: foreign keys are off while tables are remade (a batch migration with them on silently deleted child rows in a
trial), and checked afterwards: a migration that leaves a dangling row fails. Triggers are taken off before and made
anew after, because a batch change drops them silently. On both databases everything happens in one transaction.

The version before may go on working meanwhile (docs/upgrade.md). So the transaction takes all it needs at its
beginning, or nothing: were tables taken one by one, as they are changed, a request that holds one of them and waits for
another would be ended for a deadlock.
"""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from coalition.database import Base, DatabaseBusy
from coalition.models import triggers

TRIES = 150
PATIENCE, PAUSE = 0.5, 0.25
"""Seconds: PostgreSQL looks for deadlocks after one."""


class DanglingRows(Exception):
    """The migration left rows that point at nothing."""


def run() -> None:
    """Migrate the app's own database."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _without_foreign_keys(connection.execution_options(immediate=True))
        else:
            with connection.begin():
                _hold_all_tables(connection)
                _migrate(connection)


def _hold_all_tables(connection: Connection) -> None:
    """PostgreSQL: take all tables, or give back those that were taken and try again. Raises DatabaseBusy."""
    quote = connection.dialect.identifier_preparer.quote
    if not (tables := ", ".join(quote(name) for name in sorted(inspect(connection).get_table_names()))):
        return
    for _ in range(TRIES):
        attempt = connection.begin_nested()
        try:
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE * 1000:.0f}ms'"))
            connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        except OperationalError:
            attempt.rollback()
            connection.execute(text(f"SELECT pg_sleep({PAUSE})"))
        else:
            connection.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
            return
    raise DatabaseBusy


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
