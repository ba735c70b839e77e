"""A sealed stream: a backup, of any length, that only a passphrase or the private key of the one it is for opens.

    head        one line of JSON in plain: format, version, instant, schema, and how it was sealed
    piece …     AES-256-GCM of 262,144 bytes each, the last one shorter or as long: ciphertext and tag

The nonce of a piece is its number (11 bytes) and whether it is the last (1 byte); the head is associated data of each.
So no byte can be changed, no piece taken out, put elsewhere or cut off, unseen. The key is made for this file alone, as
for letter archives (`coalition.intake.sealed_file`): by scrypt from a passphrase, or by X25519 and HKDF.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coalition.intake.sealed_file import (
    SCRYPT,
    Damaged,
    NeedsKey,
    NeedsPassphrase,
    NotAnArchive,
    SealedFileError,
    WrongKey,
    WrongPassphrase,
    by_scrypt,
    ensure_strong,
    raw,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = "coalition-backup"
FORMAT_VERSION: Final = 1
PIECE: Final = 1 << 18
_TAG: Final = 16
_KEY: Final = 32
_LONGEST_HEAD: Final = 4096
_SCHEMA: Final = re.compile(r"[0-9a-z_]{1,32}")
_USUAL: Final = {"format", "format_version", "made_at", "schema", "sealed_with", "check"}
_NAMES: Final = {"passphrase": _USUAL | {"salt"}, "key": _USUAL | {"ephemeral", "recipient"}}


class NewerFormat(SealedFileError):
    """It was made by a newer version, in a format that is not known here."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says to everybody: when it was made, of which schema, and what opens it."""

    made_at: datetime
    schema: str
    sealed_with: str
    """"passphrase" or "key"."""
    facts: dict[str, Any]
    line: bytes


class Sealer:
    """Writes one sealed stream to a file; `finish` writes the last piece."""

    def __init__(self, file: IO[bytes], secret: str | X25519PublicKey, *, made_at: datetime, schema: str) -> None:
        """Raises WeakPassphrase."""
        about = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "made_at": made_at.astimezone(UTC).isoformat(),
            "schema": schema,
        }
        how, derived = _for_passphrase(secret) if isinstance(secret, str) else _for_recipient(secret)
        self._line = json.dumps(about | how | {"check": _text(derived[_KEY:])}).encode() + b"\n"
        self._cipher = AESGCM(derived[:_KEY])
        self._file = file
        self._rest = bytearray()
        self._number = 0
        file.write(self._line)

    def write(self, content: bytes) -> None:
        """Seal more; what does not fill a piece waits."""
        self._rest += content
        while len(self._rest) > PIECE:  # not >=: the last piece is never empty unless there is nothing at all
            self._put(bytes(self._rest[:PIECE]), is_last=False)
            del self._rest[:PIECE]

    def finish(self) -> None:
        """Seal what waits, as the last piece."""
        self._put(bytes(self._rest), is_last=True)

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), plain, self._line))
        self._number += 1


def read_head(file: IO[bytes]) -> Head:
    """The head of a stream, from its beginning. Raises NotAnArchive, NewerFormat, Damaged."""
    line = file.readline(_LONGEST_HEAD)
    try:
        facts = json.loads(line)
    except ValueError:
        raise (Damaged if FORMAT.encode() in line else NotAnArchive) from None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT or not line.endswith(b"\n"):
        raise NotAnArchive
    if facts.get("format_version") != FORMAT_VERSION:
        raise NewerFormat
    try:
        if set(facts) != _NAMES[facts["sealed_with"]] or not _SCHEMA.fullmatch(facts["schema"]):
            raise Damaged
        made_at = datetime.fromisoformat(facts["made_at"])
    except (KeyError, TypeError, ValueError):
        raise Damaged from None
    if made_at.tzinfo is None:
        raise Damaged
    return Head(made_at, facts["schema"], facts["sealed_with"], facts, line)


def opened(file: IO[bytes], secret: str | X25519PrivateKey) -> Iterator[bytes]:
    """What was sealed, piece by piece, from the file's beginning. Raises a SealedFileError, perhaps after many pieces.

    Who must not act on part of a damaged file reads it twice.
    """
    file.seek(0)
    head = read_head(file)
    cipher = AESGCM(_key_of(head, secret))
    piece, number = file.read(PIECE + _TAG), 0
    while True:
        following = file.read(PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), piece, head.line)
        except InvalidTag:
            raise Damaged from None
        if not following:
            return
        piece, number = following, number + 1


def _key_of(head: Head, secret: str | X25519PrivateKey) -> bytes:
    derived = _by_passphrase(head, secret) if isinstance(secret, str) else _by_key(head, secret)
    if not hmac.compare_digest(_bytes(head, "check", _KEY), derived[_KEY:]):
        raise WrongPassphrase if isinstance(secret, str) else Damaged
    return derived[:_KEY]


def _for_passphrase(passphrase: str) -> tuple[dict[str, Any], bytes]:
    ensure_strong(passphrase)
    salt = os.urandom(16)
    return {"sealed_with": "passphrase", "salt": _text(salt)}, by_scrypt(passphrase, salt, **SCRYPT)


def _by_passphrase(head: Head, passphrase: str) -> bytes:
    if head.sealed_with != "passphrase":
        raise NeedsKey
    return by_scrypt(passphrase, _bytes(head, "salt", 16), **SCRYPT)


def _for_recipient(recipient: X25519PublicKey) -> tuple[dict[str, Any], bytes]:
    own = X25519PrivateKey.generate()
    ephemeral, theirs = raw(own.public_key()), raw(recipient)
    how = {"sealed_with": "key", "ephemeral": _text(ephemeral), "recipient": _text(theirs)}
    return how, _by_exchange(own.exchange(recipient), ephemeral, theirs)


def _by_key(head: Head, key: X25519PrivateKey) -> bytes:
    if head.sealed_with != "key":
        raise NeedsPassphrase
    recipient, own = _bytes(head, "recipient", _KEY), raw(key.public_key())
    if recipient != own:
        raise WrongKey(X25519PublicKey.from_public_bytes(recipient))
    ephemeral = _bytes(head, "ephemeral", _KEY)
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    except ValueError:  # a point of small order: nobody's key
        raise Damaged from None
    return _by_exchange(shared, ephemeral, own)


def _by_exchange(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return HKDF(SHA256(), 2 * _KEY, salt=ephemeral + recipient, info=FORMAT.encode()).derive(shared)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes((is_last,))


def _bytes(head: Head, name: str, length: int) -> bytes:
    try:
        found = base64.b64decode(head.facts[name], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Damaged from None
    if len(found) != length:
        raise Damaged
    return found


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
