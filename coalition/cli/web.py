"""The web processes: granian, answering through the app that wsgi.py gives."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from coalition import config, create_app, logs
from coalition.cli import lifeline
from coalition.database import bound, db

if TYPE_CHECKING:
    from flask import Flask

SECONDS_FOR_HEADERS = 10
"""Whoever takes longer to send the head of a request is hung up on."""
SECONDS_TO_END = 5
BACKLOG = 1024
READERS = 48
"""Threads beside those of the settings: so many may wait for slow forms (coalition.web.slow_bodies)."""
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"_granian": {"propagate": True}},
}


def run(parent: int | None = None) -> None:
    """Serve until told to end; dies with the process `parent`, where there is one."""
    lifeline.hold(parent)
    logs.name_process("web")
    settings = config.load()
    logs.configure(settings)
    Granian(
        "coalition.cli.web:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads + READERS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=SECONDS_FOR_HEADERS * 1000),
        backlog=BACKLOG,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=SECONDS_TO_END,
        log_access=False,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
    ).serve()


def application() -> Flask:
    """The app of one web process, which dies with the one that started it."""
    parent = multiprocessing.parent_process()
    lifeline.hold(parent.pid if parent else None)
    logs.name_process("web")
    app = create_app()
    with app.app_context():
        bound(db.engine)
    return app
