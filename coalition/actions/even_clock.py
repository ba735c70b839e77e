"""Whether the clock has gone evenly for a while: what can not be undone is not done because a clock jumped.

The tick looks at the clock and writes down what it showed. Where it shows two days more than the last time, or goes
back, nobody knows which of the two was right: then a week has to pass evenly, in which an operator sees it. A machine
that was off for long looks the same, and waits the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.database import transaction
from coalition.models.machinery import Tick

SEEN: Final = "clock: seen"
"""The fact of a tick: what the clock showed when somebody looked last."""
EVEN: Final = "clock: even since"
LONGEST_GAP: Final = timedelta(days=2)
BACK: Final = timedelta(hours=1)
"""So much do the clocks of several machines differ before it counts as going back."""
LONG_ENOUGH: Final = timedelta(days=7)


def has_gone_evenly() -> bool:
    """Look at the clock and write it down; whether it went evenly for a week. Owns its transaction."""
    try:
        return _looked_at()
    except IntegrityError:  # another worker looked for the first time by a moment earlier
        return False


def _looked_at() -> bool:
    with transaction() as session:
        now = clock.now()
        seen, even = (session.get(Tick, fact, with_for_update=True) for fact in (SEEN, EVEN))
        if seen is None or even is None or not -BACK <= now - seen.at <= LONGEST_GAP:
            session.merge(Tick(fact=EVEN, at=now))
            session.merge(Tick(fact=SEEN, at=now))
            return False
        seen.at = now
        return now - even.at >= LONG_ENOUGH
