"""What the processes write down: a line of JSON for each event, without addresses, tokens or names.

Each has its event, level, time and process; within a request also its name, which the error page shows, and its route.
Messages of exceptions are left out, as they may repeat what people typed: type and places in the code remain. Of what
libraries fill into their sentences the numbers remain.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from structlog.typing import Processor

    from coalition.config import Settings

FILLED = re.compile(r"%(?:\(\w+\))?[#0 +-]*[\d.]*[a-zA-Z]")
"""Where a library's sentence has something filled in."""
QUIET_LIBRARIES = ("huey", "alembic", "flask_limiter")


_process = "command"


def name_process(name: str) -> None:
    """Say what this process is: web, worker, metrics; one that never says it is a command."""
    global _process  # noqa: PLW0603 -- one name for one process
    _process = name


def configure(settings: Settings) -> None:
    """Send events of ours and of libraries to stderr; in the demonstration only what is amiss."""
    lowest = logging.WARNING if settings.demo else logging.INFO
    structlog.configure(
        processors=[*_shared(), structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    if logging.getLogger().handlers:
        return  # whoever runs us has said where the events of libraries go
    logging.basicConfig(level=lowest, handlers=[writer(sys.stderr)])
    threading.excepthook = _thread_failed


def writer(stream: TextIO) -> logging.Handler:
    """What writes the events of libraries, as ours are written."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_shared(), without_words],
            pass_foreign_args=True,
            use_get_message=False,
        )
    )
    return handler


def _shared() -> list[Processor]:
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    named = structlog.contextvars.merge_contextvars
    return [named, structlog.stdlib.add_log_level, stamp, _with_process, without_messages]


def _with_process(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["process"], event["pid"] = _process, os.getpid()
    return event


def without_words(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of what a library fills into its sentence leave the numbers; a sentence that is an exception becomes its kind."""
    filled = event.pop("positional_args", None) or ()
    said = event["_record"].msg
    if isinstance(said, BaseException):
        event["event"] = type(said).__name__
    elif filled:
        numbers = iter(filled if isinstance(filled, tuple) else ())
        event["event"] = FILLED.sub(lambda _place: _number_or_nothing(next(numbers, None)), str(said))
    return event


def _number_or_nothing(value: object) -> str:
    return str(value) if isinstance(value, int | float) else "…"


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    """A thread that nobody waits for ended by an error: its words would go to stderr as they are."""
    log = structlog.get_logger(__name__)
    log.error("a thread failed", thread=failed.thread.name if failed.thread else "", exc_info=failed.exc_value)


def without_messages(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the places it came through."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["places"] = [
            f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-12:]
        ]
    return event
