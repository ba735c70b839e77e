"""Every fault of a mail server that we know of, acted out: no mail is lost, none hangs, none comes twice needlessly."""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import delete, select, update

from coalition import clock
from coalition.database import db, transaction
from coalition.emails import delivery, hosts, leases, outbox
from coalition.emails.transport import Transport
from coalition.models.contact import Contact
from coalition.models.machinery import MailHost
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.emails.smtp import Caller, Mailbox, free_port, mail_server, make_certificates, scripted_server, settings_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cast import Cast

TIMEOUT = 0.25
SAMI, KALINA = "sami@amman.example", "kalina@pressclub.example"
WAITS = {"deferred": 3}
ONE_WAITS = {"accepted": 2, "deferred": 1}
ONE_REFUSED = {"accepted": 2, "refused": 1}


@pytest.fixture(autouse=True)
def three_invitations(cast: Cast) -> None:
    """Three mails wait, each to a host of its own; nothing else does."""
    builders.an_open_letter(cast)
    for row in db.session.scalars(select(OutgoingEmail)):
        if row.kind_class != "invitation":
            row.state = "stopped"
    db.session.commit()


def invitations() -> list[OutgoingEmail]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind_class == "invitation"))
    return sorted(rows, key=lambda row: row.id)


def states() -> dict[str, int]:
    return dict(Counter(row.state for row in invitations()))


def drain(port: int, **settings: Any) -> None:
    """Deliver what is due, and see that it does not hang."""
    begun = time.monotonic()
    outbox.drain(Transport(settings_for(port, **{"timeout": TIMEOUT} | settings)))
    assert time.monotonic() - begun < 60


# The table.


@dataclass
class Fault:
    """What the server does, what the rows say then, and what they say once the fault is over."""

    says: dict[str, str | Callable[[Caller], None]]
    """Its answer to a command; DOT is the end of a mail, HELLO the greeting. A script ends the conversation."""
    states: dict[str, int]
    afterwards: dict[str, int] = field(default_factory=lambda: {"accepted": 3})
    at_most: int = 1
    """Bodies for each Message-ID: two where the protocol leaves it open whether the first was delivered."""
    only_for: str = ""
    """The recipient for whom RCPT and DOT are answered so; others are served."""
    attempts: set[int] = field(default_factory=lambda: {0, 1})


def silence(caller: Caller) -> None:
    caller.hear()


def drip(caller: Caller) -> None:
    for _ in range(60):
        caller.connection.sendall(b"2")
        time.sleep(0.05)


def half_an_answer(caller: Caller) -> None:
    caller.connection.sendall(b"25")
    caller.leave()


FAULTS: dict[str, Fault] = {
    "silent at once": Fault({"HELLO": silence}, WAITS, attempts={0}),
    "silent at MAIL": Fault({"MAIL": silence}, WAITS),
    "silent after the final dot": Fault({"DOT": silence}, WAITS, at_most=2),
    "one byte a second at once": Fault({"HELLO": drip}, WAITS, attempts={0}),
    "one byte a second at RCPT": Fault({"RCPT": drip}, WAITS),
    "one byte a second after the final dot": Fault({"DOT": drip}, WAITS, at_most=2),
    "421 at once": Fault({"HELLO": "421 4.3.2 closing"}, WAITS, attempts={0}),
    "554 at once": Fault({"HELLO": "554 5.3.2 go away"}, WAITS, attempts={0}),
    "421 at MAIL": Fault({"MAIL": "421 4.7.0 too many messages"}, WAITS),
    "450 at MAIL": Fault({"MAIL": "450 4.7.1 slow down"}, WAITS),
    "550 at MAIL": Fault({"MAIL": "550 5.7.1 sender not allowed"}, WAITS),
    "552 at MAIL": Fault({"MAIL": "552 5.3.4 too large"}, {"refused": 3}, {"refused": 3}, attempts={1}),
    "450 rate at RCPT": Fault({"RCPT": "450 4.7.1 rate limit exceeded"}, WAITS),
    "451 rate after DATA": Fault({"DOT": "451 4.7.1 too many mails from you"}, WAITS),
    "421 at RCPT": Fault({"RCPT": "421 4.3.2 shutting down"}, WAITS),
    "452 no room": Fault({"RCPT": "452 4.3.1 insufficient system storage"}, WAITS),
    "greylisted": Fault({"RCPT": "451 4.7.1 Greylisted, come back later"}, WAITS, attempts={1}),
    "mailbox full": Fault({"RCPT": "452 4.2.2 over quota"}, ONE_WAITS, only_for=SAMI, attempts={1}),
    "no such person": Fault({"RCPT": "550 5.1.1 no"}, ONE_REFUSED, ONE_REFUSED, only_for=SAMI, attempts={1}),
    "refused at DATA": Fault({"DATA": "554 5.5.1 no"}, {"refused": 3}, {"refused": 3}, attempts={1}),
    "refused after DATA": Fault({"DOT": "554 5.6.0 no"}, ONE_REFUSED, ONE_REFUSED, only_for=SAMI, attempts={1}),
    "closed at MAIL": Fault({"MAIL": Caller.leave}, WAITS),
    "closed at DATA": Fault({"DATA": Caller.reset}, WAITS),
    "reset after the final dot": Fault({"DOT": Caller.reset}, WAITS, at_most=2),
    "half an answer to RCPT": Fault({"RCPT": half_an_answer}, WAITS),
    "half an answer to the mail": Fault({"DOT": half_an_answer}, WAITS, at_most=2),
}


