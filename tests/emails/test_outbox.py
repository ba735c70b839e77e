"""The outbox against real servers: what becomes of each row, whatever the server does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate
from coalition.database import db
from coalition.emails import delivery, letters, outbox
from coalition.emails.leases import LEASE
from coalition.emails.transport import Transport
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.emails.smtp import Caller, Mailbox, free_port, mail_server, scripted_server, settings_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.emails.case import Shared
    from tests.cast import Cast


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter whose three invitations wait; nothing else does."""
    found = builders.an_open_letter(cast)
    for row in rows():
        if row.kind_class != "invitation":
            row.state = "stopped"
    db.session.commit()
    return found


def rows() -> list[OutgoingEmail]:
    """Every mail, as it stands now."""
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date, OutgoingEmail.id)))


def invitations() -> list[OutgoingEmail]:
    """The invitations' mails."""
    return [row for row in rows() if row.kind_class == "invitation"]


def states() -> list[str]:
    """The invitations' states."""
    return sorted(row.state for row in invitations())


def drain(port: int) -> None:
    """Deliver through the server at a port."""
    outbox.drain(Transport(settings_for(port)))


@pytest.mark.usefixtures("letter_id")
def test_each_contact_gets_one_mail_in_their_language_and_the_row_says_so() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        drain(port)
        drain(port)
    assert sorted(mail.recipient for mail in mailbox.received) == [
        "daria@lights.example",
        "kalina@pressclub.example",
        "sami@amman.example",
    ]
    assert states() == ["accepted"] * 3
    assert all(one.sent_at for one in db.session.scalars(select(Invitation)))


@pytest.mark.usefixtures("letter_id")
def test_a_refused_address_is_shown_on_its_row_and_stops_nobody_else() -> None:
    mailbox = Mailbox(answers={"sami@amman.example": "550 5.1.1 no such person"})
    with mail_server(mailbox) as port:
        drain(port)
    assert states() == ["accepted", "accepted", "refused"]
    refused = next(row for row in invitations() if row.state == "refused")
    assert refused.last_code == 550
    assert db.session.get_one(Invitation, refused.invitation_id).bounced_at


@pytest.mark.usefixtures("letter_id")
def test_a_greylisted_mail_waits_and_comes_the_same_later() -> None:
    mailbox = Mailbox(answers={"sami@amman.example": "451 4.7.1 come back later"})
    with mail_server(mailbox) as port:
        drain(port)
        waiting = next(row for row in invitations() if row.state == "deferred")
        assert waiting.next_at > clock.now()
        mailbox.answers.clear()
        with time_machine.travel(waiting.next_at + timedelta(seconds=1)):
            drain(port)
    assert states() == ["accepted"] * 3
    assert len(mailbox.received) == 3


@pytest.mark.usefixtures("letter_id")
def test_a_server_that_is_away_loses_nothing() -> None:
    drain(free_port())
    assert states() == ["deferred"] * 3
    with mail_server(Mailbox()) as port, time_machine.travel(clock.now() + timedelta(minutes=5)):
        drain(port)
    assert states() == ["accepted"] * 3


@pytest.mark.usefixtures("letter_id")
def test_a_line_cut_after_the_final_dot_is_tried_once_more_and_then_shown() -> None:
    def cut_after_dot(caller: Caller) -> None:
        caller.say("220 here")
        caller.take_until("DATA")
        caller.say("354 go on")
        caller.hear_mail()
        caller.reset()

    with scripted_server(cut_after_dot) as port:
        drain(port)
        assert states() == ["deferred"] * 3
        for hours in range(1, 9):
            with time_machine.travel(clock.now() + timedelta(hours=hours)):
                drain(port)
    assert states() == ["unknown"] * 3
    assert [row.attempts for row in invitations()] == [2] * 3


@pytest.mark.usefixtures("letter_id")
def test_what_a_killed_worker_had_claimed_waits_again() -> None:
    claimed = delivery.claim()
    assert len(claimed) == 3
    assert not delivery.claim()
    with time_machine.travel(clock.now() + LEASE + timedelta(seconds=1)):
        delivery.expire_leases()
        assert len(delivery.claim()) == 3


