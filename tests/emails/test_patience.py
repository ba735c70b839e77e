"""Limits of time: each ends what takes too long, and one thread watches them all."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from coalition.emails import patience
from coalition.emails.patience import at_most

LONG, SHORT = 60.0, 0.02
pytestmark = pytest.mark.only_on("sqlite")


def test_what_takes_too_long_is_ended_though_a_longer_limit_began_before() -> None:
    longer, shorter = threading.Event(), threading.Event()
    with at_most(LONG, longer.set), at_most(SHORT, shorter.set):
        assert shorter.wait(LONG)
    assert not longer.is_set()


def test_what_is_through_is_watched_no_more() -> None:
    with at_most(LONG, threading.Event().set):
        assert len(patience._watch._limits) == 1
    assert not patience._watch._limits


def test_many_limits_take_one_thread() -> None:
    with ExitStack() as limits:
        for _ in range(20):
            limits.enter_context(at_most(LONG, threading.Event().set))
        assert [thread.name for thread in threading.enumerate()].count("patience") == 1
