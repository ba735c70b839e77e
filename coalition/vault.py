"""The vault: private columns, encrypted in the row they belong to, and blind indexes to find them again.

AES-256-GCM. Table, column and the row's id are associated data: a value copied into another row or column does not
open. A sealed value is: format (1 byte), length of the key id (1 byte), key id, nonce (12 bytes), ciphertext with tag.
A blind index is HMAC-SHA256 under a key of its own; its domain is part of the message. At one instant all stand under
one key: the database says under which (coalition.models.key_use).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import TYPE_CHECKING, Any, Protocol, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coalition.keys import KeysUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
    index_key: Callable[[], str | None]

    def __init__(self) -> None:
        self.ciphers = {}
        self.index_key = lambda: None


_keeper = _Keeper()


def unlock(ring: KeyRing) -> None:
    """Give this process its keys. Called once by create_app."""
    _keeper.ring = ring
    _keeper.ciphers = {}


def find_under(index_key: Callable[[], str | None]) -> None:
    """Ask `index_key` for the name of the key under which the database's indexes stand; None where it says nothing."""
    _keeper.index_key = index_key


def write_with(used: Mapping[str, str]) -> None:
    """Seal, link and sign with these keys from now on: a purpose to the name of its key."""
    _ring().use(used)


def keys_of(purpose: str) -> list[str]:
    """The names of the keys that this process holds for `purpose`, oldest first."""
    return _ring().names(purpose)


def writes_with(purpose: str) -> str:
    """The name of the key that writes for `purpose`. Raises KeysUnusable where it is not held."""
    return _ring().current(purpose).id


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
    name, nonce, ciphertext = _parts(sealed)
    try:
        return _cipher(name.decode()).decrypt(nonce, ciphertext, _bound(table, column, row))
    except (InvalidTag, UnicodeDecodeError, ValueError) as error:
        raise SealBroken(f"A value of {table}.{column} does not open with these keys.") from error


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    start = 2 + sealed[1]
    return sealed[2:start], sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]


def opens(ring: KeyRing, sealed: bytes, *, table: str, column: str, row: UUID) -> bool:
    """Whether a ring, which need not be the one of this process, opens a value that was sealed."""
    key = ring.find("vault", key_id_of(sealed))
    if key is None:
        return False
    _, nonce, ciphertext = _parts(sealed)
    try:
        AESGCM(key.secret).decrypt(nonce, ciphertext, _bound(table, column, row))
    except InvalidTag:
        return False
    return True


def key_id_of(sealed: bytes) -> str:
    """The name of the key under which a value was sealed: it stands at its head, in plain."""
    return sealed[2 : 2 + sealed[1]].decode()


def head_under(key_id: str) -> bytes:
    """The bytes with which every value begins that was sealed under a key."""
    return bytes((_FORMAT, len(key_id))) + key_id.encode()


def blind_index(domain: str, *parts: bytes, key_id: str | None = None) -> bytes:
    """The index under which a private value is found: 32 bytes, the same for the same domain and parts.

    `key_id` names another key than the one under which the database's indexes stand.
    """
    message = b"".join(len(part).to_bytes(4) + part for part in (domain.encode(), *parts))
    return hmac.digest(_index_secret(key_id or _keeper.index_key()), message, hashlib.sha256)


def blind_indexes(domain: str, *parts: bytes) -> list[bytes]:
    """The index under every key that is held: to find what was kept before a rotation and can not be made again."""
    return [blind_index(domain, *parts, key_id=name) for name in keys_of("index")]


def _index_secret(key_id: str | None) -> bytes:
    if key_id is None:
        return _ring().current("index").secret
    key = _ring().find("index", key_id)
    if key is None:
        raise KeysUnusable(f"The key file lacks the index key {key_id}, under which the database is searched.")
    return key.secret


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
