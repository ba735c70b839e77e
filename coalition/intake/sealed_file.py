"""A sealed file: JSON that only a passphrase, or the private key of the one it is for, opens (docs/letter-archive.md).

The envelope is JSON itself. Its header (everything but `content`) says how it was sealed, and is associated data of the
AES-256-GCM that seals the content: nobody changes a word of it unseen. The key comes from a passphrase by scrypt, or
from X25519 with a key made for this file alone, by HKDF. Both give 64 bytes: the first half is the key, the second
stands in the header as `check`, so that a wrong passphrase is told from a damaged file.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coalition.intake.json_places import KeyTwice, NotJson, read_json
from coalition.languages.normal_forms import normal_form

FORMAT = "coalition-letter-archive"
FORMAT_VERSION = 1
SIZE_LIMIT = 100_000_000
"""Bytes of a sealed file; base64 makes four of three."""
PASSPHRASE_LEAST = 16
PASSPHRASE_VARIETY = 8
PASSPHRASE_MOST = 1000
SCRYPT = {"n": 2**17, "r": 8, "p": 1}
"""What is written: 128 MiB and about half a second for each passphrase that somebody tries."""
_MEMORY_MOST = 256 * 2**20
_WORK_MOST = 4 * SCRYPT["n"] * SCRYPT["r"] * SCRYPT["p"]
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
_HEADER = {"format", "format_version", "sealed_with", "check", "nonce"}
_HEADERS = {
    "passphrase": _HEADER | {"kdf", "salt", "n", "r", "p"},
    "key": _HEADER | {"kdf", "ephemeral", "recipient"},
}
_KDFS = {"passphrase": "scrypt", "key": "X25519-HKDF-SHA256"}  # names of procedures  # nosec B105


class SealedFileError(Exception):
    """The file does not open; the class name says why."""


class NotAnArchive(SealedFileError):
    """It is no sealed file of ours, or one of a format that is not known yet."""


class TooLarge(SealedFileError):
    """It is larger than SIZE_LIMIT."""


class TooMuchWork(SealedFileError):
    """Opening it would take more memory or time than an honest file asks for."""


class Damaged(SealedFileError):
    """Part of it is missing or was changed since it was sealed."""


class WrongPassphrase(SealedFileError):
    """It was sealed with another passphrase."""


class WrongKey(SealedFileError):
    """It was sealed for another key; `recipient` is that one's public key."""

    def __init__(self, recipient: X25519PublicKey) -> None:
        super().__init__()
        self.recipient = recipient


class NeedsPassphrase(SealedFileError):
    """It opens with a passphrase, and a key was given."""


class NeedsKey(SealedFileError):
    """It opens with a private key, and a passphrase was given."""


class WeakPassphrase(ValueError):
    """The passphrase is shorter than PASSPHRASE_LEAST, or has fewer than PASSPHRASE_VARIETY different characters."""


def seal(content: bytes, secret: str | X25519PublicKey) -> bytes:
    """The sealed file of `content`, for a passphrase or for the holder of a key. Raises WeakPassphrase, TooLarge."""
    ensure_fits(content)
    if isinstance(secret, str):
        ensure_strong(secret)
        header, derived = _for_passphrase(secret)
    else:
        header, derived = _for_recipient(secret)
    return sealed_as(content, header, derived, nonce=os.urandom(_NONCE_BYTES))


def opened(data: bytes, secret: str | X25519PrivateKey) -> bytes:
    """What was sealed. Raises a SealedFileError."""
    header, ciphertext = _taken_apart(data)
    derived = _by_passphrase(header, secret) if isinstance(secret, str) else _by_key(header, secret)
    check = _bytes_of(header, "check", _KEY_BYTES)
    if not hmac.compare_digest(check, derived[_KEY_BYTES:]):
        raise WrongPassphrase if isinstance(secret, str) else Damaged
    try:
        return AESGCM(derived[:_KEY_BYTES]).decrypt(_bytes_of(header, "nonce", _NONCE_BYTES), ciphertext, bound(header))
    except InvalidTag:
        raise Damaged from None


def needs(data: bytes) -> str:
    """What opens a sealed file: "passphrase" or "key". Raises NotAnArchive, TooLarge, Damaged."""
    return str(_taken_apart(data)[0]["sealed_with"])


def ensure_strong(passphrase: str) -> None:
    """Raises WeakPassphrase."""
    plain = _normal(passphrase)
    is_short = len("".join(plain.split())) < PASSPHRASE_LEAST or len(plain) > PASSPHRASE_MOST
    if is_short or len(set(plain)) < PASSPHRASE_VARIETY:
        raise WeakPassphrase


def ensure_fits(content: bytes) -> None:
    """Raises TooLarge for what would not fit into a sealed file."""
    if len(content) * 4 // 3 + 1000 > SIZE_LIMIT:
        raise TooLarge


