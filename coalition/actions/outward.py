"""One call to another host: a POST to an address that somebody typed, which can not be made to reach our own networks.

The name is resolved once and the call goes to the very address that was looked at; no redirect is followed, no proxy of
the environment is used, and of the answer nothing but its status and how long to wait is read.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from coalition.emails.patience import at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS: Final = 15.0
"""How long one call may take, from the first packet to the answer's head, however slowly either trickles."""
ADDRESSES_TRIED: Final = 3
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
GIVEN_OUT: Final = ipaddress.ip_network("2000::/3")
NOT_OPEN: Final = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""For protocols, for a way that is closed, for examples: not all versions of Python know."""
TROUBLES: Final = ("unresolved", "private", "unreachable", "certificate", "no_answer")
"""Why there is no answer: the name leads nowhere, or into our own networks; nobody listens; the certificate is not that
of the name; nothing that is HTTP came back in time."""
Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"


class AddressNotTaken(Exception):
    """No address that can be told: not https, without a host, with a password, or of our own networks."""


class NotReached(Exception):
    """The call brought no answer; `trouble` is one of TROUBLES."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, and for how many seconds we were asked to wait."""

    status: int
    wait: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether it was taken. A redirect is not followed, so it was not."""
        return 200 <= self.status < 300


def check_address(address: str, *, reaches_private: bool) -> None:
    """Look at an address as it was typed, without asking any other host. Raises AddressNotTaken."""
    try:
        parts, _port = urlsplit(address), urlsplit(address).port
    except ValueError as error:
        raise AddressNotTaken(address) from error
    host = parts.hostname or ""
    is_plain = address.isascii() and address.isprintable() and " " not in address
    schemes = {"https", "http"} if reaches_private else {"https"}
    if not is_plain or parts.scheme not in schemes or not host or "@" in parts.netloc or parts.fragment:
        raise AddressNotTaken(address)
    with suppress(ValueError):  # a name, which is looked up at each call
        if not (reaches_private or is_public(ipaddress.ip_address(host))):
            raise AddressNotTaken(address)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also where it carries another one in itself.

    Of IPv6 only what is given out for that: other blocks may lead to addresses of IPv4, and to networks of one's own.
    """
    if address.is_multicast or not address.is_global or any(address in block for block in NOT_OPEN):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    if address in NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    carried = [address.sixtofour, *(address.teredo or ())]
    return address in GIVEN_OUT and all(is_public(one) for one in carried if one is not None)


def post(
    address: str, body: bytes, headers: Mapping[str, str], *, reaches_private: bool, seconds: float = SECONDS
) -> Answer:
    """Send `body` to `address`; the answer's status. Raises NotReached.

    `reaches_private`: whether the host may be this machine or one of its own networks.
    """
    parts = urlsplit(address)
    call = _Call()
    with at_most(seconds, call.cut), closing(call):
        return call.post(parts, body, headers, reaches_private=reaches_private, seconds=seconds)


class _Call:
    """A call on its way, which another thread may cut."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def post(
        self, parts: SplitResult, body: bytes, headers: Mapping[str, str], *, reaches_private: bool, seconds: float
    ) -> Answer:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        self._socket = _connect(_resolved(host, port, reaches_private=reaches_private), port, seconds)
        self._socket.settimeout(seconds)
        if parts.scheme == "https":
            self._encrypt(self._socket, host)
        connection = http.client.HTTPConnection(host, port)
        connection.sock, connection.auto_open = self._socket, 0  # it never looks the name up itself
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body, {**headers, "Host": parts.netloc, "Connection": "close"})
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotReached("no_answer") from error
        wait = answer.getheader("Retry-After", "")
        return Answer(answer.status, int(wait) if wait.isdecimal() and len(wait) < 9 else 0)

    def _encrypt(self, connected: socket.socket, host: str) -> None:
        try:
            encrypted = _trust().wrap_socket(connected, server_hostname=host, do_handshake_on_connect=False)
            self._socket = encrypted  # before the handshake, so that it can be cut
            encrypted.do_handshake()
        except ssl.SSLCertVerificationError as error:
            raise NotReached("certificate") from error
        except (OSError, ValueError) as error:
            raise NotReached("no_answer") from error

    def cut(self) -> None:
        """End it now: whoever waits for the other end gets an error."""
        with suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()


def _resolved(host: str, port: int, *, reaches_private: bool) -> list[str]:
    """The host's addresses. One that is not public is enough to ask none of them: a name may lead to both."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotReached("unresolved") from error
    if not reaches_private and not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in found):
        raise NotReached("private")
    return found[:ADDRESSES_TRIED]


def _connect(addresses: list[str], port: int, seconds: float) -> socket.socket:
    for address in addresses:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=seconds / ADDRESSES_TRIED)
    raise NotReached("unreachable")


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
