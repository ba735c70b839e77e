"""The key pair of who may open letter archives, or backups: the public key is one line, the private one a file.

The two kinds differ by the word they begin with, so that neither is given where the other belongs.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from coalition.intake.sealed_file import raw

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyKind:
    """What a key opens: the word that its public and its private half begin with."""

    public: str
    private: str


ARCHIVE: Final = KeyKind("coalition-archive-key:", "coalition-archive-private-key:")
BACKUP: Final = KeyKind("coalition-backup-key:", "coalition-backup-private-key:")


class NotAKey(ValueError):
    """The line is no such key."""


class PrivateKeyGiven(NotAKey):
    """The line is a private key where the public one is meant. It is to be shown to nobody."""


def generate() -> X25519PrivateKey:
    """A new private key; its public half is part of it."""
    return X25519PrivateKey.generate()


def public_line(key: X25519PublicKey, kind: KeyKind = ARCHIVE) -> str:
    """The public key as one line of text: the prefix, then 43 characters (base64url of its 32 bytes)."""
    return kind.public + _text(raw(key))


def read_public(line: str, kind: KeyKind = ARCHIVE) -> X25519PublicKey:
    """The public key of a line. Raises NotAKey, PrivateKeyGiven."""
    if kind.private in line:
        raise PrivateKeyGiven
    return X25519PublicKey.from_public_bytes(_bytes(line, kind.public))


def write_private(key: X25519PrivateKey, path: Path, kind: KeyKind = ARCHIVE) -> None:
    """Write the private key to a new file that only its owner can read. Raises FileExistsError: never overwrites."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{kind.private}{_text(key.private_bytes_raw())}\n")
        file.flush()
        os.fsync(file.fileno())


def read_private(text: str, kind: KeyKind = ARCHIVE) -> X25519PrivateKey:
    """The private key in the text of its file. Raises NotAKey."""
    return X25519PrivateKey.from_private_bytes(_bytes(text, kind.private))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(line: str, prefix: str) -> bytes:
    found = re.fullmatch(rf"{prefix}([A-Za-z0-9_-]{{43}})", line.strip())
    if found is None:
        raise NotAKey
    value = base64.urlsafe_b64decode(found[1] + "=")
    if len(value) != _KEY_BYTES:
        raise NotAKey
    return value
