"""The shipped application behind a real port: in a thread for a browser, in processes of its own for a race.

`site` is the address of the test's app, served from a thread: a browser opens it, the test looks into the database.
`running(...)` starts granian as an installation does, with as many worker processes as asked for.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from flask import Flask

from tests.rendering.bare_site import served

if TYPE_CHECKING:
    from coalition.config import Settings

ROOT: Final = Path(__file__).parent.parent
PATIENCE: Final = 240
"""Seconds for a server to answer for the first time."""


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the test's app, served for a browser: "http://127.0.0.1:…"."""
    with served(app) as address:
        yield address


@contextmanager
def running(settings: Settings, *, workers: int) -> Iterator[str]:
    """Granian over the shipped `wsgi:application` with these settings; gives its address, stops it at the end."""
    port = free_port()
    log = settings.home / f"granian-{port}.log"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "wsgi:application"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--blocking-threads", "4"]
    options += ["--workers-kill-timeout", "5"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=_environment(settings), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(settings: Settings) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("COALITION_")}
    return own | {
        "COALITION_HOME": str(settings.home),
        "COALITION_DATABASE": settings.database_url,
        "COALITION_PUBLIC_ADDRESS": settings.public_address,
    }


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        asked = HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(asked), suppress(OSError, HTTPException):
            asked.request("GET", "/health/web")
            if asked.getresponse().status == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not answer:\n{log.read_text(errors='replace')}")
