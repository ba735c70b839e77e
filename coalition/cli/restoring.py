"""`coalition restore`: a backup into an empty database, whole or not at all, and nothing of it sent again."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa

from coalition import config, journal
from coalition.actions import end_again, hold_back, replay, sweep
from coalition.actions import verify as verifying
from coalition.cli import backing_up, schema
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.intake import archive_key, backup_file, sealed_file, sealed_stream
from coalition.intake.archive_key import BACKUP
from coalition.models import all_rows, triggers
from coalition.models.house import House
from coalition.vault import SealBroken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from sqlalchemy import Connection

    from coalition.intake.sealed_stream import Head
    from coalition.journal import Erasure


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup that was read to its end and found whole."""

    head: Head
    file: IO[bytes]
    secret: str | X25519PrivateKey
    rows: int
    erasures: int
    """How many erasures the journal had when it was made."""


def check(path: Path, *, key_file: Path | None, passphrase_file: Path | None) -> str:
    """Read a whole backup and change nothing: whether it would open. Needs no installation. Raises Refused."""
    with _read(path, key_file, passphrase_file) as backup:
        return _about(path, backup)


def restore(
    path: Path, *, key_file: Path | None, passphrase_file: Path | None, journals: Sequence[Path], journal_is_lost: bool
) -> Iterator[str]:
    """Restore a backup into the empty database of this installation; a sentence for each step. Raises Refused."""
    with _read(path, key_file, passphrase_file) as backup, opened(whatever_schema=True):
        erased = _erasures(backup, journals, is_lost=journal_is_lost)
        if not _is_begun(backup):
            _ensure_empty()
            _make_schema(backup.head.schema)
            _load(backup)
        yield _about(path, backup)
        yield from _finish(erased, backup.head.made_at)


def _about(path: Path, backup: Opened) -> str:
    return f"{path} is whole: {backup.rows} rows as of {backup.head.made_at:%Y-%m-%d %H:%M:%S} UTC."


# -- the file --------------------------------------------------------------------------------------------------------


@contextmanager
def _read(path: Path, key_file: Path | None, passphrase_file: Path | None) -> Iterator[Opened]:
    """The backup, after its last byte was read and found to be right."""
    try:
        with path.open("rb") as file:
            head = sealed_stream.read_head(file)
            secret = backing_up.to_open(
                key_file=key_file, passphrase_file=passphrase_file, sealed_with=head.sealed_with
            )
            lines = backup_file.read(file, secret)
            erasures = _first_line(lines)
            yield Opened(head, file, secret, sum(all_rows.check(lines).values()), erasures)
    except OSError as error:
        raise Refused(f"{path} can not be read ({error.strerror}).") from error
    except (sealed_file.SealedFileError, all_rows.NotTheRows) as error:
        raise Refused(_words(path, error)) from error


def _first_line(lines: Iterator[bytes]) -> int:
    try:
        return int(json.loads(next(lines, b""))["erasures"])
    except (ValueError, KeyError, TypeError) as error:
        raise all_rows.NotTheRows("The first line is not one of a backup.") from error


def _words(path: Path, error: Exception) -> str:  # noqa: PLR0911 -- one sentence for each
    match error:
        case sealed_stream.NewerFormat():
            return f"{path} was made by a newer version of Coalition: install that version."
        case sealed_file.NotAnArchive():
            return f"{path} is no backup of Coalition."
        case sealed_file.WrongPassphrase():
            return "This passphrase does not open the backup."
        case sealed_file.WrongKey():
            return f"The backup was sealed for another key: {archive_key.public_line(error.recipient, BACKUP)}"
        case sealed_file.NeedsPassphrase():
            return "This backup opens with a passphrase, not with a key."
        case all_rows.NotTheRows():
            return f"{path} does not fit: {error} Nothing was changed."
        case _:
            return f"{path} is damaged: part of it is missing or was changed. Nothing was restored; take another copy."


# -- the journal -----------------------------------------------------------------------------------------------------


def _erasures(backup: Opened, journals: Sequence[Path], *, is_lost: bool) -> tuple[Erasure, ...]:
    """What was erased, also since the backup. Raises Refused where the journal is missing, old or not readable."""
    own = config.settings().journal_path
    paths = [path for path in (own, *journals) if path.exists()]
    if not paths and not is_lost:
        raise Refused(
            f"The journal of erasures is missing: without {own}, who was erased since the backup would be back. Put it "
            "there, or name it with --journal; if it is lost, say --journal-is-lost."
        )
    try:
        erased = journal.entries(paths) if paths else ()
        replay.ensure_known(erased)
    except journal.JournalUnreadable as error:
        raise Refused(f"The journal of erasures is damaged. {error}") from error
    except replay.UnknownKind as error:
        raise Refused("The journal of erasures was written by a newer version of Coalition: install that.") from error
    if (held := replay.count(erased)) < backup.erasures and not is_lost:
        raise Refused(
            f"The journal of erasures is older than the backup: it has {held} of {backup.erasures} erasures. Name "
            "the newer ones with --journal; if they are lost, say --journal-is-lost."
        )
    return erased


