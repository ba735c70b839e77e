"""A clock that jumps erases nothing: what can not be undone waits until the clock went evenly for a week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coalition import clock
from coalition.actions import close, retention
from coalition.actions.even_clock import has_gone_evenly
from coalition.database import db
from coalition.models.letter import Letter
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast

DAY = timedelta(days=1)


def test_a_clock_that_jumps_ahead_forgets_nobody_until_it_went_evenly_for_a_week(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    close.close(letter_id, by=cast.coordinator)
    present = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: present[0])

    def is_forgotten_after(gone: timedelta) -> bool:
        present[0] += gone
        retention.forget_by_itself()
        db.session.rollback()
        return db.session.get_one(Letter, letter_id).forgotten_at is not None

    assert not any(is_forgotten_after(DAY) for _ in range(9))
    assert not is_forgotten_after(400 * DAY)
    assert not is_forgotten_after(-400 * DAY), "and back again"
    assert not is_forgotten_after(400 * DAY)
    assert [is_forgotten_after(DAY) for _ in range(7)] == [False] * 6 + [True]


@pytest.mark.usefixtures("app")
def test_machines_whose_clocks_differ_by_minutes_agree_that_it_goes_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    present = clock.now()
    for number in range(4 * 8):
        at = present + timedelta(hours=6 * number, minutes=-20 if number % 2 else 20)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        went = has_gone_evenly()
    assert went
