"""The key rings: one file, mode 0600, kept apart from the database and its backups.

The file is JSON: a purpose to a list of keys, oldest first; the last one writes, all of them read.

    {"link": [{"id": "2026-11-22a", "key": "<base64, 32 bytes>"}], "vault": […], …}
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from coalition import clock

PURPOSES = ("link", "form", "session", "vault", "index", "manifest")
KEY_BYTES = 32


class KeysMissing(Exception):
    """The key file is not there or can not be read."""


class KeysUnusable(Exception):
    """The key file is there but does not hold what it must."""


@dataclass(frozen=True, slots=True)
class Key:
    """One secret with its public name."""

    id: str
    secret: bytes


class KeyRing:
    """Every key of one installation, by purpose."""

    def __init__(self, keys: dict[str, list[Key]]) -> None:
        missing = [purpose for purpose in PURPOSES if not keys.get(purpose)]
        if missing:
            raise KeysUnusable("The key file has no key for: " + ", ".join(missing))
        self._keys = keys

    @classmethod
    def generate(cls) -> KeyRing:
        """A ring of fresh random keys, one for each purpose."""
        name = _key_name()
        return cls({purpose: [Key(name, secrets.token_bytes(KEY_BYTES))] for purpose in PURPOSES})

    @classmethod
    def read(cls, path: Path) -> KeyRing:
        """The ring in the file at `path`. Raises KeysMissing or KeysUnusable, each with a sentence for the operator."""
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
        return cls(keys)

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
        """Put the ring in the place of the one in a file, for the same owner: after a crash one of both is whole."""
        owner = path.stat()
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            self.write(fresh)
            if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(fresh, owner.st_uid, owner.st_gid)
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def with_a_new(self, purpose: str) -> KeyRing:
        """The ring with one fresh key for `purpose` in the place of those it had: what they wrote needs them no more.

        True of signatures alone. What a key sealed, hashed or linked is lost with it.
        """
        fresh = Key(_key_name(), secrets.token_bytes(KEY_BYTES))
        return KeyRing(self._keys | {purpose: [fresh]})

    def current(self, purpose: str) -> Key:
        """The key that writes for `purpose`."""
        return self._keys[purpose][-1]

    def find(self, purpose: str, key_id: str) -> Key | None:
        """The key of that name, or None when the ring no longer holds it."""
        return next((key for key in self._keys[purpose] if key.id == key_id), None)

    def secrets(self, purpose: str) -> list[bytes]:
        """All secrets of `purpose`, oldest first: the order in which itsdangerous wants them."""
        return [key.secret for key in self._keys[purpose]]


def _key_name() -> str:
    return f"{clock.now():%Y%m%d}-{secrets.token_hex(2)}"
