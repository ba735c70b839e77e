"""Mail handed over by a mail server's pipe. What we can not take in now, the server keeps, and comes again with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, Final

import click
import structlog
from sqlalchemy.exc import SQLAlchemyError

from coalition import clock
from coalition.actions.receive import receive
from coalition.cli.refusal import Refused, opened
from coalition.intake.mail.bounded import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

EX_OK: Final = 0
EX_TEMPFAIL: Final = 75
"""Of sysexits.h: mail servers keep the mail and come again. Any other failure makes them send it back, to nobody."""
DELIVERED_TO: Final = ("ORIGINAL_RECIPIENT", "RECIPIENT")
"""Where Postfix and others tell a command to whom the mail was sent; the first is the address before any alias."""
CHUNK: Final = 1 << 16
log = structlog.get_logger(__name__)


def take(stream: BinaryIO, *, envelope_to: str | None, environment: Mapping[str, str] | None = None) -> int:
    """Take in the mail on `stream`; returns the exit code for the mail server."""
    environment = os.environ if environment is None else environment
    to = envelope_to or next((environment[name] for name in DELIVERED_TO if environment.get(name)), None)
    try:
        raw = _read(stream)
        with opened():
            receive(raw, envelope_to=to, now=clock.now())
    except Refused as refused:
        click.echo(refused.format_message(), err=True)
        return EX_TEMPFAIL
    except (SQLAlchemyError, OSError) as error:
        click.echo(f"The mail can not be taken in now ({type(error).__name__}).", err=True)
        return EX_TEMPFAIL
    except Exception as error:  # noqa: BLE001 -- a mistake of ours must not lose the mail either
        log.error("a mail could not be taken in", error=type(error).__name__)  # noqa: TRY400 -- a trace would print the mail
        click.echo(f"The mail could not be taken in ({type(error).__name__}).", err=True)
        return EX_TEMPFAIL
    return EX_OK


def _read(stream: BinaryIO) -> bytes:
    """The mail, as much of it as is ever looked at; the rest is taken from the pipe and let go."""
    raw = b""
    while chunk := stream.read(CHUNK):
        if len(raw) <= LARGEST:
            raw += chunk
    return raw[:LARGEST]
