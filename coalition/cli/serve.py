"""`coalition serve`: web and worker in one tree, and a word when they answer."""

from __future__ import annotations

import contextlib
import http.client
import socket
from typing import TYPE_CHECKING

import click

from coalition.cli import metrics, web, worker
from coalition.cli.refusal import Refused, opened, read_settings
from coalition.cli.supervisor import Member, supervise

if TYPE_CHECKING:
    from collections.abc import Callable

    from coalition.config import Settings


def serve() -> None:
    """Serve the installation of this machine until told to end. Raises Refused."""
    settings = read_settings()
    with opened(settings):
        pass
    read_at = "" if settings.root == address_of(settings) else f", and is read at {settings.root}"
    run(settings, lambda: click.echo(f"Coalition listens on {address_of(settings)}{read_at}."))


def run(settings: Settings, on_ready: Callable[[], object]) -> None:
    """Run web, worker and metrics with the settings of this machine; `on_ready` is called once the site answers.

    Raises Refused.
    """
    refuse_taken_port(settings)
    metrics.refuse_without_library(settings)
    waiting = [on_ready]

    def tell_when_ready() -> None:
        if waiting and _answers(settings):
            waiting.pop()()

    members = [Member("web", web.run), Member("worker", worker.run)]
    if settings.metrics_port:
        members.append(Member("metrics", metrics.run))
    supervise(members, on_look=tell_when_ready)


def address_of(settings: Settings) -> str:
    """Where the web server listens, as a browser on this machine types it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def refuse_taken_port(settings: Settings) -> None:
    """Raises Refused where another program listens: web processes share their port, also with strangers."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Refused(
            f"Nothing can listen on {address_of(settings)} ({reason}). End what does, or choose another port."
        ) from error


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 -- where to ask  # nosec B104
    connection = http.client.HTTPConnection(host, settings.port, timeout=1)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health/web")
        return connection.getresponse().status == http.client.OK
    return False
