"""Asking over the network as a reader does: one request, one connection, what came back and by which certificate."""

from __future__ import annotations

import http.client
import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

Said = TypeVar("Said")

SECONDS: Final = 15
LONGEST: Final = 1024 * 1024
"""So much of an answer is read."""


class Unreachable(Exception):
    """No answer came; the message says how it failed, as part of a sentence."""


class Untrusted(Unreachable):
    """It answers, and its certificate does not prove who it is."""


@dataclass(frozen=True, slots=True)
class Came:
    """An answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    certificate: dict[str, Any]
    """As `ssl.SSLSocket.getpeercert` gives it; {} without TLS."""
    protocol: str

    def every(self, name: str) -> list[str]:
        """The values of each header of that name."""
        return [value for found, value in self.headers if found.casefold() == name.casefold()]

    def one(self, name: str) -> str:
        """The first of them, or ""."""
        return next(iter(self.every(name)), "")

    @property
    def until(self) -> datetime | None:
        """Until when the certificate holds."""
        ends = self.certificate.get("notAfter")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None

    @property
    def names(self) -> list[str]:
        """The names in the certificate."""
        return [name.casefold() for kind, name in self.certificate.get("subjectAltName", ()) if kind == "DNS"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks; trusts the system's certificates and those in `ca_file`."""

    ca_file: str | None = None

    def ask(self, root: str, path: str, headers: dict[str, str] | None = None) -> Came:
        """The answer to a GET; redirects are not followed. Raises Unreachable."""
        with closing(self._connection(root)) as connection:
            return _spoken(connection, lambda: _asked(connection, path, headers or {}))

    def status_for_form(self, root: str, path: str, *, length: int) -> int:
        """What is said to a POST of so many bytes before any of them is sent: 100 is "go on". Raises Unreachable."""
        with closing(self._connection(root)) as connection:
            return _spoken(connection, lambda: _announced(connection, path, length))

    def _connection(self, root: str) -> http.client.HTTPConnection:
        address = urlsplit(root)
        host = address.hostname or ""
        if address.scheme == "http":
            return http.client.HTTPConnection(host, address.port, timeout=SECONDS)
        context = ssl.create_default_context()
        if self.ca_file:
            context.load_verify_locations(self.ca_file)
        return http.client.HTTPSConnection(host, address.port, timeout=SECONDS, context=context)


def _spoken(connection: http.client.HTTPConnection, speak: Callable[[], Said]) -> Said:
    try:
        connection.connect()
        return speak()
    except ssl.SSLCertVerificationError as error:
        raise Untrusted(error.verify_message) from error
    except socket.gaierror as error:
        raise Unreachable("the DNS does not know its name") from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(str(error).lower() or type(error).__name__) from error


def _asked(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Came:
    wire = connection.sock
    certificate = dict(wire.getpeercert() or {}) if isinstance(wire, ssl.SSLSocket) else {}
    protocol = (wire.version() or "") if isinstance(wire, ssl.SSLSocket) else ""
    connection.request("GET", path, headers={"Connection": "close"} | headers)
    answer = connection.getresponse()
    return Came(answer.status, tuple(answer.getheaders()), answer.read(LONGEST), certificate, protocol)


def _announced(connection: http.client.HTTPConnection, path: str, length: int) -> int:
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(length))
    connection.putheader("Content-Type", "application/octet-stream")
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    with connection.sock.makefile("rb") as file:
        line = file.readline(1000).split()
    return int(line[1]) if len(line) > 1 and line[1].isdigit() else 0
