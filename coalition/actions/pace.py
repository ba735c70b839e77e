"""How much of a core making answers anew may take: the longer it took, the longer the next one waits.

Each turn has a small store of time that fills at its share of a core. It may be used up at once, so a letter that one
organisation signs is made anew at once; one that a thousand sign in an hour takes no more than its share.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from coalition.rendering.bodies import Turn

if TYPE_CHECKING:
    from collections.abc import Callable

SHARES: Final = {Turn.AT_ONCE: 0.07, Turn.SOON: 0.02, Turn.LATER: 0.01}
"""Of a core: together a tenth."""
STORES: Final = {Turn.AT_ONCE: 1.0, Turn.SOON: 1.5, Turn.LATER: 2.0}
"""Seconds of processor time that may be used up at once."""


SECONDS_BETWEEN_WHOLE_LOOKS: Final = 50


class Pace:
    """The stores of one worker."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._left = dict(STORES)
        self._at = now()
        self._refused: set[Turn] = set()
        self._whole, self._whole_until = (0, 0), now()

    def may(self, turn: Turn) -> bool:
        """Whether there is time left for a turn; one that is refused is due again (`seconds_to_wait`)."""
        self._fill()
        is_left = self._left[turn] > 0
        (self._refused.discard if is_left else self._refused.add)(turn)
        return is_left

    def spend(self, turn: Turn, seconds: float) -> None:
        """So much processor time was used; there may be less than none left."""
        self._left[turn] -= seconds

    def seconds_to_wait(self) -> float | None:
        """Until a turn that was refused may be asked for again; None where none was."""
        self._fill()
        return min((max(-self._left[turn] / SHARES[turn], 0.0) + 0.01 for turn in self._refused), default=None)

    def is_whole(self, stored: tuple[int, int]) -> bool:
        """Whether nothing was stored or deleted since nothing was missing: bells that ring often look once a minute."""
        return stored == self._whole and self._now() < self._whole_until

    def saw_whole(self, stored: tuple[int, int]) -> None:
        """Nothing is missing beside what is stored: the site's generation, and how many bodies there are."""
        self._whole, self._whole_until = stored, self._now() + SECONDS_BETWEEN_WHOLE_LOOKS

    def _fill(self) -> None:
        now = self._now()
        passed, self._at = max(now - self._at, 0.0), now
        for turn, share in SHARES.items():
            self._left[turn] = min(self._left[turn] + share * passed, STORES[turn])
