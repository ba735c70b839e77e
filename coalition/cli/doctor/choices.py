"""The settings: what is set in a way that readers, or the operator one day, will regret."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from coalition import config
from coalition.cli.findings import CHANGE, GOOD, LOOK, Finding
from coalition.rendering import faces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.config import Settings


def of(settings: Settings) -> Iterator[Finding]:
    """What can be said of the settings alone; that they hold together was seen when they were read."""
    yield Finding(GOOD, f"Coalition {version('coalition')}; the settings of {settings.home} hold together.")
    yield from _of_the_address(settings)
    if settings.demo:
        yield Finding(CHANGE, "This is the demonstration: nothing here is for real use. Run `coalition init`.")
    if not config.is_loopback(settings.host) and settings.trusted_proxies:
        yield Finding(
            LOOK,
            f"The web server listens on {settings.host}, and believes what stands in X-Forwarded-For. Let a firewall "
            f"close port {settings.port} to all but the proxy, or set host to 127.0.0.1 where the proxy runs here.",
        )
    if settings.metrics_port and not config.is_loopback(settings.metrics_host):
        yield Finding(
            LOOK,
            f"Figures are given on {settings.metrics_host}, port {settings.metrics_port}: let a firewall close it to "
            "all but your own programs, or set metrics_host to 127.0.0.1.",
        )
    if not settings.backup_folder:
        yield Finding(LOOK, "No backup is made by itself each day: set backup_key and backup_folder.")
    if not faces.cjk_fonts(settings.font_folders):
        yield Finding(
            LOOK,
            "There is no face for Chinese, Japanese and Korean: letters in them get no PDF. Install fonts-noto-cjk, or "
            "set fonts.",
        )


def _of_the_address(settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.public_address).hostname or ""
    if not settings.is_https and not config.is_loopback(host):
        yield Finding(
            CHANGE,
            f"Readers come to {settings.root} without encryption, and so do links that sign. Let a proxy bring https, "
            "and write public_address with https://.",
        )
