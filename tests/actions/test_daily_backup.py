"""The day's backup: once however many workers run, again where it failed, the old ones removed by rule alone."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from coalition import config
from coalition.actions import backups, machine
from coalition.actions.daily_backup import back_up_due, kept
from coalition.database import db
from coalition.intake import archive_key, backup_file
from coalition.intake.archive_key import BACKUP
from coalition.models.machinery import Backup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

KEY = archive_key.generate()
MORNING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001 -- the settings are the app's
    """Where the backups of each day lie."""
    made, before = tmp_path / "backups", config.settings()
    made.mkdir()
    line = archive_key.public_line(KEY.public_key(), BACKUP)
    config.install(replace(before, backup_folder=str(made), backup_key=line))
    yield made
    config.install(before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_made_once_a_day_after_its_hour(folder: Path) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        clock.move_to(MORNING - timedelta(hours=2))
        assert back_up_due() is None
        clock.move_to(MORNING)
        path = back_up_due()
        assert path is not None
        assert names(folder) == ["coalition-2026-11-23T0300Z.backup"] == [path.name]
        with path.open("rb") as file:
            assert len(list(backup_file.read(file, KEY))) > 60
        clock.shift(timedelta(hours=20))
        assert back_up_due() is None
        assert machine.look(db.session(), now=MORNING).works[0].state == "ok"
        clock.shift(timedelta(hours=14))
        assert machine.look(db.session(), now=MORNING + timedelta(hours=34)).works[0].state == "late"
        assert back_up_due() is not None


def test_two_workers_at_once_make_one(app: Flask, folder: Path) -> None:
    made: list[object] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            barrier.wait()
            made.append(back_up_due())
            db.session.remove()

    with time_machine.travel(MORNING, tick=False):
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert len(names(folder)) == 1
    assert sum(one is not None for one in made) == 1


def test_one_that_failed_is_told_and_tried_again_two_hours_later(folder: Path) -> None:
    folder.rmdir()
    with time_machine.travel(MORNING, tick=False) as clock:
        with pytest.raises(FileNotFoundError):
            back_up_due()
        assert machine.look(db.session(), now=MORNING).in_trouble[0].state == "failing"
        clock.shift(timedelta(hours=1))
        assert back_up_due() is None
        folder.mkdir()
        clock.shift(timedelta(hours=1))
        assert back_up_due() is not None
        assert machine.look(db.session(), now=MORNING + timedelta(hours=2)).is_well


@pytest.mark.only_on("sqlite")
def test_old_ones_go_by_the_rule_and_nothing_else_does(folder: Path) -> None:
    old = "coalition-2024-01-01T0200Z.backup"
    stay = ["coalition-2026-11-22T0200Z.backup", "coalition-before-upgrade.backup", "notes.txt"]
    for name in (old, *stay):
        (folder / name).touch()
    config.install(replace(config.settings(), backup_weeks=0, backup_months=0, backup_days=2))
    with time_machine.travel(MORNING, tick=False):
        back_up_due()
    assert names(folder) == sorted([*stay, "coalition-2026-11-23T0300Z.backup"])


@pytest.mark.only_on("sqlite")
def test_the_last_of_each_day_week_and_month_is_kept() -> None:
    every = [MORNING - timedelta(hours=12 * number) for number in range(800)]
    stay = sorted(kept(every, days=3, weeks=2, months=3), reverse=True)
    assert [f"{moment:%m-%d %H}" for moment in stay] == ["11-23 03", "11-22 15", "11-21 15", "10-31 15", "09-30 15"]
    assert kept(every[:1], days=1, weeks=0, months=0) == {MORNING}


def test_each_has_a_row_that_goes_with_its_file(folder: Path) -> None:
    config.install(replace(config.settings(), backup_weeks=0, backup_months=0, backup_days=1))
    with time_machine.travel(MORNING, tick=False) as clock:
        first = back_up_due()
        assert first is not None
        row = backups.last(db.session())
        assert row is not None
        assert (row.name, row.made_at, row.size) == (first.name, MORNING, first.stat().st_size)
        clock.shift(timedelta(days=1))
        second = back_up_due()
    assert second is not None
    assert list(db.session.scalars(select(Backup.name))) == [second.name] == names(folder)


def test_one_that_failed_has_no_row(folder: Path) -> None:
    folder.rmdir()
    with time_machine.travel(MORNING, tick=False), pytest.raises(FileNotFoundError):
        back_up_due()
    assert backups.last(db.session()) is None
