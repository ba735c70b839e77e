"""Passwords are proved one after the other (docs/accounts.md).

Each takes 64 MB and a fifth of a second of a processor, and anybody may send one: many at once would take the memory of
a small server, and its threads from readers. So strangers wait in a short line, and who finds it full is told that the
site is busy. Browsers that signed in before have a line of their own.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import ServiceUnavailable

from coalition.web import entrance, known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

PLACES: Final = 8
"""So many wait in one line of a web process, or are being proved."""
SECONDS_TO_WAIT: Final = 5
"""After so many a program may try again; it stands in Retry-After."""


class Line:
    """Those who wait until their password is proved."""

    def __init__(self, *, places: int = PLACES) -> None:
        self._places, self._turn = threading.BoundedSemaphore(places), threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The block runs while no other of this line does. Raises ServiceUnavailable where no place is left."""
        if not self._places.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=SECONDS_TO_WAIT)
        try:
            with self._turn:
                yield
        finally:
            self._places.release()


class Lines:
    """Those of this process."""

    strangers = Line()
    known = Line()


class Try:
    """One password that was typed at the sign-in page: what `enter.with_password` asks of the browser."""

    def __init__(self) -> None:
        self._line = Lines.strangers

    def knows(self, account_id: UUID) -> str:
        """What the browser is known by to the account; empty: it never signed in."""
        mark = known.here(account_id)
        self._line = Lines.known if mark else Lines.strangers
        return mark

    def fits(self, password: str, known_hash: str | None) -> bool:
        """Whether the password belongs to the hash, once its turn has come."""
        with self._line.turn():
            return entrance.password_fits(password, known_hash)
