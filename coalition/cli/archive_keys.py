"""`coalition archive key` and `coalition backup-key`: the key pair of who may open archives, or backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.cli.refusal import Refused
from coalition.intake import archive_key
from coalition.intake.archive_key import ARCHIVE, KeyKind

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey


def make(path: Path, kind: KeyKind = ARCHIVE) -> str:
    """Write a new private key to a file of its own; its public key, as the line to hand on. Raises Refused."""
    key = archive_key.generate()
    try:
        archive_key.write_private(key, path, kind)
    except FileExistsError as error:
        raise Refused(f"{path} is there already, and a key is never overwritten. Name another file.") from error
    except OSError as error:
        raise Refused(f"{path} can not be written ({error.strerror}).") from error
    return archive_key.public_line(key.public_key(), kind)


def public(line: str, kind: KeyKind = ARCHIVE) -> X25519PublicKey:
    """The public key of a line. Raises Refused."""
    try:
        return archive_key.read_public(line, kind)
    except archive_key.PrivateKeyGiven as error:
        raise Refused("This is a private key. Show it to nobody, and give the public one.") from error
    except archive_key.NotAKey as error:
        raise Refused(f"This is no public key: it starts with {kind.public} and is one line.") from error


def private(path: Path, kind: KeyKind = ARCHIVE) -> X25519PrivateKey:
    """The private key in a file. Raises Refused."""
    try:
        return archive_key.read_private(path.read_text("ascii"), kind)
    except OSError as error:
        raise Refused(f"{path} can not be read ({error.strerror}).") from error
    except (archive_key.NotAKey, UnicodeDecodeError) as error:
        raise Refused(f"{path} holds no private key: it starts with {kind.private}.") from error
