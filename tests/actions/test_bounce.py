"""Mails that come back: what their rows, contacts and invitations know afterwards, and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock, config
from coalition.actions import directory, team
from coalition.actions.bounce import Report, came_back, tell_of_bounces
from coalition.database import db, transaction
from coalition.emails import letters, outbox, settling
from coalition.emails.case import NoLongerDue
from coalition.emails.transport import Accepted, Transport
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import a_colleague, an_open_letter, consulted, invitation_of, joined, said, signed
from tests.cast import Cast
from tests.emails.smtp import Mailbox, mail_server, settings_for

UNKNOWN = Report("sami@elsewhere.example", 550, "5.1.1", "550 5.1.1 <sami@elsewhere.example>: no such user")


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter; the mail server took every mail of it."""
    config.install(replace(config.settings(), mail_server="127.0.0.1"))
    found = an_open_letter(cast, cast.arabic_member, cast.small_member)
    sent()
    return found


def sent() -> None:
    with mail_server(Mailbox()) as port:
        outbox.drain(Transport(settings_for(port)))


def rows(kind: str = "") -> list[OutgoingEmail]:
    db.session.rollback()
    every = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date, OutgoingEmail.id)).all()
    return [row for row in every if not kind or row.context_or_empty.get("kind") == kind]


def row_to(letter_id: UUID, cast: Cast) -> OutgoingEmail:
    invitation = invitation_of(letter_id, cast.arabic_member)
    return db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.invitation_id == invitation.id)).one()


def comes_back(row: OutgoingEmail, report: Report = UNKNOWN) -> bool:
    row_id = row.id
    with transaction() as session:
        return came_back(session, session.get_one(OutgoingEmail, row_id), report, clock.now())


def contact_of(cast: Cast) -> Contact:
    db.session.rollback()
    return db.session.get_one(Contact, cast.arabic_member.contact_id)


def test_what_came_back_stands_on_its_row_its_contact_and_its_invitation(letter_id: UUID, cast: Cast) -> None:
    assert comes_back(row_to(letter_id, cast))
    row = row_to(letter_id, cast)
    assert (row.state, row.last_code) == ("bounced", 550)
    assert row.last_words == "550 5.1.1 … no such user"
    assert contact_of(cast).bounced_at
    assert contact_of(cast).bounce == {
        "address": "sami@elsewhere.example",
        "code": 550,
        "status": "5.1.1",
        "words": row.last_words,
        "class": "unknown_address",
    }
    assert invitation_of(letter_id, cast.arabic_member).bounced_at
    assert not invitation_of(letter_id, cast.small_member).bounced_at
    assert not comes_back(row_to(letter_id, cast)), "A second report of the same is no news."


def test_a_report_that_overtakes_the_servers_yes_stands(letter_id: UUID, cast: Cast) -> None:
    row = row_to(letter_id, cast)
    row.state = "transmitting"
    db.session.commit()
    assert comes_back(row)
    row_id = row_to(letter_id, cast).id
    with transaction() as session:
        settling.settle(session, session.get_one(OutgoingEmail, row_id), Accepted(250, "2.0.0 taken"), now=clock.now())
    assert row_to(letter_id, cast).state == "bounced"
    assert contact_of(cast).bounced_at


@pytest.mark.only_on("sqlite")
def test_a_mail_that_never_left_can_not_come_back(letter_id: UUID, cast: Cast) -> None:
    row = row_to(letter_id, cast)
    row.state, row.attempts = "queued", 0
    db.session.commit()
    assert not comes_back(row)
    assert row_to(letter_id, cast).state == "queued"
    assert not contact_of(cast).bounced_at


@pytest.mark.only_on("sqlite")
def test_a_refusal_at_the_door_is_noted_in_the_same_way(cast: Cast) -> None:
    config.install(replace(config.settings(), mail_server="127.0.0.1"))
    letter_id = an_open_letter(cast, cast.arabic_member)
    mailbox = Mailbox(answers={"sami@amman.example": "552 5.2.2 mailbox full"})
    with mail_server(mailbox) as port:
        outbox.drain(Transport(settings_for(port)))
        assert tell_of_bounces() == 1
        outbox.drain(Transport(settings_for(port)))
    bounce = contact_of(cast).bounce
    assert bounce is not None
    assert (bounce["address"], bounce["class"]) == ("sami@amman.example", "full")
    assert invitation_of(letter_id, cast.arabic_member).bounced_at
    assert mailbox.received[-1].recipient == cast.coordinator.email
    assert b"state=3Dbounced" in mailbox.received[-1].content


@pytest.mark.only_on("sqlite")
def test_a_server_that_names_itself_is_not_quoted_where_a_mail_follows_an_answer(letter_id: UUID, cast: Cast) -> None:
    signed(letter_id, cast.arabic_member)
    for answer, words in (("450 4.2.0 mx.amman.example is greylisting", "4.2.0"), ("550 gone from Amman", "")):
        with mail_server(Mailbox(answers={"sami@amman.example": answer})) as port:
            outbox.drain(Transport(settings_for(port)))
        (receipt,) = rows("receipt")
        assert (receipt.last_code, receipt.last_words) == (int(answer[:3]), words)
        receipt.next_at = clock.now()
        db.session.commit()


