"""Limits of time for what is awaited elsewhere: one thread watches them all.

A timer of its own for each step of each mail would start a thread every time, which costs more than the step does.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IDLE: Final = 10.0
"""Seconds without anything to watch after which the thread ends; the next limit starts another."""


class _Watch:
    """What is watched: until when, and what is done then."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._limits: dict[int, tuple[float, Callable[[], None]]] = {}
        self._numbers = count()
        self._thread: threading.Thread | None = None
        self._looks_at = 0.0
        """When the thread looks next."""

    def begin(self, seconds: float, at_the_end: Callable[[], None]) -> int:
        """Watch from now on; returns the number by which to end it."""
        number, until = next(self._numbers), time.monotonic() + seconds
        with self._changed:
            self._limits[number] = until, at_the_end
            if self._thread is None or not self._thread.is_alive():  # dead too in the child of a fork
                self._looks_at = until
                self._thread = threading.Thread(target=self._look, name="patience", daemon=True)
                self._thread.start()
            elif until < self._looks_at:
                self._looks_at = until
                self._changed.notify()
        return number

    def end(self, number: int) -> None:
        """Watch it no more."""
        self._limits.pop(number, None)

    def _look(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                over = [number for number, (until, _) in list(self._limits.items()) if until <= now]
                for number in over:
                    _, at_the_end = self._limits.pop(number, (0.0, _nothing))
                    at_the_end()
                self._looks_at = min((until for until, _ in list(self._limits.values())), default=now + IDLE)
                if not self._changed.wait(self._looks_at - now) and not self._limits and not over:
                    self._thread = None
                    return


def _nothing() -> None:
    """It ended just now."""


_watch = _Watch()


@contextmanager
def at_most(seconds: float, at_the_end: Callable[[], None]) -> Iterator[None]:
    """Have `at_the_end` called, by another thread, if the block is not through after `seconds`; it must be quick."""
    number = _watch.begin(seconds, at_the_end)
    try:
        yield
    finally:
        _watch.end(number)
