"""What everything stands on: the key file, the disks, whether the database takes something and is of this version.

Looked at, and never written to.
"""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import select, text
from sqlalchemy.orm import load_only

from coalition import config, signet, vault
from coalition.keys import PURPOSES, Key, KeyRing, KeysMissing, KeysUnusable
from coalition.models.house import House
from coalition.models.key_use import KeyUse
from coalition.signet import Signet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.config import Settings

MEGABYTE: Final = 1024 * 1024
FULL: Final = 200 * MEGABYTE
"""With less room than this, a form with its files, or the log of a busy hour, may find none."""
LOW: Final = 1024 * MEGABYTE
SHOWN_OF_FINGERPRINT: Final = 16
"""Hexadecimal digits: enough to see that two machines hold the same."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk on which something of ours lies: home, database (a SQLite file) or backups."""

    place: str
    folder: Path
    free: int
    """Bytes that we may still write; 0 where the folder is not there."""
    size: int
    state: str
    """ok, low, full, read-only or missing."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The key file, as it lies on this machine's disk now."""

    state: str
    """ok; missing (or not readable); damaged; wrong (it does not open the database); lacking (a key in use)."""
    lacking: tuple[str, ...] = ()
    """The purposes whose key is not held."""
    is_private: bool = True
    """Whether its owner alone may read it."""


def disks(settings: Settings) -> tuple[Disk, ...]:
    """The disks of this machine that must have room."""
    found = [_disk("home", settings.home)]
    if file := sqlite_file(settings):
        found.append(_disk("database", file.parent, needed=file.stat().st_size if file.exists() else 0, file=file))
    if settings.backup_folder:
        found.append(_disk("backups", Path(settings.backup_folder)))
    return tuple(found)


def sqlite_file(settings: Settings) -> Path | None:
    """The file of a SQLite database."""
    url = settings.database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _disk(place: str, folder: Path, *, needed: int = 0, file: Path | None = None) -> Disk:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return Disk(place, folder, 0, 0, "missing")
    writable = os.access(folder, os.W_OK) and (file is None or not file.exists() or os.access(file, os.W_OK))
    if usage.free < FULL:
        state = "full"
    elif not writable:
        state = "read-only"
    else:  # to be swept, or copied before an upgrade, a database needs as much room again
        state = "low" if usage.free < max(LOW, 2 * needed) else "ok"
    return Disk(place, folder, usage.free, usage.total, state)


def takes_nothing(session: Session) -> bool:
    """Whether the database reads and does not write: a standby, or one that was told to (a file: see `disks`)."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    return bool(session.scalar(text("SELECT current_setting('transaction_read_only') = 'on'")))


def schema(session: Session) -> str:
    """How the tables stand to this version: newest, older, newer, or none."""
    present = MigrationContext.configure(session.connection()).get_current_revision()
    scripts = _migrations()
    if present is None or present == scripts.get_current_head():
        return "none" if present is None else "newest"
    with suppress(CommandError):
        scripts.get_revision(present)
        return "older"
    return "newer"


@lru_cache(maxsize=1)
def _migrations() -> ScriptDirectory:
    return ScriptDirectory(str(config.folder("migrations")))


def keys(session: Session, settings: Settings) -> Keys:
    """Whether the key file opens this database when the next process starts."""
    path = settings.keys_path
    try:
        ring = KeyRing.read(path)
        is_private = not stat.S_IMODE(path.stat().st_mode) & 0o077
    except (KeysMissing, OSError):
        return Keys("missing")
    except KeysUnusable:
        return Keys("damaged")
    if not _opens(session, ring):
        return Keys("wrong", is_private=is_private)
    used: dict[str, str] = dict(session.execute(select(KeyUse.purpose, KeyUse.key_id)).all())
    lacking = tuple(purpose for purpose in PURPOSES if purpose in used and ring.find(purpose, used[purpose]) is None)
    return Keys("lacking" if lacking else "ok", lacking, is_private)


def _opens(session: Session, ring: KeyRing) -> bool:
    """Whether a ring opens what was sealed when the coalition was founded."""
    house = session.scalar(select(House).options(load_only(House._canary)).limit(1))  # noqa: SLF001 -- our own column
    if house is None:
        return True
    sealed = house._canary  # noqa: SLF001 -- our own column
    return vault.opens(ring, sealed, table=House.__tablename__, column=House.canary.column, row=house.id)


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key of the file, without its secret."""

    purpose: str
    name: str
    writes: bool
    made_on: date | None
    """The day in its name."""
    fingerprint: str
    """The same on every machine that holds the same key; for the one that signs, the published one."""


def held_keys(session: Session, settings: Settings) -> tuple[HeldKey, ...]:
    """What the key file holds, by purpose, oldest first; nothing where it can not be read."""
    try:
        ring = KeyRing.read(settings.keys_path)
    except (KeysMissing, KeysUnusable):
        return ()
    ring.use(dict(session.execute(select(KeyUse.purpose, KeyUse.key_id)).all()))
    return tuple(_held(ring, purpose, key) for purpose in PURPOSES for key in ring.keys(purpose))


def _held(ring: KeyRing, purpose: str, key: Key) -> HeldKey:
    try:
        made_on = datetime.strptime(key.id[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        made_on = None
    try:
        writes = ring.current(purpose) == key
    except KeysUnusable:
        writes = False
    fingerprint = Signet(key.secret).fingerprint if purpose == signet.PURPOSE else key.fingerprint
    return HeldKey(purpose, key.id, writes, made_on, fingerprint[:SHOWN_OF_FINGERPRINT])
