"""`coalition migrate` and `coalition upgrade`: the database is brought to this version, after a copy.

The steps of a migration are one transaction on both databases: killed in its midst, the database is as before, and the
same command does it again. Killed after it, the command finds the database at this version and looks it over.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from coalition import clock
from coalition.actions import back_up
from coalition.actions import verify as verifying
from coalition.actions.readiness import SENTENCES
from coalition.cli import backing_up, schema
from coalition.cli.refusal import Refused, opened, read_settings, refuse_half_restored
from coalition.database import DatabaseBusy, db
from coalition.intake.backup_file import UNFINISHED, put_in_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.config import Settings


def migrate() -> None:
    """Bring the database of this installation to this version. Raises Refused."""
    settings = read_settings()
    with opened(settings, whatever_schema=True):
        if not _is_older():
            click.echo("The database is at this version already.")
            return
        if database := _file_of(settings):
            click.echo(f"A copy of the database is in {_copy(database)}.")
        _bring_up()
        click.echo("The database is at this version now.")


def upgrade(*, key: str, passphrase_file: Path | None, has_copy: bool) -> Iterator[str]:
    """Copy the database, bring it to this version, look it over; a sentence for each step. Raises Refused."""
    settings = read_settings()
    with opened(settings, whatever_schema=True):
        is_older, way_back = _is_older(), ""
        refuse_half_restored()
        if is_older:
            if not has_copy:
                way_back = _copied(settings, key=key, passphrase_file=passphrase_file)
                yield way_back
            _bring_up()
        with db.engine.connect() as connection:
            wrong = schema.problems(connection)
        wrong += verifying.problems(db.session())
        if wrong:
            raise Refused("\n".join(["The database does not fit together:", *wrong, way_back]).rstrip())
        yield "The database is at this version now." if is_older else "The database is at this version already."
        yield "Triggers, constraints and foreign keys are as they must be, and the record fits."


def _is_older() -> bool:
    """Whether there is something to do. Raises Refused where there is no database of ours, or a newer one."""
    state = schema.state()
    if state not in {schema.State.CURRENT, schema.State.OLDER}:
        raise Refused(SENTENCES[state.value])
    return state is schema.State.OLDER


def _bring_up() -> None:
    try:
        schema.bring_up()
    except DatabaseBusy as error:
        raise Refused(
            "Others work with the database all the time. Nothing was changed: stop Coalition on every machine, and run "
            "this again."
        ) from error


def _copied(settings: Settings, *, key: str, passphrase_file: Path | None) -> str:
    """Make the copy to go back to; says where it is, and by which words one goes back."""
    back = "To go back, stop everything, install the version of before, and run:"
    database = _file_of(settings)
    if database is not None:
        copy = _copy(database)
        return f"A copy is in {copy}. {back}\n    rm -f {database}-wal {database}-shm && mv {copy} {database}"
    if not (key or passphrase_file or settings.backup_key):
        raise Refused(
            "Without a copy nothing is changed: set backup_key (`coalition backup-key FILE` makes one), or give --to "
            "or --passphrase-file; with a copy of your own say --i-have-a-copy."
        )
    copy = settings.home / f"coalition.before-{_stamp()}.backup"
    secret = backing_up.to_seal(settings, key=key, passphrase_file=passphrase_file)
    try:
        back_up.back_up(copy, secret)
    except OSError as error:
        raise Refused(f"{copy} can not be written ({error.strerror}). Nothing was changed.") from error
    opens = "--key FILE" if isinstance(secret, X25519PublicKey) else "--passphrase-file FILE"
    return f"A backup is in {copy}. {back}\n    coalition restore {copy} {opens}    (into an empty database)"


def _file_of(settings: Settings) -> Path | None:
    """The file of a SQLite database."""
    url = settings.database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _copy(database: Path) -> Path:
    """A whole copy of the SQLite database beside it, which appears when it is on the disk."""
    for torn in database.parent.glob(f".{database.name}.before-*{UNFINISHED}"):
        torn.unlink()
    copy = database.with_name(f"{database.name}.before-{_stamp()}")
    try:
        with put_in_place(copy) as file:
            schema.copy_sqlite(Path(file.name))
    except OSError as error:
        raise Refused(f"{copy} can not be written ({error.strerror}). Nothing was changed.") from error
    return copy


def _stamp() -> str:
    return f"{schema.revision()}-{clock.now():%Y%m%dT%H%M%S%fZ}"
