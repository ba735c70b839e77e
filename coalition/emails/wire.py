"""The conversation with a mail server, step by step, each with a limit of patience and a verdict."""

from __future__ import annotations

import contextlib
import io
import re
import select
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from coalition.emails.failures import (
    ConfigurationFailure,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
    after_the_final_dot,
    presentable,
    refusal,
)
from coalition.emails.patience import at_most

SERVICE_READY = 220
DONE = 250
FORWARDED = 251
START_MAIL_INPUT = 354
CLOSING = 421
TOO_LARGE = 552

RELAY_REFUSED = re.compile(rb"\brelay", re.IGNORECASE)
"""At RCPT a 5xx speaks of the recipient, unless the server will not relay for us at all."""

ABOUT_THE_MESSAGE = re.compile(rb"5\.(3\.4|6\.\d+)\b")
"""Enhanced status codes that speak of this message: too large, its letters or its form (RFC 3463)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took responsibility for the mail."""

    code: int | None
    """None where no server was asked: the demonstration shows its mails here."""
    words: str


class Wire(smtplib.SMTP):
    """smtplib over a socket that can be hung up on from outside.

    A socket timeout alone does not help against a server that sends one byte a second: each byte starts it anew.
    """

    def __init__(self, *, server: str, own_name: str, timeout: float, tls_from_start: ssl.SSLContext | None) -> None:
        """Connects nothing yet. `own_name` is how we greet; `timeout` is seconds of silence borne at any step."""
        self._tls_from_start = tls_from_start
        self._handle: socket.socket | None = None
        self._is_clear = True
        super().__init__(local_hostname=own_name, timeout=timeout)
        self._host = server  # the name STARTTLS checks the certificate against

    @property
    def is_open(self) -> bool:
        return self.sock is not None

    @contextlib.contextmanager
    def hung_up_after(self, seconds: float) -> Iterator[None]:
        """Whatever is awaited inside ends as a lost connection after `seconds`."""
        with at_most(seconds, self._shut_down):
            yield

    def greet(self, port: int) -> None:
        code, words = self.connect(self._host, port)
        if code != SERVICE_READY:
            raise refusal(code, words, otherwise=ConfigurationFailure)
        self.ehlo_or_helo_if_needed()

    def encrypt(self, trust: ssl.SSLContext) -> None:
        code, words = self.starttls(context=trust)
        if code != SERVICE_READY:
            raise refusal(code, words, otherwise=ConfigurationFailure)
        self.ehlo_or_helo_if_needed()

    def clear(self) -> None:
        """Forget the mail before. Whatever else the server says to that, a new conversation is the cure."""
        if self._is_clear:
            return
        code, words = self.rset()
        if code != DONE:
            raise TemporaryFailure(CLOSING, words)
        self._is_clear = True

    def name_sender(self, address: str, *, size: int, is_international: bool) -> None:
        """MAIL FROM. A 5xx here speaks of our sender, so of our settings, unless it says that it is the message."""
        options = [f"SIZE={size}"] if self.has_extn("size") else []
        if is_international:
            if not self.has_extn("smtputf8"):
                raise PermanentFailure(None, "The mail server can not send to addresses with letters outside a to z.")
            options += ["BODY=8BITMIME", "SMTPUTF8"]
        options += self._wishes_for_reports(address)
        self._is_clear = False
        code, words = self.mail(address, options)
        if code != DONE:
            is_the_message = code == TOO_LARGE or ABOUT_THE_MESSAGE.match(words)
            failure = refusal(code, words, otherwise=PermanentFailure if is_the_message else ConfigurationFailure)
            if isinstance(failure, TemporaryFailure):
                failure.scope = "line"  # nothing was said of the recipient yet
            raise failure

    def name_recipient(self, address: str) -> None:
        code, words = self.rcpt(address, self._wishes_for_recipient(address))
        if code not in {DONE, FORWARDED}:
            is_relaying = RELAY_REFUSED.search(words)
            raise refusal(code, words, otherwise=ConfigurationFailure if is_relaying else PermanentFailure)

    def _wishes_for_reports(self, sender: str) -> list[str]:
        """What a report on this mail is to hold, where the server knows such wishes (RFC 3461): headers alone, for the
        words have a link in them that works; and the tail of its return path, which names the mail.
        """
        if not self.has_extn("dsn"):
            return []
        _, plus, tail = sender.rpartition("@")[0].rpartition("+")
        return ["RET=HDRS", *([f"ENVID={_as_xtext(tail)}"] if plus and tail.isascii() else [])]

    def _wishes_for_recipient(self, address: str) -> list[str]:
        """When to report, and on whom: a recipient may have their mail sent on, and the report names the last stop."""
        if not self.has_extn("dsn"):
            return []
        return ["NOTIFY=FAILURE,DELAY", *([f"ORCPT=rfc822;{_as_xtext(address)}"] if address.isascii() else [])]

    def write(self, content: bytes) -> None:
        """Everything but the final dot: until that is sent, the server may not deliver."""
        code, words = self.docmd("DATA")
        if code != START_MAIL_INPUT:
            raise refusal(code, words)
        self.send(_with_dots_doubled(content))
        if self._has_been_answered_early():
            code, words = self.getreply()
            self.close()
            raise refusal(code, words)

    def finish(self, *, patience: float) -> Accepted:
        """The final dot and the server's word on the mail.

        Servers read a mail through before they answer; giving up early here is what makes people get it twice
        (RFC 5321, section 4.5.3.2.6), so silence is borne for `patience` seconds, not for one timeout.
        """
        with after_the_final_dot():
            self.send(b".\r\n")
            if self.sock is not None:
                self.sock.settimeout(patience)
            code, words = self.getreply()
            if self.sock is not None:
                self.sock.settimeout(self.timeout)
        if code < 0:
            raise UnknownOutcome(None, words)
        if code // 100 == DONE // 100:
            self._is_clear = True  # the server forgets a mail that it took (RFC 5321, section 4.1.1.4)
            return Accepted(code, presentable(words))
        raise refusal(code, words)

    def getreply(self) -> tuple[int, bytes]:
        """As in smtplib, but an answer cut off in the middle of a line is a lost connection, not an answer."""
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(self.sock.makefile("rb"))
        return super().getreply()

    def close(self) -> None:
        super().close()
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def _has_been_answered_early(self) -> bool:
        """Whether the server spoke, or left, before the mail was whole: then it is surely not delivered."""
        return self.sock is None or bool(select.select([self.sock], [], [], 0)[0])

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        # The final dot is written apart; Nagle's algorithm would hold it back for the peer's delayed acknowledgement.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A second handle on the same connection: TLS takes the first one apart while it shakes hands.
        self._handle = plain.dup()
        if self._tls_from_start is None:
            return plain
        return self._tls_from_start.wrap_socket(plain, server_hostname=self._host)

    def _shut_down(self) -> None:
        handle = self._handle
        if handle is not None:
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)


def _with_dots_doubled(content: bytes) -> bytes:
    """A line that begins with a dot gets a second one (RFC 5321, section 4.5.2); few mails have one."""
    if b"\n." not in content and not content.startswith(b"."):
        return content
    return re.sub(rb"(?m)^\.", b"..", content)


def _as_xtext(words: str) -> str:
    """ASCII words as RFC 3461, section 4, writes them in a parameter."""
    return "".join(sign if "!" <= sign <= "~" and sign not in "+=" else f"+{ord(sign):02X}" for sign in words)


class _WholeLines:
    """What a server says, line by line. smtplib would take "250" cut off from "2503 ..." for a yes."""

    def __init__(self, lines: io.BufferedReader) -> None:
        self._lines = lines

    def readline(self, limit: int) -> bytes:
        line = self._lines.readline(limit)
        is_cut_off = not line.endswith(b"\n") and len(line) < limit
        return b"" if is_cut_off else line

    def close(self) -> None:
        self._lines.close()
