"""Which database the tests run on, and a fresh one for every test that asks.

COALITION_TEST_DATABASE is "sqlite" (else) or "postgres". For PostgreSQL a server is made for the run and thrown away,
or COALITION_TEST_DSN names one where the user may create databases. Each worker migrates one database once and copies
it for each test, so a test costs a copy, not a migration; on PostgreSQL, where a copy costs a third of a second, what a
test wrote is taken out again and the copy is lent to the next (`tests/lending.py`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests import postgres
from tests.lending import LentDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KIND: Final = "COALITION_TEST_DATABASE"
DSN: Final = "COALITION_TEST_DSN"
NEED_ONE: Final = frozenset({"databases", "terminal"})
"""Fixtures of which every test that has to do with a database asks for one, if only through others."""
ALIKE: Final = (
    "tests/web/",
    "tests/cli/test_archives.py",
    "tests/cli/test_installation.py",
    "tests/cli/test_serve.py",
    "tests/house/test_routes.py::test_nothing_typed_is_ever_a_fault_of_ours",
    "tests/stories/test_bringing.py",
    "tests/stories/test_calling_round.py",
    "tests/stories/test_consultation.py",
    "tests/stories/test_editor.py",
    "tests/stories/test_from_comments_to_print.py",
    "tests/stories/test_hostile_forms.py",
    "tests/stories/test_individuals.py",
    "tests/stories/test_one_text.py",
    "tests/stories/test_open_call.py",
    "tests/stories/test_other_paths.py",
    "tests/stories/test_own_page.py",
    "tests/stories/test_page_weight.py",
    "tests/stories/test_passing_on.py",
    "tests/stories/test_recorded.py",
    "tests/stories/test_scanners.py",
    "tests/stories/test_signing_door.py",
    "tests/stories/test_translating.py",
)
"""Tests of single pages and their like: in a run of all tests they run on SQLite alone."""
FIRST_WITH_STRATEGY: Final = 150_000
REQUIRED: Final = "COALITION_REQUIRE_POSTGRES"
MISSING: Final = (
    "PostgreSQL: not found, so the tests did not run on it. "
    "Install its server programs (postgresql), or set COALITION_TEST_DSN to a server of your own."
)

_server = pytest.StashKey[ExitStack]()


def kind() -> str:
    """The database this run is on: "sqlite" or "postgres"."""
    chosen = os.environ.get(KIND, "sqlite")
    if chosen not in {"sqlite", "postgres"}:
        pytest.exit(f"{KIND}: write sqlite or postgres, not {chosen!r}", returncode=4)
    return chosen


def pytest_configure(config: pytest.Config) -> None:
    """Start the server that all workers of this run share; end the run kindly where there is no PostgreSQL."""
    is_worker = hasattr(config, "workerinput")
    if kind() == "sqlite" or is_worker or os.environ.get(DSN):
        return
    if postgres.programs() is None:
        pytest.exit(MISSING, returncode=1 if os.environ.get(REQUIRED) else 0)
    config.stash[_server] = ExitStack()
    os.environ[DSN] = config.stash[_server].enter_context(postgres.server())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, if this run started one."""
    if _server in config.stash:
        os.environ.pop(DSN, None)
        config.stash[_server].close()


def pytest_report_header() -> str:
    """Say at the top which database this run is on."""
    if kind() == "sqlite":
        return f"database: SQLite {sqlite3.sqlite_version}"
    with psycopg.connect(os.environ[DSN]) as connection:
        return f"database: PostgreSQL {connection.info.server_version // 10_000}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that only make sense on the other database.

    What asks for no database at all is tried with SQLite, and would say nothing new a second time. In a run of all
    tests those of single pages are too: on PostgreSQL each page is asked for once (`house/test_pages_on_postgres.py`).
    """
    elsewhere = [item for item in items if any(mark.args[0] != kind() for mark in item.iter_markers("only_on"))]
    if kind() == "postgres":
        elsewhere += [item for item in items if NEED_ONE.isdisjoint(getattr(item, "fixturenames", NEED_ONE))]
        if config.args == ["tests"]:
            elsewhere += [item for item in items if item.nodeid.startswith(ALIKE)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        left_out = set(map(id, elsewhere))
        items[:] = [item for item in items if id(item) not in left_out]


class Databases(Protocol):
    """Makes and drops databases, named by their SQLAlchemy address."""

    def empty(self) -> str:
        """A new database without tables."""

    def copy(self, address: str) -> str:
        """A new database equal to the one at `address`, to which nobody may be connected."""

    def fill(self, empty: str, address: str) -> None:
        """Make the empty database at the first address, to which nobody may be connected, equal to the other."""

    def drop(self, address: str) -> None:
        """Take the database away, whoever is still connected."""

    def lend(self, address: str) -> str:
        """A database equal to the one at `address`, as `copy`; what was deleted in it before may lie in its files."""

    def take_back(self, address: str) -> None:
        """The database that was lent is needed no more, whoever is still connected."""


class SqliteDatabases:
    """Databases as files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def empty(self) -> str:
        return f"sqlite:///{self._folder / secrets.token_hex(8)}.sqlite"

    def copy(self, address: str) -> str:
        old, new = _path(address), self.empty()
        # The last who lets go of a database brings its write-ahead log home; a log would be missing in the copy.
        assert not old.with_name(f"{old.name}-wal").exists(), f"somebody is still connected to {old}"
        shutil.copyfile(old, _path(new))
        return new

    def fill(self, empty: str, address: str) -> None:
        shutil.copyfile(_path(address), _path(empty))

    def drop(self, address: str) -> None:
        path = _path(address)
        for ending in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + ending).unlink(missing_ok=True)

    def lend(self, address: str) -> str:
        return self.copy(address)

    def take_back(self, address: str) -> None:
        self.drop(address)


