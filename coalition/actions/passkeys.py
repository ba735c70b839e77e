"""Passkeys (W3C Web Authentication): what is asked of a browser, and whether what it answers is true.

A challenge lies signed in the page and is good for one use within ten minutes: that it was used stands in the counters
of the database. What it was made for, and for whom, is signed with it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from coalition import clock, config, tokens
from coalition.models import limit
from coalition.models.limit import TooOften
from coalition.tokens import NotOurs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication

    from coalition.models.account import Account
    from coalition.models.second_step import Passkey

LASTS: Final = timedelta(minutes=10)
LONGEST: Final = 20_000
"""Characters of an answer that are read."""
CHALLENGE_BYTES: Final = 32
_REQUIRED = UserVerificationRequirement.REQUIRED
_PREFERRED = UserVerificationRequirement.PREFERRED
_BROKEN = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, UnicodeError)
"""What the library raises for answers that no browser gives."""


class PasskeyRefused(Exception):
    """What the browser sent does not prove anything: another challenge, an old or used one, a key that is not known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in a page: the browser's options as JSON, and the challenge's token."""

    options: str
    token: str


@dataclass(frozen=True, slots=True)
class _Challenge:
    value: bytes
    made_at: datetime

    def take(self, session: Session) -> None:
        """Use it up; part of a verb. Raises PasskeyRefused where it was used before.

        It is counted at the instant it was made, so that it is always the same counter.
        """
        try:
            limit.count(session, "passkey", self.value.hex(), limit=1, every=timedelta(hours=1), now=self.made_at)
        except TooOften:
            raise PasskeyRefused from None


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that a browser made."""

    challenge: _Challenge
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    is_synced: bool

    def take(self, session: Session) -> None:
        """Use the challenge up; part of a verb. Raises PasskeyRefused."""
        self.challenge.take(session)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey that a browser says it has: which, and what proves it."""

    challenge: _Challenge
    credential_id: bytes
    credential: Any
    is_alone: bool
    """Whether it stands for the password too: the device must have verified its person."""

    def prove(self, *, public_key: bytes, sign_count: int, of: UUID) -> int:
        """How often the passkey was used by now, where the proof holds. Raises PasskeyRefused."""
        handle = self.credential.response.user_handle
        if (self.is_alone and not handle) or (handle and handle != of.bytes):
            raise PasskeyRefused
        try:
            verified: VerifiedAuthentication = webauthn.verify_authentication_response(
                credential=self.credential,
                expected_challenge=self.challenge.value,
                expected_rp_id=_site(),
                expected_origin=config.settings().root,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=self.is_alone,
            )
        except _BROKEN:
            raise PasskeyRefused from None
        return verified.new_sign_count

    def take(self, session: Session) -> None:
        """Use the challenge up; part of a verb. Raises PasskeyRefused."""
        self.challenge.take(session)


def are_possible() -> bool:
    """Whether browsers make passkeys for the public address: it has a name, and https unless it is this machine's."""
    address = urlsplit(config.settings().public_address)
    host = address.hostname or ""
    has_name = not host.replace(".", "").isdigit() and ":" not in host
    return has_name and (address.scheme == "https" or host == "localhost" or host.endswith(".localhost"))


def ask_to_make(account: Account, known: Iterable[Passkey], *, coalition: str) -> Asked:
    """What a browser is asked for so that it makes a passkey for an account, on a device that has none of `known`."""
    challenge, token = _new("make", account.id)
    options = webauthn.generate_registration_options(
        rp_id=_site(),
        rp_name=coalition,
        user_id=account.id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge,
        timeout=LASTS // timedelta(milliseconds=1),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
        ),
        exclude_credentials=_descriptors(known),
    )
    return Asked(webauthn.options_to_json(options), token)


def ask_to_show(known: Iterable[Passkey], *, of: UUID) -> Asked:
    """What a browser is asked for as the second step of an account: one of its passkeys."""
    challenge, token = _new("step", of)
    return _to_show(challenge, token, _PREFERRED, _descriptors(known))


def ask_to_sign_in() -> Asked:
    """What a browser is asked for so that a passkey signs in by itself."""
    challenge, token = _new("sign-in", None)
    return _to_show(challenge, token, _REQUIRED, [])


def check_made(answer: str, token: str, account_id: UUID) -> Made:
    """What a browser made for the challenge in the token. Raises PasskeyRefused."""
    challenge = _read(token, wanted="make", of=account_id)
    try:
        said = json.loads(answer[:LONGEST])
        verified = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=challenge.value,
            expected_rp_id=_site(),
            expected_origin=config.settings().root,
            require_user_verification=True,
        )
        transports = said["response"].get("transports") or []
    except _BROKEN:
        raise PasskeyRefused from None
    known = {one.value for one in AuthenticatorTransport}
    return Made(
        challenge,
        verified.credential_id,
        verified.credential_public_key,
        verified.sign_count,
        tuple(one for one in transports if one in known) if isinstance(transports, list) else (),
        verified.credential_backed_up,
    )


def check_shown(answer: str, token: str, *, wanted: str, of: UUID | None) -> Shown:
    """Which passkey answered the challenge in the token, still to be proved. Raises PasskeyRefused."""
    challenge = _read(token, wanted=wanted, of=of)
    try:
        credential = parse_authentication_credential_json(answer[:LONGEST])
    except _BROKEN:
        raise PasskeyRefused from None
    return Shown(challenge, credential.raw_id, credential, is_alone=of is None)


def _site() -> str:
    return config.settings().mail_host


def _new(wanted: str, of: UUID | None) -> tuple[bytes, str]:
    challenge = webauthn.helpers.generate_challenge()
    facts = {
        "challenge": bytes_to_base64url(challenge),
        "for": wanted,
        "of": of.hex if of else "",
        "at": clock.now().isoformat(),
    }
    return challenge, tokens.ours().write_form("passkey", facts)


def _read(token: str, *, wanted: str, of: UUID | None) -> _Challenge:
    try:
        facts = tokens.ours().read_form("passkey", token)
    except NotOurs:
        raise PasskeyRefused from None
    made_at = datetime.fromisoformat(facts["at"])
    if facts["for"] != wanted or facts["of"] != (of.hex if of else "") or clock.now() - made_at >= LASTS:
        raise PasskeyRefused
    return _Challenge(base64url_to_bytes(facts["challenge"]), made_at)


def _to_show(
    challenge: bytes, token: str, verification: UserVerificationRequirement, known: list[PublicKeyCredentialDescriptor]
) -> Asked:
    options = webauthn.generate_authentication_options(
        rp_id=_site(),
        challenge=challenge,
        timeout=LASTS // timedelta(milliseconds=1),
        allow_credentials=known,
        user_verification=verification,
    )
    return Asked(webauthn.options_to_json(options), token)


def _descriptors(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id, transports=[AuthenticatorTransport(way) for way in one.transports] or None
        )
        for one in known
    ]
