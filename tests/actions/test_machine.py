"""What of the machine needs somebody: each thing is found, and what can wait does not pass for what can not."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from coalition import clock, config
from coalition.actions import footing, hold_back, machine
from coalition.database import db, transaction
from coalition.intake import archive_key
from coalition.intake.archive_key import BACKUP
from coalition.keys import KeyRing
from coalition.models.house import House
from coalition.models.key_use import KeyUse
from coalition.models.machinery import Backup, Tick
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coalition.config import Settings

Usage = namedtuple("Usage", ("total", "used", "free"))  # noqa: PYI024 -- as shutil has it


@pytest.fixture
def own_home(app: object, cast: object, tmp_path: Path) -> Iterator[Settings]:  # noqa: ARG001 -- in the cast's database
    """The settings of a machine that has the cast's keys in a home of its own, and mail that went out."""
    usual = config.settings()
    (tmp_path / "keys.json").write_bytes(usual.keys_path.read_bytes())
    (tmp_path / "keys.json").chmod(0o600)
    config.install(replace(usual, home=tmp_path))
    with transaction() as session:
        session.query(OutgoingEmail).update({"state": "accepted"})
    yield config.settings()
    config.install(usual)


def backed_up(settings: Settings, folder: Path) -> Settings:
    """The same machine, with a backup promised each day."""
    line = archive_key.public_line(archive_key.generate().public_key(), BACKUP)
    return replace(settings, backup_folder=str(folder), backup_key=line)


def found(*, later: timedelta = timedelta()) -> dict[str, bool]:
    """What is found, and whether it is grave."""
    db.session.rollback()
    looked = machine.look(db.session(), now=clock.now() + later)
    assert looked.is_well == (not any(one.is_grave for one in looked.findings))
    return {str(one): one.is_grave for one in looked.findings}


@pytest.mark.usefixtures("own_home")
def test_nothing_needs_anybody_on_a_machine_that_is_well() -> None:
    assert found() == {}


def test_a_key_file_that_is_away_damaged_or_of_another_house_is_found(own_home: Settings) -> None:
    path = own_home.keys_path
    path.unlink()
    assert found() == {"keys missing": True}
    path.write_text("{")
    path.chmod(0o600)
    assert found() == {"keys damaged": True}
    path.unlink()
    KeyRing.generate().write(path)
    assert found() == {"keys wrong": True}


def test_a_key_in_use_that_the_file_lacks_is_found(own_home: Settings) -> None:
    with transaction() as session:
        session.merge(KeyUse(purpose="session", key_id="20990101-abcd", since=clock.now()))
    assert found() == {"keys lacking session": True}
    own_home.keys_path.chmod(0o640)
    assert found() == {"keys lacking session": True, "keys readable by others": False}


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize(("free", "expected"), [(100, "disk full home"), (900, "disk low home")])
def test_a_disk_without_room_is_found(monkeypatch: pytest.MonkeyPatch, free: int, expected: str) -> None:
    usage = Usage(100_000 * footing.MEGABYTE, 0, free * footing.MEGABYTE)
    monkeypatch.setattr("coalition.actions.footing.shutil.disk_usage", lambda _folder: usage)
    assert found()[expected] is ("full" in expected)


def test_a_folder_of_backups_that_is_not_there_can_wait_until_the_backup_fails(own_home: Settings) -> None:
    config.install(backed_up(own_home, own_home.home / "not mounted"))
    assert found() == {"disk missing backups": False}


@pytest.mark.parametrize("was_made", [True, False])
def test_a_backup_that_is_old_is_grave_where_one_a_day_was_promised(own_home: Settings, *, was_made: bool) -> None:
    with transaction() as session:
        session.query(House).update({"founded_at": clock.now()})
        if was_made:
            session.add(Backup(made_at=clock.now(), name="all.backup", size=1))
    expected = "backup old" if was_made else "no backup"
    assert expected not in found(later=timedelta(days=6, hours=23))
    assert found(later=timedelta(days=8))[expected] is False
    config.install(backed_up(own_home, own_home.home))
    assert expected not in found(later=timedelta(hours=29))
    assert found(later=timedelta(hours=31))[expected] is True


@pytest.mark.usefixtures("own_home")
def test_a_restored_site_waits_for_a_word_and_a_torn_restore_is_grave() -> None:
    with transaction() as session:
        session.add(Tick(fact=hold_back.WAITS, at=clock.now()))
    assert found() == {"restore waits": False}
    with transaction() as session:
        session.add(Tick(fact=hold_back.UNFINISHED, at=clock.now()))
    assert found() == {"restore unfinished": True}


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize(("revision", "expected"), [("0001", "schema older"), ("9999", "schema newer")])
def test_tables_of_another_version_are_found(revision: str, expected: str) -> None:
    here = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": revision})
    try:
        assert found()[expected] is True
    finally:
        with transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": here})


@pytest.mark.only_on("postgres")
@pytest.mark.usefixtures("own_home")
def test_a_database_that_takes_nothing_is_found() -> None:
    db.session.rollback()
    db.session.execute(text("SET TRANSACTION READ ONLY"))
    looked = machine.look(db.session(), now=clock.now())
    assert [str(one) for one in looked.findings] == ["database read-only"]


def test_looking_changes_no_row_and_no_key(own_home: Settings) -> None:
    before = own_home.keys_path.stat().st_mtime_ns
    found()
    assert not db.session.new
    assert not db.session.dirty
    assert own_home.keys_path.stat().st_mtime_ns == before
