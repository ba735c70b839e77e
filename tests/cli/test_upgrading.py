"""`coalition upgrade`: copied first, all or nothing, looked over afterwards, and with a way back that works."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

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
    """The newest step only adds: what the version before knows is still there, and what is new asks nothing of it.

    One that does more says in its docstring why "the version before" goes on all the same.
    """
    new = tables()
    assert set(new) == set(Base.metadata.tables) | {"alembic_version"}
    flask_migrate.downgrade(revision=the_one_before())
    found = [f"{name}: {said}" for name, old in tables().items() for said in taken_away(old, new.get(name))]
    step = ScriptDirectory(str(folder("migrations"))).get_revision(newest())
    assert not found or "the version before" in (step.longdoc or ""), "\n".join(found)


def test_what_the_version_before_would_stumble_over_is_found() -> None:
    old = Shape(
        {"id": ("UUID", False), "name": ("TEXT", True)}, {"purpose": "purpose IN ('a', 'b')"}, frozenset({("u", "id")})
    )
    wider = Shape(
        old.columns | {"new": ("TEXT", True)}, {"purpose": "purpose IN ('a', 'b', 'c')"},
        old.others | {("f", "new")},
    )  # fmt: skip
    assert list(taken_away(old, wider)) == []
    assert list(taken_away(old, None)) == ["the table is gone"]
    narrower = Shape(
        {"id": ("UUID", False), "name": ("TEXT", False), "must": ("TEXT", False)},
        {"purpose": "purpose IN ('a')", "more": "name <> ''"}, old.others | {("u", "name")},
    )  # fmt: skip
    assert list(taken_away(old, narrower)) == [
        "name may be empty no more",
        "must has to be filled by who does not know it",
        "the check purpose takes less",
        "the check more is new",
        "u name is asked for",
    ]
    assert list(taken_away(old, Shape({"id": ("INTEGER", False)}, {}, frozenset()))) == [
        "id is of another type", "name is gone"
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table asks of who writes into it."""

    columns: dict[str, tuple[str, bool]]
    """By name: the type, and whether a row may leave that one out."""
    checks: dict[str, str]
    others: frozenset[tuple[str, ...]]
    """Unique and foreign keys: of which kind, and of which columns."""


def taken_away(old: Shape, new: Shape | None) -> Iterator[str]:
    """What who knows the old table alone could stumble over in the new one."""
    if new is None:
        yield "the table is gone"
        return
    for name, before in old.columns.items():
        yield from (f"{name} {said}" for said in _changed(before, new.columns.get(name)))
    for name in new.columns.keys() - old.columns.keys():
        if not new.columns[name][1]:
            yield f"{name} has to be filled by who does not know it"
    for name, said in new.checks.items():
        if name not in old.checks:
            yield f"the check {name} is new"
        elif said != old.checks[name] and not set(VALUE.findall(old.checks[name])) <= set(VALUE.findall(said)):
            yield f"the check {name} takes less"
    for kind, *columns in sorted(new.others - old.others):
        if old.columns.keys() & set(columns):
            yield f"{kind} {', '.join(columns)} is asked for"


def _changed(before: tuple[str, bool], after: tuple[str, bool] | None) -> Iterator[str]:
    if after is None:
        yield "is gone"
    elif after[0] != before[0]:
        yield "is of another type"
    elif before[1] and not after[1]:
        yield "may be empty no more"


VALUE: Final = re.compile(r"'[^']*'")


def tables() -> dict[str, Shape]:
    """Each table, and what it asks for."""
    inspector = sa.inspect(db.engine)
    return {
        name: Shape(
            {
                str(column["name"]): (str(column["type"]), bool(column["nullable"] or column["default"]))
                for column in inspector.get_columns(name)
            },
            {str(check["name"]): str(check["sqltext"]) for check in inspector.get_check_constraints(name)},
            frozenset(
                {
                    ("unique", *(str(one) for one in key["column_names"]))
                    for key in inspector.get_unique_constraints(name)
                }
                | {
                    (
                        "unique",
                        *(str(one) for one in key["column_names"]),
                        *(f"{said}" for said in key["dialect_options"].values()),
                    )
                    for key in inspector.get_indexes(name)
                    if key["unique"]
                }
                | {("foreign", *key["constrained_columns"]) for key in inspector.get_foreign_keys(name)}
            ),
        )
        for name in inspector.get_table_names()
    }
