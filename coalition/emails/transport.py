"""Handing one mail to the mail server, and knowing what became of it.

Flask-Mail waits for ever on a silent server, takes any certificate for STARTTLS and loses the answer for one recipient
among several. This is its connection with those holes closed: a limit of patience, verified TLS, one recipient a
message, the bytes exactly as given, and an answer or an error that says whether trying again is right.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, TypeAlias

import flask_mail

from coalition.emails.addresses import UnusableAddress, wire_address
from coalition.emails.failures import (
    ConfigurationFailure,
    DeliveryFailure,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
    before_the_final_dot,
    while_connecting,
)
from coalition.emails.wire import CLOSING, Accepted, Wire

__all__ = [
    "Accepted",
    "ConfigurationFailure",
    "DeliveryFailure",
    "Line",
    "MailSettings",
    "PermanentFailure",
    "TemporaryFailure",
    "Transport",
    "UnknownOutcome",
]

Security: TypeAlias = Literal["starttls", "tls", "none"]

STEPS_OF_PATIENCE = 4
"""A server that drips its answers is given this many timeouts for one message, then hung up on."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail is handed over, and from whom it comes. `timeout` is seconds of silence borne at any one step."""

    server: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    timeout: float
    ca_file: str | None
    sender_address: str
    sender_name: str

    @property
    def patience(self) -> float:
        """Seconds until a step that drags on is given up. The lease on a mail being sent must be over four of these."""
        return self.timeout * STEPS_OF_PATIENCE

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this very machine, by its literal name."""
        if self.server == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.server).is_loopback
        except ValueError:
            return False


class Transport(flask_mail.Mail):
    """The way out: opens lines to the one mail server of the settings."""

    def __init__(self, settings: MailSettings) -> None:
        """Raises ConfigurationFailure where mail would leave this machine in the clear, or a setting is unusable."""
        super().__init__()
        if settings.security == "none" and not settings.is_loopback:
            raise ConfigurationFailure(None, "Mail to another machine must be encrypted: choose starttls or tls.")
        self.settings = settings
        self.state = self.init_mail({"MAIL_SERVER": settings.server, "MAIL_PORT": settings.port})
        # How we greet: smtplib would ask the resolver and tell the name of this machine.
        self.own_name = _sender(settings.sender_address).rpartition("@")[2]
        self.trust = _trust(settings)

    def connect(self) -> Line:
        """A line to the server, opened when entered: `with transport.connect() as line`."""
        return Line(self)


class Line(flask_mail.Connection):
    """One conversation with the mail server, for any number of mails; it reconnects by itself when the server left.

    Entering raises TemporaryFailure or ConfigurationFailure when no conversation comes about.
    """

    def __init__(self, transport: Transport) -> None:
        """Connects nothing yet."""
        super().__init__(transport)
        self._transport = transport
        self._settings = transport.settings
        self._wire: Wire | None = None

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Say goodbye if the line still stands. What became of the mails is known already: nothing is raised here."""
        wire = self._wire
        if wire is not None and wire.is_open:
            with contextlib.suppress(smtplib.SMTPException, OSError), wire.hung_up_after(self._settings.timeout):
                wire.quit()
        self._hang_up()

    def configure_host(self) -> Wire:
        """Connect, encrypt, see who the server is, log in."""
        settings, trust = self._settings, self._transport.trust
        self._wire = wire = Wire(
            server=settings.server,
            own_name=self._transport.own_name,
            timeout=settings.timeout,
            tls_from_start=trust if settings.security == "tls" else None,
        )
        try:
            with wire.hung_up_after(settings.patience), while_connecting():
                wire.greet(settings.port)
                if settings.security == "starttls" and trust is not None:
                    wire.encrypt(trust)
                if settings.username:
                    wire.login(settings.username, settings.password)
        except BaseException:
            self._hang_up()
            raise
        return wire

    def send(self, sender: str, recipient: str, message: bytes) -> Accepted:  # type: ignore[override]  # Flask-Mail's takes several recipients and answers nothing
        """Send `message` (a whole RFC 5322 mail) from `sender` to `recipient`, both bare addresses.

        The bytes go as given, line ends made CRLF. Raises TemporaryFailure, PermanentFailure, ConfigurationFailure or
        UnknownOutcome; after any of them the line may be used for the next mail.
        """
        content = with_crlf(message)
        mail_from, rcpt_to = _sender(sender), _recipient(recipient)
        is_international = not ((mail_from + rcpt_to).isascii() and content.isascii())
        try:
            wire = self._begin(mail_from, size=len(content), is_international=is_international)
            with wire.hung_up_after(self._settings.patience):
                with before_the_final_dot():
                    wire.name_recipient(rcpt_to)
                    wire.write(content)
                accepted = wire.finish(patience=self._settings.patience)
        except DeliveryFailure as failure:
            if failure.code == CLOSING or isinstance(failure, UnknownOutcome):
                self._hang_up()
            raise
        self.num_emails += 1
        if flask_mail.email_dispatched.receivers:
            flask_mail.email_dispatched.send(self.mail, message=AsWritten(sender, recipient, content))
        return accepted

    def _begin(self, mail_from: str, *, size: int, is_international: bool) -> Wire:
        """A wire that has taken the sender. A server that left or had enough since the last mail is called anew."""
        wire = self._wire
        if wire is not None and wire.is_open:
            try:
                with wire.hung_up_after(self._settings.patience), before_the_final_dot():
                    wire.clear()
                    wire.name_sender(mail_from, size=size, is_international=is_international)
            except TemporaryFailure as failure:
                if failure.code not in {None, CLOSING}:
                    raise
            else:
                return wire
        self._hang_up()
        self.host = wire = self.configure_host()
        with wire.hung_up_after(self._settings.patience), before_the_final_dot():
            wire.name_sender(mail_from, size=size, is_international=is_international)
        return wire

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = self.host = None


class AsWritten(flask_mail.Message):
    """A mail as it went out, for `Transport.record_messages`."""

    def __init__(self, sender: str, recipient: str, content: bytes) -> None:
        """`content` is what was handed to the server."""
        super().__init__(sender=sender, recipients=[recipient])
        self.content = content

    def as_bytes(self) -> bytes:
        """What was handed to the server, before dots are doubled."""
        return self.content


def with_crlf(message: bytes) -> bytes:
    """The message with every line ended by CRLF, the last one too (RFC 5321, section 2.3.8)."""
    ends = message.count(b"\r\n")
    is_so_already = ends == message.count(b"\n") == message.count(b"\r")  # as compose made it
    lines = message if is_so_already else re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _trust(settings: MailSettings) -> ssl.SSLContext | None:
    if settings.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise ConfigurationFailure(None, "The file of trusted certificates can not be read.") from error


def _sender(address: str) -> str:
    try:
        return wire_address(address)
    except UnusableAddress as error:
        raise ConfigurationFailure(None, "The sender is not one mail address.") from error


def _recipient(address: str) -> str:
    try:
        return wire_address(address)
    except UnusableAddress as error:
        raise PermanentFailure(None, "The recipient is not one mail address.") from error
