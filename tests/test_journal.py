"""The journal of erasures: no crash loses an erasure that was acknowledged, and none is invented."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from coalition import config, journal
from coalition.database import after_commit, transaction
from coalition.journal import Erasure, JournalUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.only_on("sqlite")]


@pytest.fixture
def path() -> Iterator[Path]:
    found = config.settings().journal_path
    found.unlink(missing_ok=True)
    yield found
    found.unlink(missing_ok=True)


def test_an_erasure_is_on_the_disk_before_the_database_forgets(path: Path) -> None:
    erased, seen = uuid4(), []
    with transaction():
        journal.append("contact", erased, NOW)
        after_commit(lambda: seen.append(journal.entries()))
        assert not path.exists()
    assert seen == [(Erasure("contact", erased, NOW),)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_can_not_be_written_down_is_not_erased(path: Path) -> None:
    path.mkdir()
    try:
        with pytest.raises(OSError, match="directory"), transaction():
            journal.append("contact", uuid4(), NOW)
    finally:
        path.rmdir()


def test_a_transaction_that_is_undone_erases_nothing(path: Path) -> None:
    def erase_and_fail() -> None:
        with transaction():
            journal.append("contact", uuid4(), NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        erase_and_fail()
    assert not path.exists()


def test_a_line_that_a_crash_cut_off_is_passed_over_and_written_over(path: Path) -> None:
    first, second = uuid4(), uuid4()
    with transaction():
        journal.append("contact", first, NOW)
    with path.open("ab") as file:
        file.write(b'{"kind": "organis')
    assert [one.id for one in journal.entries()] == [first]
    with transaction():
        journal.append("organisation", second, NOW)
    assert [one.id for one in journal.entries()] == [first, second]


def test_a_damaged_line_is_told_and_not_passed_over(path: Path) -> None:
    with transaction():
        journal.append("contact", uuid4(), NOW)
    path.write_bytes(path.read_bytes().replace(b'"kind"', b'"kin"'))
    with pytest.raises(JournalUnreadable, match="line 1"):
        journal.entries()


def test_journals_of_several_machines_are_read_as_one(path: Path, tmp_path: Path) -> None:
    with transaction():
        journal.append("contact", uuid4(), NOW)
    other = tmp_path / "other.jsonl"
    other.write_bytes(path.read_bytes())
    with transaction():
        journal.append("letter", uuid4(), NOW)
    assert len(journal.entries([path, other])) == 2
    said = journal.entries()
    path.unlink()
    journal.add(said)
    journal.add(said)
    assert journal.entries() == said
    assert path.read_bytes().count(b"\n") == 2


def test_an_erasure_is_written_down_only_within_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        journal.append("contact", uuid4(), NOW)
