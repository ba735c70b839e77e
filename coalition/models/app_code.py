"""The codes that an app shows (RFC 6238): six digits, anew each half minute, from a secret that both sides hold."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from passlib.exc import TokenError
from passlib.totp import TOTP

DIGITS: Final = 6
HALF_MINUTE: Final = 30
DRIFT: Final = 1
"""So many half minutes a clock may be ahead or behind."""
GROUP: Final = 4


def new_secret() -> str:
    """A secret of 160 bits in base32, as apps take it."""
    return str(TOTP.new(size=20).base32_key)


def address_of(secret: str, *, of: str, at: str) -> str:
    """What the QR code says to an app: the secret, `of` whom it is and `at` which coalition."""
    label, issuer = (name.replace(":", " ") for name in (of, at))  # a colon would end either
    return str(TOTP(key=secret).to_uri(label=label, issuer=issuer))


def in_groups(secret: str) -> str:
    """A secret as it is read and typed: "ABCD EFGH …"."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def step_of(secret: str, typed: str, *, now: datetime, after: int | None) -> int | None:
    """The half minute whose code was typed; None where it is no code of now, or of none later than `after`."""
    digits = digits_of(typed)
    if len(digits) != DIGITS:
        return None
    try:
        found = TOTP(key=secret).match(digits, time=now, window=DRIFT * HALF_MINUTE, last_counter=after)
    except TokenError:
        return None
    return int(found.counter)


def digits_of(typed: str) -> str:
    """The digits somebody typed, in whatever script and groups; nothing where letters stand among them."""
    digits = [unicodedata.digit(sign, None) for sign in typed[:64] if sign.isalnum()]
    return "" if None in digits else "".join(map(str, digits))
