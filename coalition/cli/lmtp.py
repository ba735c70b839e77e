"""Taking mail in by LMTP (RFC 2033), from a mail server on this machine: one process instead of one a mail.

Each mail is answered for each recipient after it is taken in and committed, or by "come again": nothing is held here.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from coalition import clock
from coalition.actions.receive import receive
from coalition.cli.refusal import Refused, opened
from coalition.config import is_loopback
from coalition.emails.return_paths import is_intake
from coalition.intake.mail.bounded import LARGEST

if TYPE_CHECKING:
    from flask import Flask

MOST_RECIPIENTS: Final = 20
MOST_CONVERSATIONS: Final = 20
LONGEST_LINE: Final = 1 << 16
SILENCE: Final = 300
"""Seconds without a word after which a conversation is ended (RFC 5321, section 4.5.3.2.7)."""
_MAIL: Final = re.compile(r"(?i)FROM:\s*<[^<>]*>.*")
_RCPT: Final = re.compile(r"(?i)TO:\s*<([^<>\s]{3,320})>.*")
BYE: Final = "221 2.0.0 Goodbye"
log = structlog.get_logger(__name__)


def run(listen: str) -> None:
    """Listen at "host:port" of this machine, or at a socket's path, until told to end. Raises Refused."""
    host, colon, port = listen.rpartition(":")
    is_path = listen.startswith("/")
    if not is_path and not (colon and port.isdecimal() and is_loopback(host.strip("[]"))):
        raise Refused("LMTP is for this machine alone: write --listen 127.0.0.1:2424, or the path of a socket.")
    with opened() as app:
        asyncio.run(_until_told(app, listen if is_path else (host.strip("[]"), int(port))))


async def _until_told(app: Flask, where: str | tuple[str, int]) -> None:
    told = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    async with await serve(app, where):
        await told.wait()


async def serve(app: Flask, where: str | tuple[str, int]) -> asyncio.Server:
    """A server that takes mail into the app."""
    door = asyncio.Semaphore(MOST_CONVERSATIONS)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with door:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.LimitOverrunError):
                await Conversation(app, reader, writer).run()
        writer.close()

    if isinstance(where, str):
        return await asyncio.start_unix_server(converse, where, limit=LONGEST_LINE)
    return await asyncio.start_server(converse, *where, limit=LONGEST_LINE)


@dataclass(slots=True)
class Conversation:
    """One visit of a mail server."""

    app: Flask
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_greeted: bool = False
    has_sender: bool = False
    recipients: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Answer each line until the other side leaves."""
        await self._say("220 Coalition takes mail by LMTP")
        while line := await self._line():
            command, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if command.upper() == "DATA" and self.recipients:
                await self._data()
                continue
            answer = self._answer(command.upper(), rest)
            await self._say(answer)
            if answer == BYE:
                return

    def _answer(self, command: str, rest: str) -> str:  # noqa: PLR0911 -- one answer a command
        match command:
            case "LHLO":
                self._forget()
                self.is_greeted = True
                return "250-Coalition\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES"
            case "QUIT":
                return BYE
            case "NOOP" | "RSET":
                if command == "RSET":
                    self._forget()
                return "250 2.0.0 OK"
            case "MAIL" if self.is_greeted and not self.has_sender and _MAIL.fullmatch(rest):
                self.has_sender = True
                return "250 2.1.0 OK"
            case "RCPT" if self.has_sender and (found := _RCPT.fullmatch(rest)):
                return self._recipient(found[1])
            case "MAIL" | "RCPT" | "DATA":
                return "503 5.5.1 Not now, or not so"
            case _:
                return "500 5.5.1 Not known here"

    def _recipient(self, address: str) -> str:
        with self.app.app_context():
            if not is_intake(address):
                return "550 5.1.1 Nobody here by that address"
        if len(self.recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many at once"
        self.recipients.append(address)
        return "250 2.1.5 OK"

    async def _data(self) -> None:
        await self._say("354 Go on")
        raw = bytearray()
        while (line := await self._line()) != b".\r\n":
            if not line:
                return
            if len(raw) <= LARGEST:
                raw += line.removeprefix(b".")
        for recipient in self.recipients:
            await self._say(await asyncio.to_thread(self._take, bytes(raw[:LARGEST]), recipient))
        self._forget()

    def _take(self, raw: bytes, recipient: str) -> str:
        try:
            with self.app.app_context():
                receive(raw, envelope_to=recipient, now=clock.now())
        except Exception as error:  # noqa: BLE001 -- whatever it is, the mail server keeps the mail and comes again
            log.error("a mail could not be taken in", error=type(error).__name__)  # noqa: TRY400 -- its trace would hold it
            return "451 4.3.0 Not now"
        return "250 2.0.0 Taken in"

    async def _line(self) -> bytes:
        """The next line with its end; nothing where the other side left."""
        async with asyncio.timeout(SILENCE):
            try:
                return await self.reader.readuntil(b"\r\n")
            except asyncio.IncompleteReadError:
                return b""

    async def _say(self, words: str) -> None:
        self.writer.write(f"{words}\r\n".encode())
        await self.writer.drain()

    def _forget(self) -> None:
        self.has_sender = False
        self.recipients.clear()