@contextmanager
def acting(fault: Fault, bodies: list[bytes]) -> Iterator[int]:
    """A server with the fault; whole mails land in `bodies`, whatever it answers to them."""

    def serve(caller: Caller) -> None:
        recipient = ""

        def answer(step: str, usual: str) -> bool:
            said = fault.says.get(step, usual)
            if fault.only_for and step in {"RCPT", "DOT"} and fault.only_for not in recipient:
                said = usual
            if callable(said):
                said(caller)
                return False
            caller.say(said)
            return said[0] in "23" and not said.startswith("221")

        if not answer("HELLO", "220 here"):
            return
        while heard := caller.hear():
            command = heard[:4].upper()
            recipient = heard if command == "RCPT" else recipient
            if command == "DATA" and answer("DATA", "354 go on"):
                bodies.append(caller.hear_mail())
                answer("DOT", "250 2.0.0 taken")
            elif command != "DATA":
                answer(command, "221 bye" if command == "QUIT" else "250 fine")

    with scripted_server(serve) as port:
        yield port


def message_id(mail: bytes) -> bytes:
    found = re.search(rb"(?mi)^message-id: *(\S+)", mail)
    assert found
    return found[1]


def once_it_is_over(mailbox: Mailbox) -> None:
    """A day passes, in which the server is well."""
    with mail_server(mailbox) as port:
        for hours in (2, 4, 24):
            with time_machine.travel(clock.now() + timedelta(hours=hours)):
                drain(port, timeout=5.0)


def as_if_never_tried() -> None:
    """The three wait again, and nothing is held against anybody."""
    with transaction() as session:
        session.execute(delete(MailHost))
        fresh: dict[str, Any] = {"state": "queued", "attempts": 0, "in_doubt_at": None, "next_at": clock.now()}
        session.execute(update(OutgoingEmail).where(OutgoingEmail.kind_class == "invitation").values(**fresh))


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("half", [0, 1])
def test_a_fault_loses_no_mail_doubles_none_and_stops_no_other(half: int) -> None:
    for name in list(FAULTS)[half::2]:
        as_if_never_tried()
        acted_out(name, FAULTS[name])


def acted_out(name: str, fault: Fault) -> None:
    bodies: list[bytes] = []
    mailbox = Mailbox()
    # Patience runs out only where it has to: a busy machine takes its time with the other answers.
    timeout = TIMEOUT if {silence, drip} & set(fault.says.values()) else 5.0
    with acting(fault, bodies) as port:
        drain(port, timeout=timeout)
        assert states() == fault.states, name
        assert {row.attempts for row in invitations()} <= fault.attempts, name
        drain(port, timeout=timeout)
        assert states() == fault.states, name
    if str(fault.says.get("DOT"))[0] in "45":
        bodies.clear()  # it said plainly that it did not take them
    once_it_is_over(mailbox)
    assert states() == fault.afterwards, name
    counted = Counter(message_id(mail) for mail in (*bodies, *(received.content for received in mailbox.received)))
    assert not counted or max(counted.values()) <= fault.at_most, name


# Faults before a word is said.


@pytest.mark.only_on("sqlite")
def test_nobody_there_or_no_such_name_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    drain(free_port())
    assert states() == WAITS

    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with monkeypatch.context() as patch, time_machine.travel(clock.now() + timedelta(hours=1)):
        patch.setattr(socket, "getaddrinfo", no_such_name)
        drain(free_port(), server="mail.coalition.example", security="tls")
        assert states() == WAITS
        assert all("name resolution" in row.last_words for row in invitations())
    assert {row.attempts for row in invitations()} == {0}
    once_it_is_over(Mailbox())
    assert states() == {"accepted": 3}


@pytest.mark.only_on("sqlite")
def test_a_server_that_can_not_prove_who_it_is_gets_nothing(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, security="tls", certificates=make_certificates(tmp_path, "localhost")) as port:
        drain(port, security="tls", timeout=5.0)
    assert (states(), mailbox.received) == (WAITS, [])
    assert all("could not prove who it is" in row.last_words for row in invitations())
    once_it_is_over(mailbox)
    assert states() == {"accepted": 3}


# Faults of one mail.


def change(address: str, /, **values: str) -> None:
    with transaction() as session:
        contact = next(one for one in session.scalars(select(Contact)) if one.address == address)
        for name, value in values.items():
            setattr(contact, name, value)


