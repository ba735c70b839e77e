"""A security key in software (W3C WebAuthn): answers what a browser is asked, as one of a member of the cast would."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass(slots=True)
class SoftwareKey:
    """One passkey. `verifies`: whether it asks for a PIN; `origin`: the site that its browser shows."""

    origin: str
    verifies: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0
    handle: str = ""

    def make(self, options: str) -> str:
        """The answer to a question for a new passkey."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        numbers = self.secret.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        about = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + encode_cbor(public)
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(asked["rp"]["id"], ATTESTED) + about}
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(self._said("webauthn.create", asked["challenge"])),
                "attestationObject": bytes_to_base64url(encode_cbor(statement)),
                "transports": ["usb", "of-tomorrow"],
            }
        )

    def show(self, options: str) -> str:
        """The answer to a question for a passkey that is there."""
        asked = json.loads(options)
        self.count += 1
        data, said = self._data(asked["rpId"], 0), self._said("webauthn.get", asked["challenge"])
        signed = self.secret.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(said),
                "authenticatorData": bytes_to_base64url(data),
                "signature": bytes_to_base64url(signed),
                "userHandle": self.handle,
            }
        )

    def _data(self, site: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str) -> bytes:
        assert base64url_to_bytes(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        name = bytes_to_base64url(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
