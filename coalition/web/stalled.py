"""Whoever announces a form and then sends nothing is hung up on.

The web server waits for such a form without end, and the thread that reads it can not be woken but by its connection.
Which connection that is, the server does not say; the kernel knows on which ones nothing has moved for long, either
way. Those to our own port are ended while a form is overdue: they are the stalled ones, or rest between two requests.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import WSGIEnvironment

SECONDS_BETWEEN_LOOKS: Final = 1.0
SECONDS_WITHOUT_A_BYTE: Final = 30
"""No answer takes longer to be made (coalition.database): who waits for one is not mistaken for who is stalled."""
SERVER: Final = "Granian"
"""The one server whose connections lie open in this process; another has its own ways."""
TCP_INFO: Final = struct.Struct("=8B13I")
"""The beginning of the kernel's struct tcp_info (linux/tcp.h)."""
UNACKED, LAST_SENT, LAST_RECEIVED = 8 + 4, 8 + 9, 8 + 11
log = structlog.get_logger(__name__)


class Stalled:
    """Watches over the forms that are being read in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: dict[int, float] = {}
        self._is_watching = False

    @contextmanager
    def watched(self, environ: WSGIEnvironment, until: float) -> Iterator[None]:
        """While the block runs, a form is read that has to be there at `until` (of the monotonic clock)."""
        if environ.get("SERVER_SOFTWARE") != SERVER or not hasattr(socket, "TCP_INFO"):
            yield
            return
        reading = threading.get_ident()
        with self._lock:
            self._due[reading] = until
            if not self._is_watching:
                self._is_watching = True
                threading.Thread(target=self._watch, name="stalled", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._due.pop(reading, None)

    def _watch(self) -> None:
        """Look now and then, until no form is read any more."""
        while True:
            time.sleep(SECONDS_BETWEEN_LOOKS)
            with self._lock:
                if not self._due:
                    self._is_watching = False
                    return
                is_overdue = min(self._due.values()) < time.monotonic()
            if is_overdue and (ended := hang_up()):
                log.warning("hung up on connections that sent nothing", number=ended)


def hang_up(*, seconds: float = SECONDS_WITHOUT_A_BYTE) -> int:
    """End the connections to a port of ours on which nothing has moved for so long, either way; how many."""
    held = [number for number in _open_files() if _is_socket(number)]
    ports = {port for number in held if (port := _port(number, listens=True))}
    return sum(_end_if_stalled(number, seconds) for number in held if _port(number, listens=False) in ports)


def _open_files() -> list[int]:
    return [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]


def _is_socket(number: int) -> bool:
    with suppress(OSError):
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    return False


def _port(number: int, *, listens: bool) -> int:
    """Our end's port of a connection, or of what listens for them; 0 for what is neither."""
    with suppress(OSError), socket.socket(fileno=os.dup(number)) as one:
        is_of_network = one.family in {socket.AF_INET, socket.AF_INET6} and one.type == socket.SOCK_STREAM
        if is_of_network and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) is listens:
            return int(one.getsockname()[1])
    return 0


def _end_if_stalled(number: int, seconds: float) -> bool:
    with suppress(OSError), socket.socket(fileno=os.dup(number)) as connection:
        said = TCP_INFO.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO.size))
        if said[UNACKED] == 0 and min(said[LAST_SENT], said[LAST_RECEIVED]) >= seconds * 1000:
            connection.shutdown(socket.SHUT_RDWR)
            return True
    return False