@pytest.mark.only_on("sqlite")
def test_who_left_the_team_is_told_of_no_bounce(letter_id: UUID, cast: Cast) -> None:
    colleague = a_colleague(cast, "coordinator")
    joined(cast, letter_id, colleague)
    comes_back(row_to(letter_id, cast))
    assert tell_of_bounces() == 2
    team.leave_team(letter_id, colleague, by=cast.coordinator)
    alert = next(row for row in rows("mail_bounced") if row.recipient == f"account:{colleague.hex}")
    with pytest.raises(NoLongerDue):
        letters.make(db.session(), alert)


def test_who_left_the_team_gets_no_mail_to_coordinators_that_was_under_way(cast: Cast) -> None:
    colleague = a_colleague(cast, "coordinator")
    consulted_id = consulted(cast, cast.small_member)
    joined(cast, consulted_id, colleague)
    said(consulted_id, cast.small_member, "All of them?", on="Free the reporters", kind="question")
    (told,) = (row for row in rows("comment_received") if row.recipient == f"account:{colleague.hex}")
    assert letters.make(db.session(), told).subject
    team.leave_team(consulted_id, colleague, by=cast.coordinator)
    with pytest.raises(NoLongerDue, match="coordinate"):
        letters.make(db.session(), told)


def test_a_mail_that_follows_an_answer_leaves_no_trace_but_its_own_row(letter_id: UUID, cast: Cast) -> None:
    signed(letter_id, cast.arabic_member)
    sent()
    (receipt,) = rows("receipt")
    report = Report("", 550, "5.1.1", "host mx.amman.example[192.0.2.1] said: 550 5.1.1 unknown at Amman")
    assert comes_back(receipt, report)
    assert not contact_of(cast).bounced_at
    assert contact_of(cast).bounce is None
    assert not invitation_of(letter_id, cast.arabic_member).bounced_at
    assert rows("receipt")[0].last_words == "5.1.1", "The words name hosts, and by them whose row it is."
    assert tell_of_bounces() == 1
    (alert,) = rows("mail_bounced")
    said = letters.make(db.session(), alert)
    assert "Amman" not in said.text
    assert "1 other mail came back. Whose it is, this mail does not say." in said.text


def test_the_coordinators_who_want_it_are_told_once_an_hour_whose_invitation_came_back(
    letter_id: UUID, cast: Cast
) -> None:
    comes_back(row_to(letter_id, cast))
    assert [tell_of_bounces() for _ in range(3)] == [1, 0, 0]
    (alert,) = rows("mail_bounced")
    mail = letters.make(db.session(), alert)
    assert "Amman" in mail.text
    assert f"/desk/letters/{letter_id}?state=bounced" in mail.text
    now = clock.now()
    with time_machine.travel(now + timedelta(minutes=30)):
        other = invitation_of(letter_id, cast.small_member).id
        comes_back(db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.invitation_id == other)).one())
        assert tell_of_bounces() == 0
    with time_machine.travel(now + timedelta(minutes=61)):
        assert [tell_of_bounces() for _ in range(3)] == [1, 0, 0]
    with time_machine.travel(now + timedelta(days=400)):
        assert tell_of_bounces() == 0
    assert len(rows("mail_bounced")) == 2


@pytest.mark.only_on("sqlite")
def test_who_switched_alerts_off_gets_none(letter_id: UUID, cast: Cast) -> None:
    db.session.get_one(Account, cast.coordinator_id).wants_alerts = False
    db.session.commit()
    comes_back(row_to(letter_id, cast))
    assert tell_of_bounces() == 0
    assert rows("mail_bounced") == []


@pytest.mark.only_on("sqlite")
def test_a_later_mail_that_is_taken_clears_it(letter_id: UUID, cast: Cast) -> None:
    comes_back(row_to(letter_id, cast))
    invitation_id = invitation_of(letter_id, cast.arabic_member).id
    with time_machine.travel(clock.now() + timedelta(days=1)):
        with transaction() as session:
            invitation = session.get_one(Invitation, invitation_id)
            outbox.queue(
                session,
                "nudge",
                recipient=f"contact:{invitation.contact_id.hex}",
                occasion="a later one",
                now=clock.now(),
                letter_id=letter_id,
                invitation_id=invitation.id,
                kind_class="nudge",
            )
        sent()
    assert not contact_of(cast).bounced_at
    assert contact_of(cast).bounce is None
    assert not invitation_of(letter_id, cast.arabic_member).bounced_at


@pytest.mark.only_on("sqlite")
def test_a_late_report_about_the_old_address_says_nothing_of_the_new_one(letter_id: UUID, cast: Cast) -> None:
    row_id = row_to(letter_id, cast).id
    entry = directory.ContactEntry(address="sami@new.example", name="Sami")
    directory.edit_contact(cast.arabic_member.contact_id, entry, by=cast.coordinator)
    assert comes_back(db.session.get_one(OutgoingEmail, row_id))
    assert not contact_of(cast).bounced_at
    assert not invitation_of(letter_id, cast.arabic_member).bounced_at
