"""Mails refused behind a real Postfix: what it reports comes home to the rows of the mails, and nothing forged does."""

from __future__ import annotations

import smtplib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import select

from coalition import clock, config
from coalition.actions.receive import receive
from coalition.database import db
from coalition.emails import outbox, return_paths
from coalition.emails.transport import Transport
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.incoming_email import IncomingEmail
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders, postfix
from tests.cast import _member
from tests.emails.smtp import Mailbox, free_port, mail_server, settings_for
from tests.intake.mail.samples import a_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.cast import Cast
    from tests.postfix import Postfix

pytestmark = pytest.mark.only_on("sqlite")

LIFE: Final = 3
"""Seconds that Postfix goes on trying."""
PATIENCE: Final = 40
AWAY: Final = "post@letters.test"
FORGED: Final = "post+b" + "a" * 42 + "@letters.test"
GOOD, UNKNOWN, POLICY = "lina@members.test", "gone@members.test", "strict@members.test"
GREY, REFUSED = "grey@members.test", "sami@nobody-listens.test"
ANSWERS: Final = {UNKNOWN: "550 5.1.1 User unknown", GREY: "450 4.7.1 Greylisted, come again later"}
ANSWERS_TO_DATA: Final = {POLICY: "554 5.7.1 Our policy refuses this message"}


@pytest.fixture(scope="module")
def members() -> Iterator[tuple[Mailbox, int]]:
    """The server of everybody else: it takes mail for some, and what is sent to our intake."""
    mailbox = Mailbox(answers=dict(ANSWERS), answers_to_data=dict(ANSWERS_TO_DATA))
    with mail_server(mailbox) as port:
        yield mailbox, port


@pytest.fixture(scope="module")
def relay(members: tuple[Mailbox, int]) -> Iterator[Postfix]:
    """The Postfix that we hand our mail to."""
    if why := postfix.missing():
        pytest.skip(why)
    _, port = members
    routes = {"members.test": port, "letters.test": port, "nobody-listens.test": free_port()}
    with postfix.running(routes, life=LIFE) as started:
        yield started


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A letter to five members, each at an address of another fate."""
    config.install(replace(config.settings(), mail_intake=AWAY))
    nadia = db.session.scalars(select(Account).where(Account.email == "nadia@freevoices.example")).one()
    invited = [
        _member(nadia, {"und": f"Member {number}"}, "FR", address, "Lina Haddad", "en")
        for number, address in enumerate((GOOD, UNKNOWN, POLICY, GREY, REFUSED))
    ]
    return builders.an_open_letter(cast, *invited)


def rows(letter_id: UUID) -> dict[str, OutgoingEmail]:
    """The invitation mails, by the address of their recipient."""
    db.session.rollback()
    found = {}
    for row in db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)):
        if row.kind_class == "invitation" and row.addressed_to:
            found[db.session.get_one(Contact, row.addressed_to[1]).address] = row
    return found


def take_in(mailbox: Mailbox) -> list[tuple[str, str, bytes]]:
    """Hand what came to our intake to the verb, as the pipe would; says kind, address and bytes of each."""
    taken = []
    for mail in list(mailbox.received):
        if mail.recipient.endswith("@letters.test"):
            mailbox.received.remove(mail)
            kind = receive(mail.content, envelope_to=mail.recipient, now=clock.now())
            taken.append((kind, mail.recipient, mail.content))
    return taken


def test_what_postfix_reports_lands_on_its_row_and_a_forged_report_does_not(
    letter_id: UUID, relay: Postfix, members: tuple[Mailbox, int]
) -> None:
    mailbox, _ = members
    outbox.drain(Transport(settings_for(relay.port)))
    assert {row.state for row in rows(letter_id).values()} == {"accepted"}, "Postfix takes all, and finds out later"
    forged = a_report(address=GOOD, home=FORGED)
    with smtplib.SMTP("127.0.0.1", relay.port, local_hostname="evil.test", timeout=10) as evil:
        evil.sendmail("", [FORGED], forged)
        evil.sendmail("mailer-daemon@members.test", [AWAY], forged)

    taken: list[tuple[str, str, bytes]] = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        taken += take_in(mailbox)
        kinds = [kind for kind, _, _ in taken]
        if kinds.count("bounce") >= 4 and kinds.count("unmatched") >= 2:
            break
        time.sleep(0.1)
    assert sorted(kind for kind, _, _ in taken if kind != "delay") == ["bounce"] * 4 + ["unmatched"] * 2, (
        relay.log.read_text("utf-8", "replace")[-4000:]
    )

    found = rows(letter_id)
    assert {address: row.state for address, row in found.items()} == {
        GOOD: "accepted",
        UNKNOWN: "bounced",
        POLICY: "bounced",
        GREY: "bounced",
        REFUSED: "bounced",
    }
    assert (found[UNKNOWN].last_code, found[POLICY].last_code, found[GREY].last_code) == (550, 554, 450)
    assert "5.1.1" in found[UNKNOWN].last_words
    assert "Our policy refuses" in found[POLICY].last_words
    assert "Greylisted" in found[GREY].last_words
    assert "Connection refused" in found[REFUSED].last_words
    for address in (UNKNOWN, POLICY, GREY, REFUSED):
        contact = db.session.get_one(Contact, found[address].addressed_to[1])  # type: ignore[index]  # they have one
        assert contact.bounce["address"] == address
        assert contact.bounced_at

    # Two of them were only late at first, and that was no bounce yet. (A busy machine may not have come to say so.)
    late = {return_paths.row_of(to) for kind, to, _ in taken if kind == "delay"}
    assert late <= {found[GREY].id, found[REFUSED].id}
    # RET=HDRS: no report brought a link back that works.
    assert [content for _, _, content in taken if b"/i/" in content] == []
    assert [content for kind, _, content in taken if kind == "bounce" and b"text/rfc822-headers" not in content] == []
    # And each says which mail and which recipient we meant, as we had told Postfix.
    for kind, to, content in taken:
        if kind == "bounce":
            tail = to.partition("@")[0].partition("+")[2]
            assert f"Original-Envelope-Id: {tail}".encode() in content
            assert b"Original-Recipient: rfc822;" in content
    assert {mail.kind for mail in db.session.scalars(select(IncomingEmail))} >= {"bounce", "unmatched"}
    assert [mail.recipient for mail in mailbox.received if mail.recipient.endswith("members.test")] == [GOOD]
