"""The servers that are compared: the product as `coalition serve` runs it, nginx, and the bare signing app."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import processes, programs
from coalition.cli import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.config import Settings

CONFIGURATION = Path(__file__).parent / "nginx.conf"
ENDINGS = {"": "", "br": ".br", "gzip": ".gz"}


@contextmanager
def product(settings: Settings, folder: Path, *, core: int | None, workers: int | None = None) -> Iterator[int]:
    """The web processes of `coalition serve`, without its mail worker; the process id of the first."""
    command = [sys.executable, "-m", "coalition.cli", "web"]
    with processes.running(
        [*programs.on_core(core), *command],
        answers_at=f"{settings.root}/health",
        folder=folder,
        environment=environment(settings, workers=workers),
    ) as process:
        yield process


@contextmanager
def whole_product(settings: Settings, folder: Path, *, mail_port: int | None = None) -> Iterator[int]:
    """`coalition serve` whole, as shipped, with a mail server on this machine or none; its supervisor's process id."""
    with processes.running(
        [sys.executable, "-m", "coalition.cli", "serve"],
        answers_at=f"{settings.root}/health",
        folder=folder,
        environment=environment(settings) | _mail(mail_port),
    ) as process:
        yield process


def _mail(port: int | None) -> dict[str, str]:
    at = {"COALITION_MAIL_SERVER": "127.0.0.1", "COALITION_MAIL_PORT": str(port), "COALITION_MAIL_SECURITY": "none"}
    return at if port else {}


def environment(settings: Settings, *, workers: int | None = None) -> dict[str, str]:
    """The settings as variables; `workers` changes the number of web processes."""
    return {
        "COALITION_HOME": str(settings.home),
        "COALITION_PUBLIC_ADDRESS": settings.public_address,
        "COALITION_PORT": str(settings.port),
        "COALITION_WEB_WORKERS": str(workers or settings.web_workers),
    }


@contextmanager
def bare(settings: Settings, folder: Path, *, core: int | None) -> Iterator[tuple[str, int]]:
    """The bare signing app on the same server, set as `coalition serve` sets it; its root address and process id."""
    port = processes.free_port()
    granian = [shutil.which("granian", path=str(Path(sys.executable).parent)) or "granian"]
    options = ["--interface", "wsgi", "--factory", "--workers", "1", "--http", "1", "--no-ws", "--log-level", "error"]
    options += ["--http1-header-read-timeout", str(web.SECONDS_FOR_HEADERS * 1000), "--backlog", str(web.BACKLOG)]
    options += ["--blocking-threads", str(settings.web_threads + web.READERS), "--port", str(port)]
    with processes.running(
        [*programs.on_core(core), *granian, *options, "bench.bare_signing:create_app"],
        answers_at=f"http://127.0.0.1:{port}/health",
        folder=folder,
        environment=environment(settings),
    ) as process:
        yield f"http://127.0.0.1:{port}", process


@contextmanager
def nginx(pages: dict[str, dict[str, bytes]], folder: Path, *, core: int | None) -> Iterator[tuple[str, int]]:
    """Serve `pages` (name to bytes by encoding) at /<name>.html by nginx; its root address and process id."""
    home = folder / "nginx"
    (home / "pages").mkdir(parents=True)
    for name, by_encoding in pages.items():
        for encoding, content in by_encoding.items():
            (home / "pages" / f"{name}.html{ENDINGS[encoding]}").write_bytes(content)
    port = processes.free_port()
    (home / "nginx.conf").write_text(_configured(port, home / "pages"))
    with processes.running(
        [*programs.on_core(core), programs.find("nginx") or "nginx", "-p", str(home), "-c", str(home / "nginx.conf")],
        answers_at=f"http://127.0.0.1:{port}/{next(iter(pages))}.html",
        folder=folder,
    ) as process:
        yield f"http://127.0.0.1:{port}", process


def _configured(port: int, pages: Path) -> str:
    module = programs.brotli_module()
    words = {
        "modules": f"load_module {module};" if module else "",
        "user": "user root;" if os.getuid() == 0 else "",  # the folder is ours alone
        "port": str(port),
        "pages": str(pages),
        "brotli": "brotli_static on;" if module else "",
    }
    text = CONFIGURATION.read_text()
    for word, value in words.items():
        text = text.replace(f"«{word}»", value)
    return text
