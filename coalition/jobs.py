"""The ticks: deliver what is due, close what is due, make the public answers that are missing.

Huey is the doorbell; the rows are the truth. A tick may fire on any number of workers: the database keeps it to once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from huey import crontab

from coalition.actions.close import close_due
from coalition.actions.rebuild import rebuild
from coalition.emails import outbox
from coalition.extensions import make_huey
from coalition.rendering import bodies

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from coalition.config import Settings

log = structlog.get_logger(__name__)


class Jobs:
    """The job queue of one app: what the worker runs, and the two bells that wake it."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.huey: Any = make_huey(settings)
        self.deliver = self._task(app, "deliver", _deliver)
        self.render = self._task(app, "render", rebuild)
        self.tick = self._task(app, "tick", _tick, every_minute=True)

    def _task(self, app: Flask, name: str, work: Callable[[], object], *, every_minute: bool = False) -> Any:
        def run() -> None:
            with app.app_context():
                work()

        when = (crontab(minute="*"),) if every_minute else ()
        decorate = self.huey.periodic_task if every_minute else self.huey.task
        return decorate(*when, name=name)(run)

    def ring_delivery(self) -> None:
        """Wake the worker: mail is due. A bell that can not ring loses nothing, the next tick finds the rows."""
        self._ring(self.deliver)

    def ring_rendering(self) -> None:
        """Wake the worker: a public answer is missing."""
        self._ring(self.render)

    def _ring(self, task: Any) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001 -- whatever the queue's storage raises, the act is committed and stands
            log.warning("the doorbell did not ring", error=type(error).__name__)


def connect(app: Flask, settings: Settings) -> None:
    """Give the app its job queue, and the outbox and the public pages their bells."""
    jobs = Jobs(app, settings)
    app.extensions["coalition.jobs"] = jobs
    outbox.doorbell.ring = jobs.ring_delivery
    bodies.doorbell.ring = jobs.ring_rendering


def _deliver() -> None:
    outbox.drain()


def _tick() -> None:
    """Every minute: what the bells missed, and what only time makes due."""
    close_due()
    rebuild()
    outbox.drain()
