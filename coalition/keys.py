"""The key rings: one file, mode 0600, kept apart from the database and its backups.

The file is JSON: a purpose to a list of keys, oldest first. All of them read; the one that the database names writes
(coalition.models.key_use), and where it names none, the last.

    {"link": [{"id": "20261122-9f3c", "key": "<base64, 32 bytes>"}], "vault": […], …}

A ring that was read from a file reads it again when it meets a key that it does not know, so that a process that runs
while a key is added needs no restart.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coalition import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

PURPOSES = ("link", "form", "session", "vault", "index", "manifest")
KEY_BYTES = 32
OF_A_MOMENT = ("form", "session")
"""What these keys write rests nowhere: a form that stands open, a cookie."""


class KeysMissing(Exception):
    """The key file is not there or can not be read."""


class KeysUnusable(Exception):
    """The key file is there but does not hold what it must."""


@dataclass(frozen=True, slots=True)
class Key:
    """One secret with its public name."""

    id: str
    secret: bytes

    @property
    def fingerprint(self) -> str:
        """By what it is known to be the same on two machines: 64 hexadecimal digits that tell nothing of the secret."""
        return hashlib.sha256(b"coalition key\0" + self.secret).hexdigest()


class KeyRing:
    """Every key of one installation, by purpose."""

    def __init__(self, keys: dict[str, list[Key]], *, path: Path | None = None) -> None:
        missing = [purpose for purpose in PURPOSES if not keys.get(purpose)]
        if missing:
            raise KeysUnusable("The key file has no key for: " + ", ".join(missing))
        self._keys = keys
        self._path = path
        self._seen = _look_of(path)
        self._used: dict[str, str] = {}
        self.times_read = 0

    @classmethod
    def generate(cls) -> KeyRing:
        """A ring of fresh random keys, one for each purpose."""
        name = _key_name()
        return cls({purpose: [Key(name, secrets.token_bytes(KEY_BYTES))] for purpose in PURPOSES})

    @classmethod
    def read(cls, path: Path) -> KeyRing:
        """The ring in the file at `path`. Raises KeysMissing or KeysUnusable, each with a sentence for the operator."""
        seen = _look_of(path)
        ring = cls(_keys_in(path), path=path)
        ring._seen = seen  # a file that changed meanwhile is read again
        return ring

    def reread(self) -> bool:
        """Read the file again if it is another than before; says whether it was. What can not be read is not."""
        look = _look_of(self._path)
        if self._path is None or look is None or look == self._seen:
            return False
        try:
            fresh = KeyRing(_keys_in(self._path))
        except (KeysMissing, KeysUnusable):
            return False
        self._keys, self._seen = fresh._keys, look
        self.times_read += 1
        return True

    def use(self, used: Mapping[str, str]) -> None:
        """Write with these keys from now on: a purpose to the name of its key, as the database has it."""
        self._used = dict(used)

    def write(self, path: Path) -> None:
        """Write the ring to a new file that only its owner can read. Never overwrites one."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        entries = {
            purpose: [{"id": key.id, "key": base64.b64encode(key.secret).decode()} for key in keys]
            for purpose, keys in self._keys.items()
        }
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())

    def rewrite(self, path: Path) -> None:
        """Put the ring in the place of the one in a file; owner and mode stay. After a crash one of both is whole."""
        owner = path.stat()
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            self.write(fresh)
            fresh.chmod(stat.S_IMODE(owner.st_mode))
            if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(fresh, owner.st_uid, owner.st_gid)
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def with_another(self, purpose: str) -> tuple[KeyRing, str]:
        """The ring with one more fresh key for `purpose` at its end, and that key's name."""
        name = _key_name()
        while self._named(purpose, name):
            name = _key_name()
        fresh = Key(name, secrets.token_bytes(KEY_BYTES))
        return KeyRing(self._keys | {purpose: [*self._keys[purpose], fresh]}), fresh.id

    def without(self, purpose: str, key_id: str) -> KeyRing:
        """The ring without one key. Raises KeysUnusable where that was the only one."""
        return KeyRing(self._keys | {purpose: [key for key in self._keys[purpose] if key.id != key_id]})

    def with_a_new(self, purpose: str) -> KeyRing:
        """The ring with one fresh key for `purpose` in the place of those it had: what they wrote needs them no more.

        True of signatures alone. What a key sealed, hashed or linked is lost with it.
        """
        fresh = Key(_key_name(), secrets.token_bytes(KEY_BYTES))
        return KeyRing(self._keys | {purpose: [fresh]})

    def current(self, purpose: str) -> Key:
        """The key that writes for `purpose`. Raises KeysUnusable where the one that the database names is not held."""
        named = self._used.get(purpose)
        if named is None:
            return self._keys[purpose][-1]
        key = self.find(purpose, named)
        if key is not None:
            return key
        if purpose in OF_A_MOMENT:
            return self._keys[purpose][-1]  # what it writes is read for hours, and by this process alone if need be
        raise KeysUnusable(f"The key file lacks the {purpose} key {named}, with which the database is written.")

    def find(self, purpose: str, key_id: str) -> Key | None:
        """The key of that name, or None when neither the ring nor its file holds it."""
        found = self._named(purpose, key_id)
        if found is None and self.reread():
            found = self._named(purpose, key_id)
        return found

    def _named(self, purpose: str, key_id: str) -> Key | None:
        return next((key for key in self._keys[purpose] if key.id == key_id), None)

    def keys(self, purpose: str) -> list[Key]:
        """The keys of `purpose`, oldest first."""
        return list(self._keys[purpose])

    def names(self, purpose: str) -> list[str]:
        """The names of the keys of `purpose`, oldest first."""
        return [key.id for key in self._keys[purpose]]

    def secrets(self, purpose: str) -> list[bytes]:
        """All secrets of `purpose`, the one that writes last: the order in which itsdangerous wants them."""
        writes = self.current(purpose)
        return [*(key.secret for key in self._keys[purpose] if key.id != writes.id), writes.secret]


def _keys_in(path: Path) -> dict[str, list[Key]]:
    """What a key file holds. Raises KeysMissing, KeysUnusable."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise KeysMissing(
            f"The key file {path} can not be read ({error.strerror}). Put it back, or restore it."
        ) from error
    except ValueError as error:
        raise KeysUnusable(f"The key file {path} is not JSON. Restore it from your copy.") from error
    try:
        keys = {
            purpose: [Key(entry["id"], base64.b64decode(entry["key"], validate=True)) for entry in entries]
            for purpose, entries in raw.items()
        }
    except (AttributeError, KeyError, TypeError, binascii.Error) as error:
        raise KeysUnusable(f"The key file {path} is damaged. Restore it from your copy.") from error
    if any(len(key.secret) != KEY_BYTES for entries in keys.values() for key in entries):
        raise KeysUnusable(f"The key file {path} holds a key of the wrong length. Restore it from your copy.")
    return keys


def _look_of(path: Path | None) -> tuple[int, int, int] | None:
    """By what a file is seen to be another than before."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_ino, found.st_mtime_ns, found.st_size)


def _key_name() -> str:
    return f"{clock.now():%Y%m%d}-{secrets.token_hex(2)}"
