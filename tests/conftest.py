"""What every test has: its database, its app, its cast, its browser; no network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import flask_migrate
import pytest

from coalition import config, create_app
from coalition.database import db
from coalition.keys import KeyRing
from tests.cast import Cast, assemble
from tests.shipped import Shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from coalition.config import Settings
    from tests.databases import Databases

pytest_plugins = [
    "tests.browser",
    "tests.databases",
    "tests.network",
    "tests.server",
    "tests.skips",
    "tests.thrift",
    "tests.visitor",
]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of this worker's installation, with its keys."""
    folder = tmp_path_factory.mktemp("home")
    KeyRing.generate().write(folder / "keys.json")
    return folder


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    """The settings of the tests: a mail server that is never asked unless a test gives one."""
    return config.Settings(
        home=home,
        public_address="http://letters.test",
        mail_server="127.0.0.1",
        mail_security="none",
        second_step="offered",
    )


@pytest.fixture(scope="session")
def migrate(settings: Settings) -> Callable[[str], None]:
    """Brings the database at an address to the newest migration and lets go of it."""

    def migrate_at(address: str) -> None:
        app = create_app(replace(settings, database=address))
        with app.app_context():
            flask_migrate.upgrade()
            db.engine.dispose()

    return migrate_at


@pytest.fixture(scope="session")
def assembled(settings: Settings, databases: Databases, migrated_database: str) -> Iterator[tuple[str, Cast]]:
    """The address of a database with the founded coalition and everybody in it, which is only ever copied."""
    address = databases.copy(migrated_database)
    application = create_app(replace(settings, database=address))
    with application.app_context():
        everybody = assemble()
        db.session.remove()
        db.engine.dispose()
    yield address, everybody
    databases.drop(address)


@pytest.fixture(scope="session")
def shipped(settings: Settings, migrated_database: str) -> Shipped:
    """The app of this worker."""
    return Shipped(replace(settings, database=migrated_database))


@pytest.fixture
def app(shipped: Shipped, database_url: str) -> Iterator[Flask]:
    """The shipped application on a database of its own, within its context."""
    with shipped.at(database_url) as application:
        yield application


@pytest.fixture
def cast(app: Flask, assembled: tuple[str, Cast]) -> Cast:  # noqa: ARG001 -- the cast lives in the app's database
    """The founded coalition with everybody in it."""
    return assembled[1]
