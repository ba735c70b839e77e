"""The addresses by which mail comes home: one for what bounces off a row, one for what a person answers.

Each is the intake's address with a tail after a "+": the kind, the id, and the first 80 bits of an HMAC of both, in
base32. Hosts write addresses in capitals and in small letters as they like: none of it counts. Whoever has no key of
ours makes no such address, so a forged bounce changes nothing.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final
from uuid import UUID

from coalition import config, tokens

BOUNCE: Final = "b"
REPLY: Final = "r"
ID_BYTES: Final = 16
LONGEST_LOCAL_PART: Final = 64


def bounce_address(row_id: UUID, *, is_neutral: bool = False) -> str:
    """The envelope sender of an outbox row: what comes back names the row. Without an intake, the plain sender."""
    settings = config.settings()
    plain = settings.safe_sender_address if is_neutral else settings.sender_address
    return _address(_intake(is_neutral=is_neutral), BOUNCE, row_id) or plain


def reply_address(invitation_id: UUID, *, is_neutral: bool = False) -> str | None:
    """Where answers to mails about an invitation go; None without an intake."""
    return _address(_intake(is_neutral=is_neutral), REPLY, invitation_id)


def row_of(address: str) -> UUID | None:
    """The outbox row whose bounce address this is; None unless it was signed here."""
    return _id_in(address, BOUNCE)


def invitation_of(address: str) -> UUID | None:
    """The invitation whose reply address this is; None unless it was signed here."""
    return _id_in(address, REPLY)


def is_intake(address: str) -> bool:
    """Whether mail to the address is taken in here, with a tail or without."""
    local_part, _, host = address.rpartition("@")
    return _is_ours(f"{local_part.strip(chr(34)).partition('+')[0]}@{host}")


def _intake(*, is_neutral: bool) -> str:
    """The box to come home to. A neutral sender of its own has a neutral box of its own, or none (SAFETY §3)."""
    settings = config.settings()
    if not is_neutral:
        return settings.mail_intake
    return settings.safe_mail_intake or ("" if settings.safe_mail_from else settings.mail_intake)


def _address(intake: str, kind: str, about: UUID) -> str | None:
    if not intake:
        return None
    box, _, host = intake.rpartition("@")
    mark = tokens.ours().mark(f"return:{kind}", about.bytes)
    tail = base64.b32encode(about.bytes + mark).decode().rstrip("=").lower()
    return f"{box}+{kind}{tail}@{host}"


def _id_in(address: str, kind: str) -> UUID | None:
    local_part, _, host = address.strip().strip("<>").rpartition("@")
    box, plus, tail = local_part.strip('"').rpartition("+")
    if len(local_part) > LONGEST_LOCAL_PART or not plus or tail[:1].lower() != kind or not _is_ours(f"{box}@{host}"):
        return None
    encoded = tail[1:].upper()
    try:
        found = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
    except (binascii.Error, ValueError):
        return None
    about, mark = found[:ID_BYTES], found[ID_BYTES:]
    if len(about) != ID_BYTES or not tokens.ours().is_marked(f"return:{kind}", about, mark):
        return None
    return UUID(bytes=about)


def _is_ours(box: str) -> bool:
    settings = config.settings()
    return box.lower() in {intake.lower() for intake in (settings.mail_intake, settings.safe_mail_intake) if intake}
