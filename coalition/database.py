"""The declarative Base, column types, the session, and the one way to write.

Writing happens in `transaction()` and nowhere else. On SQLite it takes the write lock at once (BEGIN IMMEDIATE): with
deferred transactions a quarter of concurrent signings failed whatever the busy timeout (docs/decisions/0003).
"""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, MetaData, TypeDecorator, Uuid, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import PoolProxiedConnection

CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC, to the microsecond; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every noun. Ids are made here, before anything is sealed for the row."""

    registry = registry(
        metadata=MetaData(naming_convention=CONVENTION),
        type_annotation_map={
            datetime: UtcDateTime(),
            dict[str, str]: JSON(),
            dict[str, Any]: JSON(),
            list[str]: JSON(),
        },
    )

    def __init__(self, **values: Any) -> None:
        mapper_columns = type(self).__mapper__.columns
        if "id" in mapper_columns and isinstance(mapper_columns["id"].type, Uuid):
            self.id = values.pop("id", None) or uuid4()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name!r}")
            setattr(self, name, value)


class Identified:
    """A row with a random id of its own, made by the app."""

    id: Mapped[UUID] = mapped_column(primary_key=True)


db = SQLAlchemy(model_class=Base)

SECONDS_FOR_A_TURN: Final = 20
"""So long a writer waits for those before it in its process; after that it is told that the database is busy."""
SECONDS_FOR_A_STATEMENT: Final = 30
SECONDS_WITHOUT_A_STATEMENT: Final = 60
"""On PostgreSQL, where a request is answered: what takes longer is ended, and its transaction undone."""
BEGIN_TO_WRITE: Final = "BEGIN IMMEDIATE"
_writers = threading.Lock()


class DatabaseBusy(Exception):
    """Others have been writing for so long that this one can not: it may be tried again in a moment."""


@dataclass(frozen=True, slots=True)
class DriverConnection:
    """The connection of a database's driver, as constant statements want it."""

    dialect: Dialect
    connection: DBAPIConnection


@dataclass(frozen=True, slots=True)
class Direct:
    """A transaction of constant statements alone; it is asked as a session is asked."""

    driver: DriverConnection
    info: dict[str, Any] = field(default_factory=lambda: {"after_commit": [], "before_commit": []})

    def connection(self) -> DriverConnection:
        """The connection in which it runs."""
        return self.driver

    def get_transaction(self) -> Direct:
        """What is another for each transaction."""
        return self


_direct: ContextVar[Direct | None] = ContextVar("direct", default=None)
_begun: list[Callable[[Session | Direct], object]] = []


def when_begun(function: Callable[[Session | Direct], object]) -> None:
    """Have `function` called at the beginning of every transaction that may write, before its block."""
    _begun.append(function)


def present() -> Session | Direct:
    """The direct transaction that is under way, or the session."""
    return _direct.get() or db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction that may write: committed when the block ends, rolled back when it raises.

    Whatever was read before is forgotten first, so that the block decides on what is true now.
    Functions given to `before_commit` run when the block has ended and every row is written, right before the commit;
    those given to `after_commit` run after it, and only then.
    """
    session = db.session()
    _forget_what_was_read(session)
    session.info["in_transaction"] = True
    session.info["after_commit"] = []
    session.info["before_commit"] = []
    try:
        with _one_writer(session.get_bind().dialect):
            session.connection(execution_options={"immediate": True})
            for function in _begun:
                function(session)
            yield session
            session.flush()
            for function in session.info.pop("before_commit"):
                function()
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_transaction"] = False
    for function in session.info.pop("after_commit"):
        function()


@contextmanager
def direct_transaction() -> Iterator[DriverConnection]:
    """The same for constant statements alone, where a session would cost more than they do (docs/speed.md).

    What the database's driver raises when it connects, begins or commits is raised as SQLAlchemy would raise it.
    """
    if db.session.registry.has():
        _forget_what_was_read(db.session())
    engine = db.engine
    # Given back, a connection is rolled back: nothing stays of what was not committed.
    with _one_writer(engine.dialect), closing(_connected(engine)) as connection:
        direct = Direct(DriverConnection(engine.dialect, connection))
        outside = _direct.set(direct)
        try:
            _begin(direct.driver)
            for function in _begun:
                function(direct)
            yield direct.driver
            for function in direct.info["before_commit"]:
                function()
            _commit(direct.driver)
        finally:
            _direct.reset(outside)
    for function in direct.info["after_commit"]:
        function()


def _forget_what_was_read(session: Session) -> None:
    if session.info.get("in_transaction") or _direct.get():
        raise RuntimeError("A verb owns its transaction: it is not called from another verb's.")
    session.rollback()


def _connected(engine: Engine) -> PoolProxiedConnection:
    with _errors_as_of_sqlalchemy(engine.dialect):
        return engine.raw_connection()


def _begin(driver: DriverConnection) -> None:
    if driver.dialect.name == "sqlite":  # PostgreSQL's driver begins by itself
        with _errors_as_of_sqlalchemy(driver.dialect):
            driver.connection.cursor().execute(BEGIN_TO_WRITE)


def _commit(driver: DriverConnection) -> None:
    with _errors_as_of_sqlalchemy(driver.dialect):
        driver.connection.commit()


@contextmanager
def _errors_as_of_sqlalchemy(dialect: Dialect) -> Iterator[None]:
    try:
        yield
    except dialect.loaded_dbapi.Error as error:
        raise OperationalError("a direct transaction", None, error, hide_parameters=True) from error


def after_commit(function: Callable[[], object]) -> None:
    """Have `function` called once the present transaction is committed (each function once)."""
    waiting: list[Callable[[], object]] = present().info["after_commit"]
    if function not in waiting:
        waiting.append(function)


def before_commit(function: Callable[[], object]) -> None:
    """Have `function` called right before the present transaction is committed, when every row of it is written.

    What it raises undoes the transaction.
    """
    begun = present()
    if not (isinstance(begun, Direct) or begun.info.get("in_transaction")):
        raise RuntimeError("Nothing is written outside a transaction.")
    begun.info["before_commit"].append(function)


@contextmanager
def _one_writer(dialect: Dialect) -> Iterator[None]:
    # SQLite has one writer at a time anyway; queueing here instead of in its busy handler keeps the order fair.
    if dialect.name != "sqlite":
        yield
        return
    if not _writers.acquire(timeout=SECONDS_FOR_A_TURN):
        raise DatabaseBusy
    try:
        yield
    finally:
        _writers.release()


def prepare(engine: Engine) -> None:
    """Give every connection of a SQLite engine the pragmas and the explicit BEGIN that the promises rest on."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def bound(engine: Engine) -> None:
    """Let no statement of a process that answers requests take without end: the worker's may, and backups."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _bound_postgres)


def _bound_postgres(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{SECONDS_FOR_A_STATEMENT * 1000:.0f}ms'")
        cursor.execute(f"SET lock_timeout = '{SECONDS_FOR_A_TURN * 1000}ms'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{SECONDS_WITHOUT_A_STATEMENT * 1000}ms'")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver opens no transaction behind our back
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "busy_timeout=20000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql(BEGIN_TO_WRITE if immediate else "BEGIN")
