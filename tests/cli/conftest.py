"""A terminal: the command line as its users call it, in a folder of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from coalition.cli import main, schema
from coalition.database import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    from tests.databases import Databases

ANSWERS = {
    "--name": "Free Voices Network",
    "--address": "https://letters.example.org",
    "--account-name": "Nadia Rahimi",
    "--account-email": "nadia@freevoices.example",
    "--language": "en",
    "--zone": "Europe/Paris",
    "--mail-server": "",
}


@dataclass(frozen=True, slots=True)
class Terminal:
    """Calls `coalition` in one folder."""

    folder: Path
    database: str

    def run(self, *words: str, typed: str | None = None) -> Result:
        """Call `coalition` with these words; `typed` is what the person answers."""
        return CliRunner().invoke(main, list(words), input=typed, catch_exceptions=False)

    def install(self, **changes: str) -> Result:
        """Install with every question answered by an option; `account_email="…"` changes one."""
        answers = ANSWERS | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
        if self.database:
            answers["--database"] = self.database
        return self.run("init", *(word for pair in answers.items() for word in pair))


@pytest.fixture
def terminal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Terminal]:
    """A terminal in an empty folder, and on PostgreSQL with an empty database to install on.

    Migrations run where they are what is tried (tests/house/test_migrations.py, tests/stories/test_installation.py);
    here an empty database becomes a copy of the worker's migrated one.
    """
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("COALITION_") and "TEST" not in name]:
        del os.environ[name]
    monkeypatch.chdir(tmp_path)
    databases: Databases = request.getfixturevalue("databases")
    migrated: str = request.getfixturevalue("migrated_database")
    bring_up = schema.bring_up

    def copied() -> None:
        if schema.state() is schema.State.EMPTY:
            here = db.engine.url.render_as_string(hide_password=False)
            db.engine.dispose()
            databases.fill(here, migrated)
        else:
            bring_up()

    monkeypatch.setattr(schema, "bring_up", copied)
    address: str = request.getfixturevalue("empty_database")
    yield Terminal(tmp_path, "" if address.startswith("sqlite") else address)
    os.environ.clear()  # a command may set what its processes read
    os.environ.update(before)


@pytest.fixture
def installed(terminal: Terminal) -> Terminal:
    """A terminal where Coalition is installed."""
    done = terminal.install()
    assert done.exit_code == 0, done.stderr
    return terminal


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file into the folder."""

    def write(name: str, words: str) -> Path:
        path = tmp_path / name
        path.write_text(words, "utf-8")
        return path

    return write
