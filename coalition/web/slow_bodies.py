"""Forms that arrive slowly must not keep others waiting (SAFETY §1).

The web server gives a thread to each request, and a thread that reads a form waits for whoever sends it. So whole forms
are read first, by a limited number of threads: whatever a crowd of slow senders does, the other threads answer readers.
"""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

READERS: Final = 48
"""Threads of a web process that may wait for forms at once, beside those that `web_threads` promises to the others."""


class SlowBodies:
    """A WSGI application in front of another, which gives it forms that are whole."""

    def __init__(self, behind: WSGIApplication, *, longest: int, readers: int = READERS) -> None:
        """Forms over `longest` bytes are not read here: the application refuses them."""
        self._behind = behind
        self._longest = longest
        self._readers = threading.BoundedSemaphore(readers)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Read the form, if there is one and somebody is free to, then let the app behind answer."""
        length = self._to_read(environ)
        if not length:
            return self._behind(environ, start_response)
        if not self._readers.acquire(blocking=False):
            return _busy(start_response)
        try:
            whole = environ["wsgi.input"].read(length)
        finally:
            self._readers.release()
        read = {"wsgi.input": io.BytesIO(whole), "CONTENT_LENGTH": str(len(whole))}
        return self._behind(environ | read, start_response)

    def _to_read(self, environ: WSGIEnvironment) -> int:
        """How many bytes to read here: what is announced, or for a form in pieces one more than is allowed."""
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return self._longest + 1
        announced = str(environ.get("CONTENT_LENGTH") or "")
        length = int(announced) if announced.isdecimal() else 0
        return length if length <= self._longest else 0


def _busy(start_response: StartResponse) -> Iterable[bytes]:
    words = b"Too many forms are arriving at once. Send yours again in a moment.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "5"), ("Cache-Control", "no-store")]
    start_response("503 Service Unavailable", [*headers, ("Content-Length", str(len(words)))])
    return [words]
