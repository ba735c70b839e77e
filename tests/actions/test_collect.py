"""Mail that waits in a mailbox is fetched once, over a line that is who it says, and one bad mail keeps no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from coalition import config
from coalition.actions import collect as collecting
from coalition.actions.collect import collect
from coalition.actions.receive import receive
from coalition.config import Settings, SettingsWrong
from coalition.database import db
from coalition.emails import mailbox as mailboxes
from coalition.emails.mailbox import MailboxClosed
from coalition.models.incoming_email import IncomingEmail
from tests.emails.imap import PASSWORD, USERNAME, Box, imap_server
from tests.emails.smtp import free_port, make_certificates
from tests.intake.mail.samples import a_mail

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("app")]

FIRST, SECOND, THIRD = (a_mail(f"Mail {number}") for number in (1, 2, 3))


@pytest.fixture
def box() -> Box:
    """A mailbox with three mails."""
    full = Box()
    full.put(FIRST, SECOND, THIRD)
    return full


def set_to(port: int, **others: Any) -> None:
    """The mailbox of this process is at that port."""
    given: dict[str, Any] = {
        "mail_intake": "post@letters.test",
        "imap_server": "127.0.0.1",
        "imap_port": port,
        "imap_security": "none",
        "imap_username": USERNAME,
        "imap_password": PASSWORD,
        "mail_timeout": 2,
    }
    config.install(replace(config.settings(), **(given | others)))


def taken() -> int:
    """How many mails came in."""
    db.session.rollback()
    return len(db.session.scalars(select(IncomingEmail)).all())


def test_each_mail_is_taken_once_and_marked_as_read(box: Box) -> None:
    with imap_server(box) as port:
        set_to(port)
        assert (collect(), taken(), box.unread()) == (3, 3, [])
        assert (collect(), taken()) == (0, 3)
        assert len(box.mails) == 3
    assert "LOGOUT" in box.heard


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_mails_are_moved_where_a_folder_is_named_by_whatever_the_server_can(box: Box, capabilities: str) -> None:
    box.capabilities = capabilities
    box.mails[7].flags.add(r"\Seen")  # somebody looked at it with a program of theirs: it is taken all the same
    with imap_server(box) as port:
        set_to(port, imap_done="Taken in")
        assert (collect(), taken()) == (3, 3)
        assert collect() == 0
    assert len(box.moved["Taken in"]) == 3


def test_without_a_mailbox_nothing_is_asked() -> None:
    assert collect() == 0


def test_a_mail_that_was_taken_in_but_not_put_away_is_not_taken_twice(box: Box) -> None:
    box.breaks_at = "STORE"
    with imap_server(box) as port:
        set_to(port)
        with pytest.raises(MailboxClosed):
            collect()
        assert taken() == 1
        box.breaks_at = ""
        assert (collect(), taken(), box.unread()) == (3, 3, [])


def test_one_mail_that_can_not_be_taken_in_stays_and_keeps_no_other(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:

    def stumble(raw: bytes, **more: Any) -> str:
        if b"Mail 2" in raw:
            raise ValueError(raw)
        return receive(raw, **more)

    monkeypatch.setattr(collecting, "receive", stumble)
    with imap_server(box) as port:
        set_to(port)
        assert (collect(), taken()) == (2, 2)
    assert [b"Mail 2" in content for content in box.unread()] == [True]


def test_when_the_database_is_down_the_mails_stay(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(collecting, "receive", fail)
    with imap_server(box) as port:
        set_to(port)
        with pytest.raises(OperationalError):
            collect()
    assert len(box.unread()) == 3


def test_a_worker_that_ends_leaves_the_rest(box: Box) -> None:
    with imap_server(box) as port:
        set_to(port)
        assert collect(is_stopping=lambda: taken() == 1) == 1
    assert len(box.unread()) == 2


def test_a_server_that_refuses_or_leaves_is_said_in_words_without_our_name() -> None:
    for command in ("AUTHENTICATE", "SELECT", "SEARCH", "FETCH", "STORE"):
        for box in (Box(refuses=command), Box(breaks_at=command)):
            box.put(FIRST)
            with imap_server(box) as port:
                set_to(port)
                with pytest.raises(MailboxClosed) as closed:
                    collect()
            assert box.unread() != []
            assert USERNAME not in str(closed.value)
            assert PASSWORD not in str(closed.value)


def test_a_silent_server_is_left_and_so_is_one_that_is_not_there(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.is_silent_at = "SEARCH"
    monkeypatch.setattr(mailboxes, "PATIENCE", 0.3)
    with imap_server(box) as port:
        set_to(port)
        with pytest.raises(MailboxClosed):
            collect()
    set_to(free_port())
    with pytest.raises(MailboxClosed, match="broke off"):
        collect()


@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"])
def test_a_wrong_password_opens_nothing(box: Box, capabilities: str) -> None:
    box.capabilities = capabilities
    with imap_server(box) as port:
        set_to(port, imap_password="wrong")
        with pytest.raises(MailboxClosed):
            collect()
        assert "SELECT" not in " ".join(box.heard)


def test_the_password_is_given_to_no_server_that_can_not_prove_who_it_is(box: Box, tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path, "localhost")
    with imap_server(box, trust=certificates.for_server()) as port:
        set_to(port, imap_server="localhost", imap_security="tls")
        with pytest.raises(MailboxClosed, match="prove who it is"):
            collect()
        assert box.heard == []
        set_to(port, imap_server="localhost", imap_security="tls", mail_ca_file=str(certificates.ca_file))
        assert collect() == 3


def test_a_mailbox_elsewhere_is_never_read_in_the_clear(settings: Settings) -> None:
    with pytest.raises(SettingsWrong, match="imap_security"):
        replace(settings, mail_intake="post@letters.test", imap_server="mail.example.org", imap_security="none")
    with pytest.raises(SettingsWrong, match="mail_intake"):
        replace(settings, imap_server="mail.example.org")


def test_the_worker_s_tick_fetches_it(app: Flask, box: Box) -> None:
    with imap_server(box) as port:
        set_to(port)
        app.extensions["coalition.jobs"].collect_mail()
    assert taken() == 3
