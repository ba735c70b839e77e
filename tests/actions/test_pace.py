"""What making answers anew may take of a core."""

from __future__ import annotations

from dataclasses import dataclass

from coalition.actions.pace import SHARES, STORES, Pace
from coalition.rendering.bodies import Turn


@dataclass
class Clock:
    """A clock that stands still unless it is moved."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_what_is_added_once_is_made_at_once() -> None:
    pace = Pace(Clock())
    assert all(pace.may(turn) for turn in SHARES)
    assert pace.seconds_to_wait() is None


def test_however_often_something_is_added_the_share_of_a_core_is_kept() -> None:
    clock = Clock()
    pace, used = Pace(clock), 0.0
    for _ in range(10_000):
        clock.seconds += 0.1
        if pace.may(Turn.AT_ONCE):
            pace.spend(Turn.AT_ONCE, 0.4)
            used += 0.4
    assert used <= 1_000 * SHARES[Turn.AT_ONCE] + STORES[Turn.AT_ONCE] + 0.4
    assert sum(SHARES.values()) <= 0.1


def test_the_longer_it_took_the_longer_the_next_one_waits() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.spend(Turn.LATER, STORES[Turn.LATER] + 3)
    assert not pace.may(Turn.LATER)
    assert pace.may(Turn.AT_ONCE)
    wait = pace.seconds_to_wait()
    assert wait is not None
    assert round(wait) == round(3 / SHARES[Turn.LATER])
    clock.seconds += wait
    assert pace.may(Turn.LATER)
    assert pace.seconds_to_wait() is None
