"""What the processes write down: a line of JSON for each event, without addresses, tokens or names.

Messages of exceptions are left out, as they may repeat what people typed: type and places in the code remain.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from structlog.typing import Processor

    from coalition.config import Settings

QUIET_LIBRARIES = ("huey", "alembic", "flask_limiter")


def configure(settings: Settings) -> None:
    """Send events of ours and of libraries to stderr; in the demonstration only what is amiss."""
    lowest = logging.WARNING if settings.demo else logging.INFO
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[Processor] = [structlog.stdlib.add_log_level, stamp, without_messages]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    if logging.getLogger().handlers:
        return  # whoever runs us has said where the events of libraries go
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(level=lowest, handlers=[writer])


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