@pytest.mark.only_on("sqlite")
def test_an_address_that_the_server_can_not_write_stops_nobody_else() -> None:
    change(SAMI, address="sámi@amman.example")
    mailbox = Mailbox()
    with mail_server(mailbox, takes_utf8=False) as port:
        drain(port, timeout=5.0)
    assert states() == ONE_REFUSED


@pytest.mark.only_on("sqlite")
def test_a_line_break_in_a_name_reaches_no_header_and_stops_nobody_else() -> None:
    change(SAMI, name="Sami\r\nBcc: all@elsewhere.example")
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        drain(port, timeout=5.0)
    assert states() == ONE_WAITS
    assert not any(b"elsewhere" in mail.content for mail in mailbox.received)


# A host, and the line.


def to_one_host() -> None:
    """All three go to one host; sorted as they are claimed."""
    for number, address in enumerate((SAMI, KALINA, "daria@lights.example")):
        change(address, address=f"contact{number}@one.example")


def test_a_host_that_is_away_is_left_alone_and_the_others_get_their_mail() -> None:
    to_one_host()
    change("contact2@one.example", address="daria@lights.example")
    away = "450 4.4.1 connection timed out"
    mailbox = Mailbox(answers={f"contact{number}@one.example": away for number in range(2)})
    with mail_server(mailbox) as port:
        drain(port, timeout=5.0)
        assert states() == {"accepted": 1, "deferred": 2}
        assert sorted(row.attempts for row in invitations()) == [0, 1, 1]
        assert db.session.scalars(select(MailHost)).one().failures == 1
        assert b"one.example" not in db.session.scalars(select(MailHost)).one().subject
        mailbox.answers.clear()
        with time_machine.travel(clock.now() + timedelta(minutes=10)):
            drain(port, timeout=5.0)
    assert states() == {"accepted": 3}
    assert db.session.scalars(select(MailHost)).all() == []


def test_the_line_waits_longer_each_time_and_is_tried_with_one_mail() -> None:
    waits = []
    limited = Fault({"RCPT": "450 4.7.1 rate limit exceeded"}, WAITS)
    with acting(limited, []) as port, time_machine.travel(clock.now(), tick=False) as traveller:
        for round_ in range(1, 12):
            tried = sum(row.attempts for row in invitations())
            drain(port, timeout=5.0)
            assert sum(row.attempts for row in invitations()) <= tried + 1, round_
            until = hosts.paused_until(db.session(), hosts.LINE, now=clock.now())
            assert until is not None
            waits.append((until - clock.now()).total_seconds())
            assert (outbox.seconds_until_next() or 0) >= waits[-1] - 1
            traveller.move_to(until + timedelta(seconds=1))
    assert waits == sorted(waits[:5]) + waits[5:]
    assert max(waits) <= hosts.LONGEST_PAUSE_OF_LINE.total_seconds() * 1.15
    once_it_is_over(Mailbox())
    assert states() == {"accepted": 3}


# Clocks that jump.


@pytest.mark.only_on("sqlite")
def test_a_clock_that_jumps_ahead_by_400_days_sends_no_mail_again_and_asks_nobody_too_late() -> None:
    mailbox = Mailbox(answers={SAMI: "451 4.7.1 Greylisted"})
    with mail_server(mailbox) as port:
        drain(port, timeout=5.0)
        assert states() == ONE_WAITS
        mailbox.answers.clear()
        with time_machine.travel(clock.now() + timedelta(days=400)):
            for _ in range(3):
                drain(port, timeout=5.0)
            assert outbox.seconds_until_next() is None
        drain(port, timeout=5.0)
    assert sorted(mail.recipient for mail in mailbox.received) == ["daria@lights.example", KALINA]
    assert states() == {"accepted": 2, "stopped": 1}


@pytest.mark.only_on("sqlite")
def test_a_clock_that_goes_back_an_hour_keeps_no_lease_for_long_and_sends_nothing_again() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        with time_machine.travel(clock.now() + timedelta(hours=1)):
            assert len(delivery.claim(1)) == 1  # and killed
            drain(port, timeout=5.0)
        assert states() == {"claimed": 1, "accepted": 2}
        drain(port, timeout=5.0)
        assert states() == {"claimed": 1, "accepted": 2}
        with time_machine.travel(clock.now() + leases.LEASE + timedelta(seconds=1)):
            drain(port, timeout=5.0)
        assert states() == {"accepted": 3}
        for _ in range(2):
            drain(port, timeout=5.0)
    assert Counter(mail.recipient for mail in mailbox.received).most_common(1)[0][1] == 1


def test_a_pause_from_before_the_clock_went_back_holds_nothing_up() -> None:
    with time_machine.travel(clock.now() + timedelta(hours=12)), transaction() as session:
        hosts.pause(session, hosts.LINE, now=clock.now())
    with mail_server(Mailbox()) as port:
        drain(port, timeout=5.0)
    assert states() == {"accepted": 3}
