"""How long to wait before the next attempt: doubling, capped, and never to the second the same for two."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=8)
SPREAD: Final = 0.3
"""What chance adds or takes, as a share of the wait: what failed together does not come back together."""


def wait_after(attempts: int, *, first: timedelta = FIRST, longest: timedelta = LONGEST) -> timedelta:
    """How long to wait after so many attempts in a row that failed."""
    doublings = min(max(attempts - 1, 0), 30)
    wait: timedelta = min(first * 2**doublings, longest)
    return wait * (1 - SPREAD / 2 + SPREAD * secrets.randbelow(1000) / 1000)