# -- the parts, in the words of docs/letter-archive.md --------------------------------------------------------------


def sealed_as(content: bytes, header: dict[str, Any], derived: bytes, *, nonce: bytes) -> bytes:
    """The file of a header without `check` and `nonce`, and the 64 bytes derived for it."""
    header = header | {"check": _text(derived[_KEY_BYTES:]), "nonce": _text(nonce)}
    ciphertext = AESGCM(derived[:_KEY_BYTES]).encrypt(nonce, content, bound(header))
    return (json.dumps(header | {"content": _text(ciphertext)}, indent=1) + "\n").encode()


def bound(header: dict[str, Any]) -> bytes:
    """The associated data: the header as JSON in ASCII, keys sorted, without a blank."""
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def by_scrypt(passphrase: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    """64 bytes from a passphrase in NFC and UTF-8."""
    return Scrypt(salt=salt, length=2 * _KEY_BYTES, n=n, r=r, p=p).derive(_normal(passphrase).encode())


def by_exchange(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    """64 bytes from what X25519 gave for a file's own key and a recipient's."""
    return HKDF(SHA256(), 2 * _KEY_BYTES, salt=ephemeral + recipient, info=FORMAT.encode()).derive(shared)


def raw(key: X25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def header_of(sealed_with: str, **facts: Any) -> dict[str, Any]:
    """The header of a file sealed in one of the two ways, without `check` and `nonce`."""
    about = {"format": FORMAT, "format_version": FORMAT_VERSION, "sealed_with": sealed_with, "kdf": _KDFS[sealed_with]}
    return about | {name: _text(fact) if isinstance(fact, bytes) else fact for name, fact in facts.items()}


def _for_passphrase(passphrase: str) -> tuple[dict[str, Any], bytes]:
    salt = os.urandom(_SALT_BYTES)
    return header_of("passphrase", salt=salt, **SCRYPT), by_scrypt(passphrase, salt, **SCRYPT)


def _for_recipient(recipient: X25519PublicKey) -> tuple[dict[str, Any], bytes]:
    own = X25519PrivateKey.generate()
    ephemeral, theirs = raw(own.public_key()), raw(recipient)
    header = header_of("key", ephemeral=ephemeral, recipient=theirs)
    return header, by_exchange(own.exchange(recipient), ephemeral, theirs)


def _by_passphrase(header: dict[str, Any], passphrase: str) -> bytes:
    if header["sealed_with"] != "passphrase":
        raise NeedsKey
    n, r, p = (_number_of(header, name) for name in ("n", "r", "p"))
    if n < 2 or n & (n - 1):
        raise Damaged
    if 128 * n * r > _MEMORY_MOST or n * r * p > _WORK_MOST:
        raise TooMuchWork
    return by_scrypt(passphrase[:PASSPHRASE_MOST], _bytes_of(header, "salt"), n=n, r=r, p=p)


def _by_key(header: dict[str, Any], key: X25519PrivateKey) -> bytes:
    if header["sealed_with"] != "key":
        raise NeedsPassphrase
    recipient, own = _bytes_of(header, "recipient", _KEY_BYTES), raw(key.public_key())
    if recipient != own:
        raise WrongKey(X25519PublicKey.from_public_bytes(recipient))
    ephemeral = _bytes_of(header, "ephemeral", _KEY_BYTES)
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    except ValueError:  # a point of small order: nobody's key
        raise Damaged from None
    return by_exchange(shared, ephemeral, own)


def _taken_apart(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and ciphertext of a file."""
    if len(data) > SIZE_LIMIT:
        raise TooLarge
    try:
        value = read_json(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, NotJson, KeyTwice):
        raise (Damaged if FORMAT.encode() in data[:200] else NotAnArchive) from None
    if not isinstance(value, dict) or value.get("format") != FORMAT or value.get("format_version") != FORMAT_VERSION:
        raise NotAnArchive
    names = _HEADERS.get(str(value.get("sealed_with")))
    if names is None:
        raise NotAnArchive
    if set(value) != names | {"content"} or value["kdf"] != _KDFS[value["sealed_with"]]:
        raise Damaged
    ciphertext = _bytes_of(value, "content")
    return {name: value[name] for name in names}, ciphertext


def _bytes_of(value: dict[str, Any], name: str, length: int | None = None) -> bytes:
    try:
        found = base64.b64decode(value[name], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Damaged from None
    if length is not None and len(found) != length:
        raise Damaged
    return found


def _number_of(header: dict[str, Any], name: str) -> int:
    number = header[name]
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise Damaged
    return number


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _normal(passphrase: str) -> str:
    return normal_form("NFC", passphrase)
