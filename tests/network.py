"""No test reaches beyond this machine: whoever tries is told so, and the test fails."""

from __future__ import annotations

import ipaddress
import socket
import sys

GUARDED = {"socket.connect", "socket.sendto", "socket.getaddrinfo"}


class NetworkRefused(BaseException):
    """A test, or the code it runs, spoke to another machine.

    Not an Exception, so that code which copes with errors can not hide it.
    """


def pytest_configure() -> None:
    """Guard every socket of this process for as long as it lives (an audit hook can not be taken off)."""
    if not getattr(sys, "_coalition_network_guarded", False):
        sys._coalition_network_guarded = True  # type: ignore[attr-defined]  # one hook, however often this is loaded
        sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in GUARDED:
        return
    host = arguments[0] if event == "socket.getaddrinfo" else _host(arguments)
    if not _is_here(host):
        raise NetworkRefused(f"{event} to {host!r}: tests stay on this machine.")


def _host(arguments: tuple[object, ...]) -> object:
    """The host of (socket, address); None for a Unix socket, whose address is a path."""
    address = arguments[1]
    return address[0] if isinstance(address, tuple) else None


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in {"", "localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
