"""Mail by LMTP: each recipient gets an answer of its own, after the mail is taken in; nobody else's mail is taken."""

from __future__ import annotations

import asyncio
import errno
import smtplib
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest
from sqlalchemy import select

from coalition import config
from coalition.cli import lmtp
from coalition.database import db
from coalition.emails import return_paths
from coalition.models.incoming_email import IncomingEmail
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import an_open_letter
from tests.intake.mail.samples import a_mail, a_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.cast import Cast
    from tests.cli.conftest import Terminal

BEGUN = b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<post@letters.test>\r\n"
pytestmark = pytest.mark.only_on("sqlite")


@contextmanager
def listening(app: Flask) -> Iterator[int]:
    """The server on a port of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)  # a browser's loop may run in this one
    thread.start()
    server = asyncio.run_coroutine_threadsafe(lmtp.serve(app, ("127.0.0.1", 0)), loop).result(10)
    yield int(server.sockets[0].getsockname()[1])
    loop.call_soon_threadsafe(server.close)
    for task in asyncio.all_tasks(loop):
        loop.call_soon_threadsafe(task.cancel)
    loop.call_soon_threadsafe(loop.call_later, 0.05, loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """A server of an installation with an intake."""
    config.install(replace(config.settings(), mail_intake="post@letters.test"))
    with listening(app) as at:
        yield at


def came() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(IncomingEmail.kind)).all())


def test_a_bounce_lands_on_its_row(cast: Cast, port: int) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).one()
    row.state, row.attempts = "accepted", 1
    row_id = row.id
    db.session.commit()
    with smtplib.LMTP("127.0.0.1", port) as line:
        assert line.sendmail("", [return_paths.bounce_address(row_id)], a_report()) == {}
    db.session.rollback()
    assert db.session.get_one(OutgoingEmail, row_id).state == "bounced"


def test_several_mails_and_recipients_are_answered_one_by_one(port: int) -> None:
    with smtplib.LMTP("127.0.0.1", port) as line:
        refused = line.sendmail("a@x.test", ["post@letters.test", "root@letters.test"], a_mail("..\r\n.dot\r\n."))
        assert {address: answer[0] for address, answer in refused.items()} == {"root@letters.test": 550}
        assert line.sendmail("a@x.test", ["POST+x@letters.test"], a_mail("another")) == {}
    assert came() == ["unmatched", "unmatched"]


def test_what_can_not_be_taken_in_now_comes_again(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ValueError("secret")

    monkeypatch.setattr(lmtp, "receive", fail)
    with smtplib.LMTP("127.0.0.1", port) as line:
        line.ehlo_or_helo_if_needed()
        line.mail("a@x.test")
        line.rcpt("post@letters.test")
        assert line.data(a_mail())[0] == 451
    assert came() == []


def said_to(port: int, *lines: bytes) -> list[str]:
    """The codes of the answers to these lines, the greeting first. Whoever is cut off has read the greeting alone."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(b"".join(lines))
            connection.shutdown(socket.SHUT_WR)
            answers = connection.makefile("rb").read().decode().splitlines()
        except OSError as error:  # at whichever of the three the server had already let go
            if error.errno not in {errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN}:
                raise
            return ["220"]
    return [answer[:3] for answer in answers if answer[3:4] != "-"]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([b"EHLO x\r\n", b"QUIT\r\n"], ["220", "500", "221"]),
        ([b"MAIL FROM:<>\r\n"], ["220", "503"]),
        ([b"LHLO x\r\n", b"RCPT TO:<post@letters.test>\r\n", b"DATA\r\n"], ["220", "250", "503", "503"]),
        ([b"LHLO x\r\n", b"MAIL FROM:<>\r\n", b"RCPT TO:post@letters.test\r\n"], ["220", "250", "250", "503"]),
        ([b"\xff\0\r\n", b"NOOP\r\n"], ["220", "500", "250"]),
        ([b"x" * 200_000, b"\r\nNOOP\r\n"], ["220"]),
        ([BEGUN, b"DATA\r\nhalf a mail"], ["220", "250", "250", "250", "354"]),
        ([BEGUN, b"RCPT TO:<post@letters.test>\r\n" * 20], ["220", "250", "250", *["250"] * 20, "452"]),
    ],
)  # fmt: skip
def test_whoever_keeps_no_rules_is_told_so_and_nothing_is_taken(
    port: int, lines: list[bytes], codes: list[str]
) -> None:
    assert said_to(port, *lines) == codes
    assert came() == []


@pytest.mark.parametrize("where", ["0.0.0.0:2424", "mail.example.org:2424", "2424", "127.0.0.1:x"])
def test_it_listens_on_this_machine_alone(terminal: Terminal, where: str) -> None:
    done = terminal.run("mail", "lmtp", "--listen", where)
    assert done.exit_code == 1
    assert "this machine alone" in done.stderr
