"""The signet: the private key that signs manifests (Ed25519, RFC 8032), and checking what was signed by any.

The key file holds its 32 random bytes under "manifest". A public key is known by its fingerprint: SHA-256 of its
SubjectPublicKeyInfo in DER (RFC 8410), as `openssl pkey -pubin -in key.pem -outform DER | sha256sum` prints it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

if TYPE_CHECKING:
    from coalition.keys import KeyRing

PURPOSE: Final = "manifest"


class NotASigningKey(Exception):
    """What was given as a public key is none that signs manifests."""


class Signet:
    """Signs for one installation."""

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.public_key = self._private.public_key().public_bytes_raw()
        self.fingerprint = fingerprint(self.public_key)

    def sign(self, content: bytes) -> bytes:
        """The raw signature over the bytes, 64 of them."""
        return self._private.sign(content)

    def sign_jws(self, content: bytes) -> str:
        """The same as a JSON Web Signature (RFC 7515, RFC 8037), its middle part left out (RFC 7515, appendix F)."""
        header = {"alg": "EdDSA", "kid": self.fingerprint}
        head = _base64url(json.dumps(header, sort_keys=True, separators=(",", ":")).encode())
        return f"{head}..{_base64url(self.sign(f'{head}.{_base64url(content)}'.encode()))}"


@dataclass(slots=True)
class _Worn:
    """The signet of this process."""

    signet: Signet | None = None


_worn = _Worn()


def install(ring: KeyRing) -> None:
    """Give this process the key that signs now. Called by create_app, and where the key was changed meanwhile."""
    _worn.signet = Signet(ring.current(PURPOSE).secret)


def ours() -> Signet:
    """The signet of this process."""
    if _worn.signet is None:
        raise RuntimeError("There is no signet yet: create_app installs it.")
    return _worn.signet


def fingerprint(public_key: bytes) -> str:
    """By what a public key is known: 64 hexadecimal digits."""
    der = Ed25519PublicKey.from_public_bytes(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def pem(public_key: bytes) -> str:
    """A public key as openssl reads it."""
    found = Ed25519PublicKey.from_public_bytes(public_key)
    return found.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def of_pem(words: bytes) -> bytes:
    """The 32 bytes of a public key in PEM. Raises NotASigningKey."""
    try:
        found = load_pem_public_key(words)
    except ValueError as error:
        raise NotASigningKey from error
    if not isinstance(found, Ed25519PublicKey):
        raise NotASigningKey
    return found.public_bytes_raw()


def is_signed(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether a raw signature is of these very bytes, by this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_signed_jws(content: bytes, jws: str, public_key: bytes) -> bool:
    """Whether a JWS is of these very bytes, by this key; its middle part may be left out."""
    head, _, rest = jws.partition(".")
    middle, _, tail = rest.partition(".")
    payload = _base64url(content)
    if middle not in {"", payload}:
        return False
    try:
        says = json.loads(_unbase64url(head))
        signature = _unbase64url(tail)
    except ValueError:
        return False
    if says != {"alg": "EdDSA", "kid": fingerprint(public_key)}:
        return False
    return is_signed(f"{head}.{payload}".encode(), signature, public_key)


def whole_jws(content: bytes, jws: str) -> str:
    """A JWS with its middle part put in: the compact form that every library reads."""
    head, _, tail = jws.partition("..")
    return f"{head}.{_base64url(content)}.{tail}"


def jwk(public_key: bytes) -> dict[str, str]:
    """A public key as a JSON Web Key (RFC 8037)."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": fingerprint(public_key),
        "x": _base64url(public_key),
    }


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unbase64url(words: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(words.encode("ascii") + b"=" * (-len(words) % 4))
