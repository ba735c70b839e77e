"""The signing door: contacts with a link."""

from coalition.web.signing import (
    answering,
    arrival,
    changing,
    code,
    commenting,
    leaving,
    ledger,
    proofing,
    reconfirming,
    recorded,
)
from coalition.web.signing.door import signing

__all__ = [
    "answering",
    "arrival",
    "changing",
    "code",
    "commenting",
    "leaving",
    "ledger",
    "proofing",
    "reconfirming",
    "recorded",
    "signing",
]