class PostgresDatabases:
    """Databases on one server, through one connection of the worker."""

    def __init__(self, administrator: psycopg.Connection, dsn: str) -> None:
        self._administrator = administrator
        self._dsn = dsn
        self._lent: dict[str, LentDatabase] = {}
        self._free: dict[str, LentDatabase] = {}
        self._connected: list[psycopg.Connection] = []
        event.listen(Pool, "connect", self._remember)

    def empty(self) -> str:
        return self._create("template0")

    def copy(self, address: str) -> str:
        return self._create(_name(address))

    def fill(self, empty: str, address: str) -> None:
        self.drop(empty)
        self._create(_name(address), named=_name(empty))

    def drop(self, address: str) -> None:
        self._hang_up(address)
        self._administrator.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(address)))
        )

    def lend(self, address: str) -> str:
        lent = self._free.pop(address, None) or LentDatabase(self.copy(address), origin=address)
        self._lent[lent.address] = lent
        return lent.address

    def take_back(self, address: str) -> None:
        self._hang_up(address)
        lent = self._lent.pop(address)
        if lent.put_back():
            self._free[lent.origin] = lent
        else:
            lent.close()
            self.drop(address)

    def close(self) -> None:
        """Drop what lies here unlent."""
        for lent in self._free.values():
            lent.close()
            self.drop(lent.address)
        event.remove(Pool, "connect", self._remember)

    def _remember(self, connection: object, _record: object) -> None:
        if isinstance(connection, psycopg.Connection):
            self._connected.append(connection)

    def _hang_up(self, address: str) -> None:
        """Close what this process still has open to a database.

        Else Python would, when it collects what is left of an app, and the warning would blame the test that runs then.
        """
        for connection in self._connected:
            if not connection.closed and connection.info.dbname == _name(address):
                connection.close()
        self._connected = [one for one in self._connected if not one.closed]

    def _create(self, template: str, *, named: str | None = None) -> str:
        name = named or f"coalition_test_{secrets.token_hex(8)}"
        # Its files are copied: with fsync off that is two to four times as fast as writing each page into the log.
        by_files = self._administrator.info.server_version >= FIRST_WITH_STRATEGY
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + (" STRATEGY FILE_COPY" if by_files else ""))
        self._administrator.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return urlunsplit(urlsplit(self._dsn)._replace(scheme="postgresql+psycopg", path=f"/{name}"))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The maker of databases of this worker."""
    if kind() == "sqlite":
        yield SqliteDatabases(tmp_path_factory.mktemp("databases"))
        return
    dsn = os.environ[DSN]
    with psycopg.connect(dsn, autocommit=True) as administrator:
        maker = PostgresDatabases(administrator, dsn)
        yield maker
        maker.close()


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The address of a database without tables, for this test alone."""
    address = databases.empty()
    yield address
    databases.drop(address)


@pytest.fixture(scope="session")
def migrated_database(databases: Databases, migrate: Callable[[str], None]) -> Iterator[str]:
    """The address of this worker's migrated database, which is only ever copied.

    `migrate` (tests/conftest.py) brings the database at an address to the newest migration and lets go of it.
    """
    address = databases.empty()
    migrate(address)
    yield address
    databases.drop(address)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases, migrated_database: str) -> Iterator[str]:
    """The address of a migrated database for this test alone: without rows, or with the cast where a test asks for it.

    `assembled` (tests/conftest.py) has founded the coalition once, so that each test copies it instead.
    """
    has_cast = "cast" in request.fixturenames
    origin = request.getfixturevalue("assembled")[0] if has_cast else migrated_database
    if request.node.get_closest_marker("own_files"):
        address = databases.copy(origin)
        yield address
        databases.drop(address)
    else:
        address = databases.lend(origin)
        yield address
        databases.take_back(address)


def _path(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


def _name(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")
