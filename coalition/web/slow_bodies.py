"""Forms that arrive slowly must not keep others waiting (SAFETY §1).

The web server gives a thread to each request, and a thread that reads a form waits for whoever sends it. So whole forms
are read first, by a limited number of threads, and within a limited time: whatever a crowd of slow senders does, the
other threads answer readers, and the ones that waited are free again soon (`coalition.web.stalled` hangs up on those
that send nothing at all). Why a form was not read is said by the app behind, in the reader's language.
"""

from __future__ import annotations

import io
import re
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

from coalition.web.stalled import Stalled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

SMALL: Final = 64 * 1024
"""Nearly every form at the signing door is smaller: uploads never take the threads that read those."""
MEGABYTE: Final = 1024 * 1024
LONGEST: Final = MEGABYTE
"""What is taken where no file is: a form in which every field is filled to its limit is shorter."""
LONGEST_WITH_FILE: Final = 20 * MEGABYTE
TAKE_FILES: Final = re.compile(r"/(desk|organisation|verify|letters/[^/]+/verify)(/|$)")
"""How the addresses begin to which files are sent."""
READERS_OF_SMALL: Final = 40
READERS_OF_LARGE: Final = 8
"""Threads of a web process that may wait for forms at once, beside those that `web_threads` promises to the others."""
SECONDS_AT_LEAST: Final = 10
BYTES_A_SECOND: Final = 32 * 1024
"""A form may take ten seconds, and one more for each so many bytes that it is long."""
UNREAD: Final = "coalition.unread"
"""In the environment of a request whose form was not read: the status that says why."""


class TooSlow(Exception):
    """A form did not arrive whole in the time that its length allows."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The threads that may wait for forms of a kind at once."""

    free: threading.BoundedSemaphore

    @classmethod
    def of(cls, readers: int) -> Queue:
        """A queue of so many threads."""
        return cls(threading.BoundedSemaphore(readers))


class SlowBodies:
    """A WSGI application in front of another, which gives it forms that are whole."""

    def __init__(self, behind: WSGIApplication, *, readers: int = READERS_OF_SMALL) -> None:
        self._behind = behind
        self._small, self._large = Queue.of(readers), Queue.of(READERS_OF_LARGE)
        self._stalled = Stalled()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Read the form, if there is one and somebody is free to, then let the app behind answer."""
        longest, length = longest_at(environ["PATH_INFO"]), _announced(environ)
        if length == 0:
            return self._behind(environ, start_response)
        if length is not None and length > longest:
            return self._unread(environ, start_response, 413)
        length = longest + 1 if length is None else length
        queue = self._small if length <= SMALL else self._large
        if not queue.free.acquire(blocking=False):
            return self._unread(environ, start_response, 503)
        try:
            whole = self._read(environ, length)
        except TooSlow:
            return self._unread(environ, start_response, 408)
        finally:
            queue.free.release()
        if len(whole) > longest:
            return self._unread(environ, start_response, 413)
        read = {"wsgi.input": io.BytesIO(whole), "CONTENT_LENGTH": str(len(whole))}
        return self._behind(environ | read, start_response)

    def _read(self, environ: WSGIEnvironment, length: int) -> bytes:
        until = time.monotonic() + seconds_for(length)
        with self._stalled.watched(environ, until):
            whole = read_until(environ["wsgi.input"], length, until)
        if len(whole) < (_announced(environ) or 0):
            raise TooSlow  # cut off: half a form is none
        return whole

    def _unread(self, environ: WSGIEnvironment, start_response: StartResponse, status: int) -> Iterable[bytes]:
        nothing = {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0", UNREAD: status}
        rest = {name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"}
        return self._behind(rest | nothing, start_response)


def longest_at(path: str) -> int:
    """How many bytes may be sent to an address."""
    return LONGEST_WITH_FILE if TAKE_FILES.match(path) else LONGEST


def _announced(environ: WSGIEnvironment) -> int | None:
    """How long the body says it is; None where it comes in pieces and does not say."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    announced = str(environ.get("CONTENT_LENGTH") or "")
    return int(announced) if announced.isdecimal() else 0


def seconds_for(length: int) -> float:
    """How long a form of so many bytes may take."""
    return SECONDS_AT_LEAST + length / BYTES_A_SECOND


def read_until(sent: IO[bytes] | Any, length: int, until: float) -> bytes:
    """So many bytes, or all there are. Raises TooSlow.

    A read ends only when all it asked for is there, so each asks for as much as has come before: who sends a byte now
    and then is found out after twice the time at most.
    """
    whole, wanted = bytearray(), 1
    while len(whole) < length:
        piece = sent.read(min(wanted, length - len(whole)))
        if not piece:
            break
        whole += piece
        if time.monotonic() > until:
            raise TooSlow
        wanted = max(len(whole), 1)
    return bytes(whole)
