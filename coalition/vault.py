"""The vault: private columns, encrypted in the row they belong to, and blind indexes to find them again.

AES-256-GCM. Table, column and the row's id are associated data: a value copied into another row or column does not
open. A sealed value is: format (1 byte), length of the key id (1 byte), key id, nonce (12 bytes), ciphertext with tag.
A blind index is HMAC-SHA256 under a key of its own; its domain is part of the message.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import TYPE_CHECKING, Any, Protocol, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.keys import KeyRing

_FORMAT = 1
_NONCE_BYTES = 12
_FILLED_TO = 256


class VaultLocked(Exception):
    """No key ring has been given to the vault in this process."""


class SealBroken(Exception):
    """The value does not open: another key, another row, or altered bytes."""


class _Keeper:
    """The ring of this process, and the ciphers made from it (building one costs more than using it)."""

    ring: KeyRing | None = None
    ciphers: dict[str, AESGCM]

    def __init__(self) -> None:
        self.ciphers = {}


_keeper = _Keeper()


def unlock(ring: KeyRing) -> None:
    """Give this process its keys. Called once by create_app."""
    _keeper.ring = ring
    _keeper.ciphers = {}


def _ring() -> KeyRing:
    if _keeper.ring is None:
        raise VaultLocked("The vault has no keys: create_app gives them.")
    return _keeper.ring


def _cipher(key_id: str) -> AESGCM:
    if key_id not in _keeper.ciphers:
        key = _ring().find("vault", key_id)
        if key is None:
            raise SealBroken(f"The key file has no vault key named {key_id!r}.")
        _keeper.ciphers[key_id] = AESGCM(key.secret)
    return _keeper.ciphers[key_id]


def _bound(table: str, column: str, row: UUID) -> bytes:
    return f"{table}|{column}|{row.hex}".encode()


def seal(plain: bytes, *, table: str, column: str, row: UUID) -> bytes:
    """Encrypt `plain` for one column of one row."""
    key_id = _ring().current("vault").id
    name = key_id.encode()
    nonce = os.urandom(_NONCE_BYTES)
    ciphertext = _cipher(key_id).encrypt(nonce, plain, _bound(table, column, row))
    return bytes((_FORMAT, len(name))) + name + nonce + ciphertext


def unseal(sealed: bytes, *, table: str, column: str, row: UUID) -> bytes:
    """Decrypt what `seal` made for the same column of the same row. Raises SealBroken."""
    if len(sealed) < 2 or sealed[0] != _FORMAT:
        raise SealBroken("This is not a sealed value.")
    start = 2 + sealed[1]
    name, nonce, ciphertext = sealed[2:start], sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
    try:
        return _cipher(name.decode()).decrypt(nonce, ciphertext, _bound(table, column, row))
    except (InvalidTag, UnicodeDecodeError, ValueError) as error:
        raise SealBroken(f"A value of {table}.{column} does not open with these keys.") from error


def blind_index(domain: str, *parts: bytes) -> bytes:
    """The index under which a private value is found: 32 bytes, the same for the same domain and parts."""
    message = b"".join(len(part).to_bytes(4) + part for part in (domain.encode(), *parts))
    return hmac.digest(_ring().current("index").secret, message, hashlib.sha256)


class _Row(Protocol):
    id: UUID
    __tablename__: str


class Sealed:
    """A private attribute over a column of sealed bytes; its value is JSON (a string, number, list, object) or None.

        _address: Mapped[bytes | None] = mapped_column("address", LargeBinary)
        address = Sealed("_address")

    Reading opens it, assigning seals it; nothing private rests in the object's mapped state. A ciphertext is as long as
    what it hides: blanks fill that up to a multiple of `filled_to` bytes, or its length would tell a short name from a
    long one, and signing from declining.
    """

    def __init__(self, attribute: str, *, filled_to: int = _FILLED_TO) -> None:
        self.attribute = attribute
        self.filled_to = filled_to
        self.column = attribute.removeprefix("_")

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: _Row, owner: type) -> Any: ...
    def __get__(self, row: _Row | None, owner: type) -> Any:
        if row is None:
            return self
        return self.opened(getattr(row, self.attribute), table=row.__tablename__, row=row.id)

    def __set__(self, row: _Row, value: Any) -> None:
        setattr(row, self.attribute, self.sealed(value, table=row.__tablename__, row=row.id))

    def sealed(self, value: Any, *, table: str, row: UUID) -> bytes | None:
        """What the column of a row keeps of a value: for rows that are written without an object for each."""
        if value is None:
            return None
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        plain += b" " * (-len(plain) % self.filled_to)
        return seal(plain, table=table, column=self.column, row=row)

    def opened(self, sealed: bytes | None, *, table: str, row: UUID) -> Any:
        """The value of what `sealed` made for the same row."""
        return None if sealed is None else json.loads(unseal(sealed, table=table, column=self.column, row=row))
