"""The worker: Huey's consumer, which answers the doorbells and keeps the ticks."""

from __future__ import annotations

import os
from typing import Any

from huey.consumer import Consumer

from coalition import create_app, logs
from coalition.cli import lifeline

SECONDS_BETWEEN_POLLS = 0.5
SECONDS_TO_END = 6
THREADS = 2
"""Mail must not wait for PDFs, nor PDFs for mail."""


def run(parent: int | None = None) -> None:
    """Work until told to end; dies with the process `parent`, where there is one."""
    lifeline.hold(parent)
    logs.name_process("worker")
    work = create_app().extensions["coalition.jobs"]
    work.start()
    _Consumer(
        work,
        workers=THREADS,
        initial_delay=0.1,
        backoff=1.15,
        max_delay=SECONDS_BETWEEN_POLLS,
        shutdown_timeout=SECONDS_TO_END,
        graceful_signal="TERM",
    ).run()
    # A thread that did not end in time must not keep the process: what it has in hand is taken back by its lease.
    os._exit(0)


class _Consumer(Consumer):  # type: ignore[misc]  # huey is untyped
    """Tells the work in hand to stop at its next step."""

    def __init__(self, work: Any, **options: Any) -> None:
        super().__init__(work.huey, **options)
        self._work = work

    def stop(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 -- huey calls it so
        self._work.stopping.set()
        super().stop(graceful=graceful)
