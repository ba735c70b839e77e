"""Which requests are written down: those that failed or were slow, by the name of their route, never by their path.

Each request has a name made by chance, which stands on every line that is written while it lasts, and on the page of a
fault: whoever reads it out to the operator has the line found.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any, Final

import structlog
from flask import g, request

if TYPE_CHECKING:
    from flask import Flask, Response

SLOW: Final = 3.0
"""Seconds after which an answer is slow."""
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none that is taken for another when it is read out."""
KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
EXPECTED: Final = frozenset({501, 503})
"""Said on purpose: of a format that we do not make; of what is being made, or is away for a moment, which has a line of
its own."""
log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Name each request before anything else is done for it, and look at its answer last."""
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, look)
    app.teardown_request(end)
    app.context_processor(lambda: {"request_name": name()})


def name() -> str:
    """The name of the present request, like "7F3K-Q2"; "" before it has one."""
    return str(g.get("request_name", ""))


def begin() -> None:
    """Give the request its name, and put it on every line that is written until it ends."""
    chosen = "".join(LETTERS[byte % len(LETTERS)] for byte in secrets.token_bytes(6))  # 256 is a multiple of 32
    g.request_name, g.request_began = f"{chosen[:4]}-{chosen[4:]}", time.monotonic()
    method = request.method if request.method in KNOWN_METHODS else "another"
    structlog.contextvars.bind_contextvars(request=g.request_name, route=request.endpoint or "none", method=method)


def look(response: Response) -> Response:
    """Write down what failed, or took long."""
    if "request_began" not in g:
        return response
    milliseconds = round((time.monotonic() - g.request_began) * 1000)
    if response.status_code >= 500 and response.status_code not in EXPECTED:
        log.error("a request failed", status=response.status_code, milliseconds=milliseconds)
    elif milliseconds > SLOW * 1000:
        log.warning("a request was slow", status=response.status_code, milliseconds=milliseconds)
    return response


def end(_error: Any) -> None:
    """Take its name off the lines that follow."""
    structlog.contextvars.unbind_contextvars("request", "route", "method")
