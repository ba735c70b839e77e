"""The whole examination, in the order in which one thing stands on the other; without a network where asked so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.cli import mail_check
from coalition.cli.doctor import choices, clocks, files, machinery, neutral, proxies, site, store
from coalition.cli.doctor.asking import Reader
from coalition.cli.findings import CHANGE, LOOK, Finding, tell
from coalition.cli.refusal import Refused, opened, read_settings
from coalition.emails.dns_records import Dns, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from coalition.config import Settings


def examine(*, is_offline: bool, ca_file: Path | None = None, resolver: Resolver | None = None) -> None:
    """Look this installation over and print what was found. Raises Refused where something must change."""
    settings = read_settings()
    files.refuse_somebody_else(settings)
    reader = None if is_offline else Reader(str(ca_file) if ca_file else None)
    tell(_everything(settings, reader, resolver or Dns()))


def _everything(settings: Settings, reader: Reader | None, resolver: Resolver) -> Iterator[Finding]:
    yield from choices.of(settings)
    yield from files.of(settings)
    try:
        with opened(settings, whatever_schema=True) as app:
            yield from store.of()
            if not store.is_ready():
                return
            yield from machinery.of()
            if reader is not None:
                yield from _over_the_network(app, settings, reader, resolver)
    except Refused as refused:
        yield Finding(CHANGE, refused.message)


def _over_the_network(app: Flask, settings: Settings, reader: Reader, resolver: Resolver) -> Iterator[Finding]:
    seen = yield from site.of(app, settings, reader)
    if seen is not None:
        yield from proxies.of(settings, reader, seen)
        yield from clocks.of(settings, reader)
    if settings.safe_address:
        yield from neutral.of(app, settings, reader)
    if settings.mail_server:
        yield from mail_check.of_the_server(settings, None)
        yield from mail_check.of_the_domains(settings, resolver)
    else:
        yield Finding(LOOK, "No mail server is set: mail is held, and nothing leaves this machine (mail_server).")