@pytest.mark.usefixtures("letter_id")
def test_a_slow_worker_leaves_alone_what_another_has_taken_over_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    later, claim = clock.now() + LEASE + timedelta(minutes=1), delivery.claim

    def claimed_and_then_taken_over(*_: object) -> dict[UUID, datetime]:
        monkeypatch.setattr(delivery, "claim", claim)
        ours = claim()
        with time_machine.travel(later):
            delivery.expire_leases()
            assert len(claim()) == 3
        return ours

    monkeypatch.setattr(delivery, "claim", claimed_and_then_taken_over)
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        drain(port)
    assert mailbox.received == []
    assert states() == ["claimed"] * 3


@pytest.mark.usefixtures("letter_id")
def test_one_mail_that_can_not_be_made_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first, make = invitations()[0].id, letters.make

    def broken(session: Session, row: OutgoingEmail, shared: Shared) -> letters.Mail:
        if row.id == first:
            raise ZeroDivisionError
        return make(session, row, shared)

    monkeypatch.setattr(letters, "make", broken)
    with mail_server(Mailbox()) as port:
        drain(port)
    assert sorted(states()) == ["accepted", "accepted", "deferred"]


@pytest.mark.usefixtures("letter_id")
def test_a_retried_mail_has_the_same_bytes() -> None:
    row = invitations()[0]
    assert letters.make(db.session(), row).content == letters.make(db.session(), row).content


@pytest.mark.usefixtures("letter_id")
def test_no_live_link_rests_in_the_database() -> None:
    row = invitations()[0]
    link = next(line for line in letters.make(db.session(), row).text.splitlines() if "/i/" in line).strip()
    token = link.rpartition("/i/")[2]
    everything = " ".join(
        str(value) for each in rows() for value in (each.context, each.recipient, each.occasion, each.message_id)
    )
    assert token not in everything


def test_a_nudge_to_somebody_who_answered_meanwhile_is_not_sent(letter_id: UUID, cast: Cast) -> None:
    invitation = builders.invitation_of(letter_id, cast.small_member)
    assert circulate.nudge(letter_id, [invitation.id], by=cast.coordinator) == 1
    builders.signed(letter_id, cast.small_member)
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        drain(port)
    nudge = next(row for row in rows() if row.kind_class == "nudge")
    assert (nudge.state, nudge.last_words) == ("stopped", "they have answered")


def test_an_invitation_whose_link_was_replaced_meanwhile_is_not_sent(letter_id: UUID, cast: Cast) -> None:
    invitation = builders.invitation_of(letter_id, cast.small_member)
    circulate.replace_link(invitation.id, by=cast.coordinator)
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        drain(port)
    to_kalina = [mail for mail in mailbox.received if mail.recipient == "kalina@pressclub.example"]
    assert len(to_kalina) == 1


def test_the_row_of_what_follows_an_answer_tells_nobody_who_it_is_about(letter_id: UUID, cast: Cast) -> None:
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    news = [row for row in rows() if row.kind_class == "notice"]
    assert len(news) == 3
    for row in news:
        assert row.invitation_id is None
        assert row.occasion == "sealed"
        assert cast.unnamed_member.contact_id.hex not in row.recipient
    assert len({row.recipient for row in news}) == 3


def test_a_withheld_signers_mails_tell_nothing(letter_id: UUID, cast: Cast) -> None:
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    for row in rows():
        if row.kind_class == "notice" or row.invitation_id == _of(letter_id, cast):
            mail = letters.make(db.session(), row)
            told = mail.subject + mail.text + mail.html
            assert "Northern Lights" not in told
            assert "Free the reporters" not in told
            assert "Free Voices" not in told


def _of(letter_id: UUID, cast: Cast) -> UUID:
    return builders.invitation_of(letter_id, cast.unnamed_member).id
