"""Links that carry a promise: one purpose, one salt. And the form tokens of the signing door.

A link's id is the first 128 bits of HMAC(link key, purpose ‖ nonce ‖ epoch). The row keeps nonce, epoch, key id and the
hash (SHA-256) of the id: the database alone makes no link, the key alone makes no link, and a retried mail renders the
same one.
Token strings are malleable (base64 padding, the last character), so identity is always the id, never the string.
Expiry is a column of the row, never a part of the token: a clock that steps back must not kill links.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final

from itsdangerous import BadData, BadSignature, Signer, URLSafeSerializer

if TYPE_CHECKING:
    from coalition.keys import KeyRing

ID_BYTES: Final = 16
MARK_BYTES: Final = 10
LONGEST_UNPROVED: Final = 4_000
"""Characters of a token that may be read before anything says that it is ours: it is packed, and a thousand times as
long unpacked if somebody means harm."""
PURPOSES: Final = ("invitation", "account", "organisation", "request", "call", "mute", "press")


class NotOurs(Exception):
    """The token was not made here for this purpose: unknown, malformed, cut off, forged."""


class Tokens:
    """Writes and reads tokens with the link and form keys of one installation."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def link_id(self, purpose: str, *, nonce: bytes, epoch: int, key_id: str) -> bytes:
        """The 16 bytes that identify a link. Raises NotOurs when the ring no longer holds its key."""
        key = self._ring.find("link", key_id)
        if key is None:
            raise NotOurs
        message = b"|".join((purpose.encode(), nonce, str(epoch).encode()))
        return hmac.digest(key.secret, message, hashlib.sha256)[:ID_BYTES]

    def current_key_id(self) -> str:
        """The name of the key under which new links are made."""
        return self._ring.current("link").id

    def write(self, purpose: str, link_id: bytes, *, key_id: str | None = None) -> str:
        """The token for the path of an address: letters, digits, "-", "_" and one ".".

        `key_id` names the key of the link's row: a retried mail says the same, whichever key writes by then.
        """
        payload = base64.urlsafe_b64encode(link_id).rstrip(b"=")
        key = self._ring.find("link", key_id) if key_id else None
        return self._signer(purpose, [key.secret] if key else None).sign(payload).decode()

    def read(self, purpose: str, token: str) -> bytes:
        """The link id in `token`. Raises NotOurs."""
        try:
            return self._read(purpose, token)
        except NotOurs:
            if not self._ring.reread():
                raise
            return self._read(purpose, token)  # another process wrote it, with a key that was added meanwhile

    def _read(self, purpose: str, token: str) -> bytes:
        try:
            payload = self._signer(purpose).unsign(token.encode("ascii"))
            link_id = base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
        except (BadSignature, UnicodeEncodeError, binascii.Error, ValueError) as error:
            raise NotOurs from error
        if len(link_id) != ID_BYTES:
            raise NotOurs
        return link_id

    def write_form(self, purpose: str, facts: dict[str, Any]) -> str:
        """A signed form token holding `facts` (JSON)."""
        return str(self._serializer(purpose).dumps(facts))

    def read_form(self, purpose: str, token: str) -> dict[str, Any]:
        """The facts in a form token. Raises NotOurs."""
        try:
            return self._read_form(purpose, token)
        except NotOurs:
            if not self._ring.reread():
                raise
            return self._read_form(purpose, token)  # as above

    def unproved(self, token: str) -> dict[str, Any]:
        """What a form token says, whoever wrote it: good for choosing words, and for nothing else. Raises NotOurs."""
        if len(token) > LONGEST_UNPROVED:
            raise NotOurs
        try:
            _is_ours, facts = self._serializer("").loads_unsafe(token)
        except (BadData, UnicodeError, ValueError) as error:
            raise NotOurs from error
        if not isinstance(facts, dict):
            raise NotOurs
        return facts

    def _read_form(self, purpose: str, token: str) -> dict[str, Any]:
        try:
            facts = self._serializer(purpose).loads(token)
        except (BadData, UnicodeError, ValueError) as error:
            raise NotOurs from error
        if not isinstance(facts, dict):
            raise NotOurs
        return facts

    def mark(self, purpose: str, about: bytes) -> bytes:
        """The short proof that we wrote `about` for this purpose: for addresses, which have no room for a token."""
        return _mark(self._ring.current("link").secret, purpose, about)

    def is_marked(self, purpose: str, about: bytes, mark: bytes) -> bool:
        """Whether `mark` is ours, by any key that the ring still holds."""
        return any(hmac.compare_digest(_mark(secret, purpose, about), mark) for secret in self._ring.secrets("link"))

    def _signer(self, purpose: str, secrets: list[bytes] | None = None) -> Signer:
        return Signer(
            secrets or self._ring.secrets("link"),
            salt=f"link:{purpose}",
            sep=".",
            digest_method=hashlib.sha256,
            key_derivation="hmac",
        )

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._ring.secrets("form"),
            salt=f"form:{purpose}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


def _mark(secret: bytes, purpose: str, about: bytes) -> bytes:
    key = hmac.digest(secret, f"mark:{purpose}".encode(), hashlib.sha256)
    return hmac.digest(key, about, hashlib.sha256)[:MARK_BYTES]


def hash_of(link_id: bytes) -> bytes:
    """What the row keeps of a link's id."""
    return hashlib.sha256(link_id).digest()


class _Keeper:
    tokens: Tokens | None = None


_keeper = _Keeper()


def install(ring: KeyRing) -> None:
    """Make these the keys of this process's links. Called once by create_app."""
    _keeper.tokens = Tokens(ring)


def ours() -> Tokens:
    """The tokens of this installation."""
    if _keeper.tokens is None:
        raise RuntimeError("No keys yet: create_app installs them.")
    return _keeper.tokens
