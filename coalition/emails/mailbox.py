"""The mailbox in which our mail comes home, where no pipe brings it: read by IMAP over verified TLS."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Final

from coalition.intake.mail.bounded import LARGEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self, TypeAlias

    from coalition.config import Settings

    Said: TypeAlias = bytes | tuple[bytes, bytes] | None

PATIENCE: Final = 45.0
"""Seconds for one visit, whatever the server does; what is left then is fetched at the next."""
BROKEN: Final = (imaplib.IMAP4.error, OSError, ValueError, UnicodeError, IndexError)
"""What imaplib raises: its own errors, the network's, and those of an answer that it can not read."""


class MailboxClosed(Exception):
    """The mailbox can not be read now; the message says why, without names or passwords."""


class Mailbox:
    """One visit. Entering it raises MailboxClosed, and so does every step of it.

    A mail that was taken in is moved to another folder, where one is set, else marked as read.
    """

    def __init__(self, settings: Settings) -> None:
        """Connects nothing yet."""
        self._settings = settings
        self._imap: imaplib.IMAP4 | None = None
        self._watch = threading.Timer(PATIENCE, self._hang_up)
        self._watch.daemon = True

    def __enter__(self) -> Self:
        self._watch.start()
        try:
            self._imap = self._connected()
            self._log_in()
            self._answered(self._line.select(_quoted(self._settings.imap_folder)), "its folder can not be opened")
        except BROKEN as error:
            self._leave()
            raise MailboxClosed(_said(error)) from error
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._leave()

    def waiting(self) -> list[str]:
        """The mails that were not taken in yet, the oldest first, by names that stay theirs."""
        wanted = ("UNDELETED",) if self._settings.imap_done else ("UNSEEN", "UNDELETED")
        (found, *_) = self._call("SEARCH", *wanted)
        return found.decode("ascii", "replace").split() if isinstance(found, bytes) else []

    def fetch(self, name: str) -> bytes | None:
        """The mail, as much of it as is ever looked at, left as it was; None where it is gone."""
        answer = self._call("FETCH", name, f"(BODY.PEEK[]<0.{LARGEST}>)")
        return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), None)

    def put_away(self, name: str) -> None:
        """Move it, or mark it as read: it is not fetched again."""
        folder = self._settings.imap_done
        if not folder:
            self._call("STORE", name, "+FLAGS.SILENT", r"(\Seen)")
        elif "MOVE" in self._line.capabilities:
            self._call("MOVE", name, _quoted(folder))
        else:
            self._call("COPY", name, _quoted(folder))
            self._call("STORE", name, "+FLAGS.SILENT", r"(\Seen \Deleted)")
            if "UIDPLUS" in self._line.capabilities:
                self._call("EXPUNGE", name)

    @property
    def _line(self) -> imaplib.IMAP4:
        if self._imap is None:
            raise MailboxClosed("it is not open")
        return self._imap

    def _connected(self) -> imaplib.IMAP4:
        settings = self._settings
        trust = ssl.create_default_context(cafile=settings.mail_ca_file or None)
        where, timeout = (settings.imap_server, settings.imap_port), min(settings.mail_timeout, PATIENCE)
        if settings.imap_security == "tls":
            return imaplib.IMAP4_SSL(*where, ssl_context=trust, timeout=timeout)
        line = self._imap = imaplib.IMAP4(*where, timeout=timeout)
        if settings.imap_security == "starttls":
            line.starttls(trust)
        return line

    def _log_in(self) -> None:
        name, password = self._settings.imap_username, self._settings.imap_password
        if not name:
            return
        if "AUTH=PLAIN" in self._line.capabilities:
            answer = f"\0{name}\0{password}".encode()
            self._line.authenticate("PLAIN", lambda _: answer)
        else:
            self._line.login(_quoted(name), password)

    def _call(self, command: str, *arguments: str) -> list[Said]:
        try:
            return self._answered(self._line.uid(command, *arguments), f"it refuses {command}")
        except BROKEN as error:
            raise MailboxClosed(_said(error)) from error

    def _answered(self, answer: tuple[str, Sequence[Said]], otherwise: str) -> list[Said]:
        kind, data = answer
        if kind != "OK":
            raise MailboxClosed(otherwise)
        return list(data) or [None]

    def _leave(self) -> None:
        self._watch.cancel()
        line, self._imap = self._imap, None
        if line is None:
            return
        with contextlib.suppress(*BROKEN):
            line.sock.settimeout(2)
            line.logout()
        with contextlib.suppress(*BROKEN):
            line.shutdown()

    def _hang_up(self) -> None:
        """From outside: a server that drips its answers never lets a timeout of the socket pass."""
        line = self._imap
        if line is not None:
            with contextlib.suppress(OSError, AttributeError):
                socket.socket.shutdown(line.sock, socket.SHUT_RDWR)


def _quoted(words: str) -> str:
    """A string as IMAP quotes it."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _said(error: BaseException) -> str:
    """Why, without what the server says: it may repeat our name there."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server could not prove who it is: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "the server is silent"
    return f"the conversation broke off ({type(error).__name__})"