# -- the database ----------------------------------------------------------------------------------------------------


def _is_begun(backup: Opened) -> bool:
    """Whether this backup was loaded by a restore that was cut off after it."""
    if not sa.inspect(db.engine).has_table("ticks"):
        return False
    begun = hold_back.unfinished(db.session())
    db.session.rollback()
    if begun is not None and begun != backup.head.made_at:
        raise Refused(f"A restore of the backup of {begun:%Y-%m-%d %H:%M:%S} UTC was begun: go on with that file.")
    return begun is not None


def _ensure_empty() -> None:
    with db.engine.connect() as connection:
        for name in all_rows.tables(connection):
            if connection.scalar(sa.select(sa.exists(sa.select(sa.text("1")).select_from(sa.table(name))))):
                raise Refused(
                    "The database is not empty, and nothing is overwritten. Name an empty one in the settings, or move "
                    "the file of the old one away."
                )


def _make_schema(wanted: str) -> None:
    """Tables as the backup has them. Raises Refused where this version does not know them."""
    if not schema.is_known(wanted):
        raise Refused("The backup was made by a newer version of Coalition: install that version.")
    if schema.revision() not in {None, wanted}:
        schema.take_down()
    schema.bring_to(wanted)


def _load(backup: Opened) -> None:
    """All rows in one transaction, held back before anybody sees them; triggers and foreign keys stand at its end."""
    lines = backup_file.read(backup.file, backup.secret)
    _first_line(lines)
    with db.engine.connect() as connection, _without_foreign_keys(connection), connection.begin():
        triggers.drop(connection)
        with _constraints_set_aside(connection):
            all_rows.load(connection, lines)
            _check_keys(connection)
            hold_back.hold_back(connection, made_at=backup.head.made_at)
        triggers.make(connection)
        if wrong := schema.problems(connection):
            raise Refused("\n".join(["The backup does not fit together. Nothing was restored.", *wrong]))


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite: not looked at while rows come in the order of their tables; `schema.problems` looks at the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _constraints_set_aside(connection: Connection) -> Iterator[None]:
    """PostgreSQL: foreign keys are taken off and put back in the same transaction, which checks every row."""
    if connection.dialect.name != "postgresql":
        yield
        return
    query = (
        "SELECT conrelid::regclass::text AS t, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS said "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    found = connection.execute(sa.text(query)).all()
    for table, name, _said in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, said in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {said}")


def _check_keys(connection: Connection) -> None:
    """Raises Refused unless the key file opens what was loaded."""
    columns = (sa.column("id", sa.Uuid()), sa.column("canary", sa.LargeBinary()))
    for house_id, canary in connection.execute(sa.select(*columns).select_from(sa.table("houses"))):
        try:
            House.canary.opened(canary, table="houses", row=house_id)
        except SealBroken as error:
            raise Refused(
                f"{config.settings().keys_path} does not open this backup. Put the key file of that installation there."
            ) from error


# -- after it --------------------------------------------------------------------------------------------------------


def _finish(erased: Sequence[Erasure], made_at: datetime) -> Iterator[str]:
    """Bring the tables to this version, erase and end anew, verify. May be done again after it was cut off."""
    schema.bring_up()
    due = end_again.since(erased, made_at)
    again, ended = replay.replay(due), end_again.end_again(due)
    db.session.remove()
    sweep.sweep()
    journal.add(erased)
    hold_back.finish()
    yield f"Erased again by the journal: {again}." if again else "Nothing that was erased is back."
    if ended:
        yield f"Ended again by the journal: {ended} (links, accounts, passwords, parts in teams, what was public)."
    found = list(verifying.problems(db.session()))
    db.session.rollback()
    if found:
        raise Refused("\n".join(["Restored, but it does not fit together:", *found]))
    counted = verifying.counted(db.session())
    yield f"The record fits: {counted['records']} records, {counted['manifests']} manifests."
    yield (
        "Nothing goes out by itself: start Coalition, sign in as an administrator, and look at the Outbox. What is "
        "held stands there, and you let it go on."
    )
