"""Backup and restore: everything comes back, what was erased does not, and nothing is sent again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from coalition import clock, config, journal
from coalition.actions import (
    circulate,
    directory,
    end_again,
    enter,
    forget,
    hand_over,
    replay,
    retract,
    second_step,
)
from coalition.actions.back_up import back_up
from coalition.cli import main
from coalition.cli.archive_keys import make
from coalition.database import Base, db, prepare, transaction
from coalition.intake import archive_key
from coalition.intake.archive_key import BACKUP
from coalition.models import all_rows, ends
from coalition.models.contact import Contact
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.second_step import Passkey
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def test_what_was_ended_since_the_backup_does_not_live_again(cast: Cast, elsewhere: Elsewhere, tmp_path: Path) -> None:
    letter_id, open_id = builders.an_open_letter(cast), builders.an_open_letter(cast, title="Repeal the law")
    builders.signed(letter_id, cast.small_member)
    builders.signed(open_id, cast.small_member)
    invitation_id = builders.invitation_of(open_id, cast.arabic_member).id
    handed_over = builders.invitation_of(open_id, cast.unnamed_member).id
    hand_over.make_link(handed_over, by=cast.coordinator, reason="Mail does not reach them.")
    passkey_of(cast.coordinator_id)
    builders.published(cast, letter_id)
    file = tmp_path / "all.backup"
    back_up(file, public(elsewhere.key))
    shutil.copy(config.settings().journal_path, elsewhere.home / "erasures.jsonl")
    assert elsewhere.restore(file, "--check").exit_code == 0

    circulate.revoke(invitation_id, by=cast.coordinator)
    hand_over.end_link(open_id, db.session.scalars(sa.select(Link.id).where(Link.channel == "hand")).one(),
                       by=cast.coordinator)  # fmt: skip
    directory.end_contact(cast.colleague_contact_id, by=cast.coordinator)
    builders.withheld(open_id, cast.small_member)
    retract.retract(letter_id, {"en": "It was wrong."}, by=cast.coordinator)
    enter.end_account(cast.other_coordinator_id, by=cast.coordinator)
    second_step.take_away(cast.coordinator_id, by=None)
    enter.change_password(cast.coordinator_id, password="another long one 7", hash_password=str.upper)
    shutil.copy(config.settings().journal_path, elsewhere.home / "erasures.jsonl")
    done = elsewhere.restore(file)

    assert done.exit_code == 0, done.output
    assert "Ended again by the journal: " in done.output
    engine = elsewhere.engine()
    with engine.connect() as connection:
        found = {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in LIVE_AGAIN}  # noqa: S608 -- ours
        why = connection.scalar(sa.text("SELECT retraction FROM public_letters"))
    engine.dispose()
    assert found == LIVE_AGAIN
    assert why in ({}, "{}")


LIVE_AGAIN: Final = {
    "invitations WHERE revoked_at IS NOT NULL AND epoch > 1": 1,
    "links WHERE channel = 'hand' AND revoked_at IS NULL": 0,
    "contacts WHERE ended_at IS NOT NULL AND epoch > 1": 1,
    "signatures WHERE visibility = 'named' AND masked_at IS NULL": 1,  # of the other letter
    "public_letters WHERE retracted_at IS NULL": 0,
    "accounts WHERE ended_at IS NULL": 1,
    "accounts WHERE password IS NOT NULL AND ended_at IS NULL": 0,
    "passkeys": 0,
}
"""What is there after a restore, and how often."""


def passkey_of(account_id: UUID) -> None:
    """Give an account a passkey."""
    with transaction() as session:
        key = {"credential_id": b"1", "public_key": b"2", "transports": [], "is_synced": False}
        session.add(Passkey(account_id=account_id, name="Key", sign_count=0, made_at=clock.now(), **key))


def test_what_ended_before_the_backup_may_live_in_it() -> None:
    made_at = clock.now()
    before, after = made_at - timedelta(days=2), made_at + timedelta(hours=1)
    lines = [journal.Erasure(kind, uuid4(), at) for kind in ("contact", "link", "name") for at in (before, after)]
    assert [(one.kind, one.at) for one in end_again.since(lines, made_at)] == [
        ("contact", before), ("contact", after), ("link", after), ("name", after)
    ]  # fmt: skip


def test_every_end_of_a_row_is_heard_by_the_journal() -> None:
    heard = {(end.column.class_.__name__, end.column.key) for end in ends.ENDS}
    columns = {
        (mapper.class_.__name__, key)
        for mapper in Base.registry.mappers
        for key in mapper.columns.keys()  # noqa: SIM118 -- iterated, it gives the columns
        if key in {"revoked_at", "ended_at", "ended_on", "epoch", "retracted_at", "undone_at"}
    }
    assert columns - heard == {
        ("DeskSession", "ended_at"),  # a restore ends them all
        ("Edition", "undone_at"),  # written down by its verb
        ("Link", "epoch"),  # what it was made with
        ("PublicLetter", "retracted_at"),  # written down by its verb
    }
    assert {end.kind for end in ends.ENDS} <= {*end_again.END, *replay.ERASE}


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
    assert "has 0 of 1 erasures" in elsewhere.restore(file).output
