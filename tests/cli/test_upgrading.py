"""`coalition upgrade`: copied first, all or nothing, looked over afterwards, and with a way back that works."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from coalition import config
from coalition.cli import main
from coalition.cli.archive_keys import make
from coalition.config import folder
from coalition.database import Base, db
from coalition.intake.archive_key import BACKUP
from coalition.models import triggers
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from tests.cast import Cast


@pytest.fixture
def home_of_it(tmp_path: Path, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home folder of an installation on the test's database."""
    before = config.settings()
    shutil.copy(home / "keys.json", tmp_path)
    monkeypatch.setenv("COALITION_HOME", str(tmp_path))
    monkeypatch.setenv("COALITION_DATABASE", database_url)
    monkeypatch.setenv("COALITION_BACKUP_KEY", make(tmp_path / "backup.key", BACKUP))
    yield tmp_path
    config.install(before)


def run(*words: str) -> Result:
    db.session.remove()
    db.engine.dispose()
    return CliRunner().invoke(main, words, catch_exceptions=False)


def newest() -> str:
    head = ScriptDirectory(str(folder("migrations"))).get_current_head()
    assert head
    return head


def the_one_before() -> str:
    before = ScriptDirectory(str(folder("migrations"))).get_revision(newest()).down_revision
    assert isinstance(before, str)
    return before


def revision_in(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


def test_an_upgrade_that_is_killed_changes_nothing_and_the_next_one_goes_through(
    cast: Cast, home_of_it: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    db.session.remove()
    flask_migrate.downgrade(revision=the_one_before())
    assert "is older than this version of Coalition: run `coalition upgrade`." in run("serve").output

    def killed(_connection: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(triggers, "make", killed)
        with pytest.raises(ZeroDivisionError):
            run("upgrade")
    assert revision_in(db.engine) == the_one_before()
    done = run("upgrade")
    assert done.exit_code == 0, done.output
    assert "Triggers, constraints and foreign keys are as they must be, and the record fits." in done.output
    assert revision_in(db.engine) == newest()
    again = run("upgrade")
    assert (again.exit_code, "at this version already" in again.output) == (0, True)
    go_back(done.output, home_of_it, database_url)


def go_back(said: str, home: Path, database_url: str) -> None:
    """Do what the upgrade said; the database is then as it was."""
    command = next(line.strip() for line in said.splitlines() if line.startswith("    "))
    if database_url.startswith("sqlite"):
        subprocess.run(command, shell=True, check=True)  # noqa: S602 -- just as an operator pastes it
        assert revision_in(db.engine) == the_one_before()
        return
    assert command.startswith("coalition restore ")
    file = Path(command.split()[2])
    assert run("restore", str(file), "--key", str(home / "backup.key"), "--check").exit_code == 0
    assert f'"schema": "{the_one_before()}"'.encode() in file.read_bytes()[:200]


@pytest.mark.usefixtures("cast")
def test_a_lost_trigger_and_a_row_that_points_at_nothing_are_told(home_of_it: Path) -> None:
    assert home_of_it.exists()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN")
            connection.execute(sa.text("UPDATE accounts SET organisation_id = '0'"))
            connection.execute(sa.text("DROP TRIGGER promise_record_delete"))
        else:
            connection.execute(sa.text("DROP TRIGGER promise_record_delete ON record"))
        connection.commit()
    done = run("upgrade")
    assert done.exit_code == 1
    assert "The trigger promise_record_delete is missing." in done.output
    assert ("A row of accounts points at nothing in organisations." in done.output) == (
        db.engine.dialect.name == "sqlite"
    )


@pytest.mark.usefixtures("app")
def test_the_version_before_can_write_into_the_tables_of_this_one() -> None:
    """The newest step only adds: what the version before knows is still there, and what is new asks nothing of it."""
    new = tables()
    flask_migrate.downgrade(revision=the_one_before())
    old = tables()
    for name, columns in old.items():
        assert set(columns) <= set(new.get(name, {})), name
        for column in set(new[name]) - set(columns):
            assert new[name][column], f"{name}.{column} has to be filled by who does not know it"
    assert set(new) == set(Base.metadata.tables) | {"alembic_version"}


def tables() -> dict[str, dict[str, bool]]:
    """Each table with its columns, and whether a row may leave that one out."""
    inspector = sa.inspect(db.engine)
    return {
        name: {
            str(column["name"]): bool(column["nullable"] or column["default"]) for column in inspector.get_columns(name)
        }
        for name in inspector.get_table_names()
    }
