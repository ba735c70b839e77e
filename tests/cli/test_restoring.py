"""Backup and restore: everything comes back, what was erased does not, and nothing is sent again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from coalition import clock, config
from coalition.actions import forget
from coalition.actions.back_up import back_up
from coalition.cli import main
from coalition.cli.archive_keys import make
from coalition.database import db, prepare, transaction
from coalition.intake import archive_key
from coalition.intake.archive_key import BACKUP
from coalition.models import all_rows
from coalition.models.contact import Contact
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from click.testing import Result

    from tests.cast import Cast
    from tests.databases import Databases


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another machine: a home with the keys, an empty database, the private key of the backups."""

    home: Path
    database: str
    key: Path

    def run(self, *words: str | Path) -> Result:
        """Call `coalition` there."""
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)

    def restore(self, file: Path, *words: str) -> Result:
        """Restore a backup there."""
        return self.run("restore", file, "--key", self.key, *words)

    def engine(self) -> sa.Engine:
        """A way to look into its database."""
        engine = sa.create_engine(self.database)
        prepare(engine)
        return engine

    def rows(self) -> dict[str, list[bytes]]:
        """All its rows, by table."""
        engine = self.engine()
        with engine.connect() as connection:
            found = rows(connection)
        engine.dispose()
        return found


@pytest.fixture
def target(databases: Databases, migrated_database: str) -> Iterator[str]:
    """A database without rows: on SQLite without tables, on PostgreSQL with them, for making them takes its time."""
    is_sqlite = migrated_database.startswith("sqlite")
    address = databases.empty() if is_sqlite else databases.copy(migrated_database)
    yield address
    databases.drop(address)


@pytest.fixture
def elsewhere(tmp_path: Path, home: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    there = tmp_path / "elsewhere"
    there.mkdir()
    shutil.copy(home / "keys.json", there)
    monkeypatch.setenv("COALITION_HOME", str(there))
    monkeypatch.setenv("COALITION_DATABASE", target)
    monkeypatch.setenv("COALITION_PUBLIC_ADDRESS", "http://letters.test")
    key = tmp_path / "backup.key"
    make(key, BACKUP)
    before = config.settings()
    before.journal_path.unlink(missing_ok=True)
    yield Elsewhere(there, target, key)
    config.install(before)
    before.journal_path.unlink(missing_ok=True)


def rows(connection: sa.Connection) -> dict[str, list[bytes]]:
    """All rows, by table, in one order."""
    found: dict[str, list[bytes]] = {}
    name = ""
    for line in all_rows.lines(connection):
        if line.startswith(b'{"table"'):
            name = line.decode()
            found[name] = []
        elif line.startswith(b"["):
            found[name].append(line)
    return {name: sorted(lines) for name, lines in found.items()}


def public(key: Path) -> Any:
    return archive_key.read_private(key.read_text(), BACKUP).public_key()


def test_a_backup_brings_everything_back_but_what_was_erased_and_sends_nothing_again(
    cast: Cast, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    one_was_just_being_sent()
    file, journal_file = tmp_path / "all.backup", config.settings().journal_path
    made = back_up(file, public(elsewhere.key))
    with db.engine.connect() as connection:
        before = rows(connection)
    erase(cast.arabic_member.contact_id)
    builders.withdrawn(letter_id, cast.small_member)
    shutil.copy(journal_file, elsewhere.home)

    with monkeypatch.context() as patched:
        patched.setattr("coalition.actions.replay.replay", cut_off)
        with pytest.raises(ZeroDivisionError):
            elsewhere.restore(file)
    assert "was cut off" in elsewhere.run("verify").output
    done = elsewhere.restore(file)

    assert done.exit_code == 0, done.output
    assert "Erased again by the journal: 2." in done.output
    assert states_of_mails(elsewhere) == {"held": 10, "unknown": 1}
    after = elsewhere.rows()
    changed = {name for name in before if before[name] != after[name]}
    assert not after['{"table":"public_lines"}\n']
    by_who_left = {"openings", "public_lines", "signatures", "site_generations"}
    by_the_restore = {"accounts", "contacts", "invitations", "links", "outgoing_emails", "record", "ticks"}
    assert changed == {f'{{"table":"{name}"}}\n' for name in by_who_left | by_the_restore}
    assert file.stat().st_mode & 0o777 == 0o600
    assert made.rows == sum(len(lines) for lines in before.values())


def cut_off(_erasures: object) -> int:
    raise ZeroDivisionError


def erase(contact_id: UUID) -> None:
    """Erase a contact as the own page does, and write it down."""
    with transaction() as session:
        contact = session.get_one(Contact, contact_id)
        forget.erase_contact(session, contact, now=clock.now())


def one_was_just_being_sent() -> None:
    with transaction() as session:
        row = session.scalars(sa.select(OutgoingEmail).where(OutgoingEmail.state == "queued")).first()
        assert row
        row.state = "transmitting"


def states_of_mails(elsewhere: Elsewhere) -> dict[str, int]:
    """How many mails are in each state there."""
    engine = elsewhere.engine()
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT state, count(*) FROM outgoing_emails GROUP BY state")).all()
    engine.dispose()
    return {str(state): int(number) for state, number in found}


@pytest.mark.usefixtures("cast")
def test_a_restore_touches_nothing_but_an_empty_database_and_a_whole_file(
    elsewhere: Elsewhere, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, torn = tmp_path / "all.backup", tmp_path / "torn.backup"
    back_up(file, public(elsewhere.key))
    (elsewhere.home / "erasures.jsonl").touch()
    torn.write_bytes(file.read_bytes()[:-1] + bytes((file.read_bytes()[-1] ^ 1,)))
    assert "is damaged" in elsewhere.restore(torn).output
    engine = elsewhere.engine()
    assert not sa.inspect(engine).has_table("letters") or not any(elsewhere.rows().values())
    engine.dispose()
    assert "is whole" in elsewhere.restore(file, "--check").output
    db.session.remove()
    db.engine.dispose()
    monkeypatch.setenv("COALITION_DATABASE", database_url)
    done = elsewhere.restore(file)
    assert done.exit_code == 1
    assert "The database is not empty, and nothing is overwritten." in done.output


@pytest.mark.only_on("sqlite")
def test_who_was_erased_does_not_come_back_for_want_of_the_journal(
    cast: Cast, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "all.backup"
    erase(cast.arabic_member.contact_id)
    back_up(file, public(elsewhere.key))
    assert "The journal of erasures is missing" in elsewhere.restore(file).output
    (elsewhere.home / "erasures.jsonl").touch()
    assert "has 0 of 1 lines" in elsewhere.restore(file).output
