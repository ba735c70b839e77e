"""Real mail servers for tests, well-behaved and not, on this machine only."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from coalition.emails.transport import MailSettings, Security

USERNAME = "coalition"
PASSWORD = "a password of the tests"


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as the server took it."""

    sender: str
    recipient: str
    content: bytes
    options: tuple[str, ...]


@dataclass
class Mailbox:
    """What a server received, and what it answers to whom. `answers` maps recipient to a reply to RCPT."""

    answers: dict[str, str] = field(default_factory=dict)
    answers_to_data: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    """CONNECT, RSET and QUIT, as they came."""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.steps.append(f"EHLO {hostname}")
        session.host_name = hostname
        return responses

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.steps.append("RSET")
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.steps.append("QUIT")
        return "221 Bye"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        (recipient,) = envelope.rcpt_tos
        answer = self.answers_to_data.get(recipient, "250 2.0.0 Taken")
        if answer.startswith("250"):
            content = envelope.original_content
            assert content is not None
            options = tuple(envelope.mail_options)
            self.received.append(Received(str(envelope.mail_from), recipient, content, options))
        return answer


@dataclass(frozen=True, slots=True)
class Certificates:
    """A little certificate authority and one server it vouches for."""

    ca_file: Path
    chain_file: Path
    key_file: Path

    def for_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain_file, self.key_file)
        return context


def make_certificates(folder: Path, *names: str, is_expired: bool = False) -> Certificates:
    """A new authority and a certificate for `names` (host names or IP addresses), as files in `folder`."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
    today = dt.datetime.now(dt.UTC)
    first, last = today - dt.timedelta(days=30), today + dt.timedelta(days=-2 if is_expired else 30)

    def begun(subject: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(ca_name).public_key(public_key)
        return builder.serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)

    key_id = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        begun(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    server = (
        begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]), key.public_key())
        .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    made.ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.chain_file.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    made.key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def settings_for(port: int, *, security: Security = "none", ca_file: Path | None = None, **others: Any) -> MailSettings:
    """Settings that reach a server of this file; `others` replace single ones."""
    given: dict[str, Any] = {
        "server": "localhost",
        "port": port,
        "security": security,
        "username": "",
        "password": "",
        "timeout": 5.0,
        "ca_file": str(ca_file) if ca_file else None,
        "sender_address": "letters@coalition.example",
        "sender_name": "Coalition",
    }
    return MailSettings(**(given | others))


@contextlib.contextmanager
def mail_server(
    mailbox: Mailbox,
    *,
    security: Security = "none",
    certificates: Certificates | None = None,
    asks_for_login: bool = False,
    takes_utf8: bool = True,
) -> Iterator[int]:
    """A server that keeps the rules; yields its port on localhost."""
    options: dict[str, Any] = {"enable_SMTPUTF8": takes_utf8, "hostname": "localhost", "port": free_port()}
    if certificates is not None and security == "starttls":
        options |= {"tls_context": certificates.for_server(), "require_starttls": True}
    if certificates is not None and security == "tls":
        options |= {"ssl_context": certificates.for_server()}
    if asks_for_login:
        options |= {"auth_required": True, "authenticator": _Gatekeeper()}
    controller = _Controller(mailbox, **options)
    controller.start()
    mailbox.steps.clear()
    try:
        yield int(options["port"])
    finally:
        controller.stop()


class _Controller(Controller):
    """Takes logins in the clear too: aiosmtpd can not see that a line is encrypted from its first byte."""

    def factory(self) -> SMTP:
        server = SMTP(self.handler, **self.SMTP_kwargs)
        server._auth_require_tls = False
        return server


class _Gatekeeper:
    """Knows one user."""

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        known = LoginPassword(USERNAME.encode(), PASSWORD.encode())
        return AuthResult(success=data == known, handled=False)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.create_server(("localhost", 0)) as listening:
        return int(listening.getsockname()[1])


class Caller:
    """The other end, seen from a scripted server: says lines, hears lines, walks away."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines = connection.makefile("rb")

    def say(self, words: str) -> None:
        self.connection.sendall(words.encode() + b"\r\n")

    def hear(self) -> str:
        return self.lines.readline().decode("utf-8", "replace").strip()

    def hear_mail(self) -> bytes:
        """Everything up to and without the final dot, as on the wire."""
        heard = []
        while (line := self.lines.readline()) not in {b".\r\n", b""}:
            heard.append(line)
        return b"".join(heard)

    def take_until(self, command: str) -> None:
        """Be polite up to `command`, then leave the answer to the script."""
        while (heard := self.hear()) and not heard.upper().startswith(command):
            self.say("250 OK")

    def leave(self) -> None:
        """Walk away: the peer sees it at once. The connection stays open as long as its lines do."""
        self.lines.close()
        self.connection.close()

    def reset(self) -> None:
        """Walk away rudely: the peer sees a reset, not a goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.leave()


@contextlib.contextmanager
def scripted_server(*scripts: Callable[[Caller], None]) -> Iterator[int]:
    """A server that does what the scripts say: the first for the first caller, the last for all that follow."""
    listening = socket.create_server(("localhost", 0))
    is_over = threading.Event()
    callers: list[socket.socket] = []

    def serve(script: Callable[[Caller], None], connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            script(Caller(connection))

    def listen() -> None:
        waiting = list(scripts)
        while not is_over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            callers.append(connection)
            script = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            threading.Thread(target=serve, args=(script, connection), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        is_over.set()
        for door in (listening, *callers):
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()
        thread.join(timeout=5)
