"""The signing door: contacts with a link."""

from coalition.web.signing import (
    answering,
    arrival,
    changing,
    asking_late,
    asking_time,
    code,
    commenting,
    leaving,
    ledger,
    own_entry,
    own_held,
    own_home,
    own_people,
    own_way,
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
    "own_entry",
    "asking_late",
    "asking_time",
    "own_held",
    "own_home",
    "own_people",
    "own_way",
    "proofing",
    "reconfirming",
    "recorded",
    "signing",
]
