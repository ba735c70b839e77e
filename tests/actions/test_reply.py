"""Replies by mail: kept, told to the coordinators, and never more than that."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import forget, held, record_on_behalf, reply
from coalition.actions.circulate import NotCoordinator
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.consent import Consent
from coalition.models.incoming_email import IncomingEmail
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature
from tests.builders import (
    an_open_letter,
    declined,
    invitation_of,
    joined,
    link_path,
    replied,
    signed,
    withdrawn,
)

if TYPE_CHECKING:
    from email.message import EmailMessage
    from uuid import UUID

    from tests.cast import Cast


def reply_of(reply_id: UUID) -> IncomingEmail:
    db.session.rollback()
    return db.session.get_one(IncomingEmail, reply_id)


def forwards() -> list[OutgoingEmail]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date, OutgoingEmail.id))
    return [row for row in rows if row.context_or_empty.get("kind") == "reply_received"]


def made(row: OutgoingEmail) -> letters.Mail:
    return letters.make(db.session(), row)


def parsed(mail: letters.Mail) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def test_a_reply_is_kept_and_told_to_every_coordinator_at_once_and_signs_nothing(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    joined(cast, letter_id, cast.other_coordinator_id)
    reply_id = replied(letter_id, cast.small_member, "Yes, we sign.\n\n> Will you?")
    kept = reply_of(reply_id)
    assert (kept.letter_id, kept.forwarded_at, kept.raw) == (letter_id, kept.at, None)
    assert kept.said["words"] == "Yes, we sign.\n\n> Will you?"
    assert {row.recipient for row in forwards()} == {
        f"account:{cast.coordinator_id.hex}", f"account:{cast.other_coordinator_id.hex}",
    }  # fmt: skip
    assert all(row.next_at == kept.at for row in forwards())
    assert not db.session.scalar(select(func.count(Signature.id)))
    assert not db.session.scalar(select(func.count(Consent.id)))
    assert invitation_of(letter_id, cast.small_member).answered_at is None


@pytest.mark.only_on("sqlite")
def test_the_mail_brings_the_words_without_the_quote_and_answers_go_to_their_writer(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    replied(letter_id, cast.small_member, "We talk on Monday.\n\n> Yes, we sign.")
    mail = made(forwards()[0])
    for part in (mail.text, mail.html):
        assert "We talk on Monday." in part
        assert "Yes, we sign." not in part
        assert "A reply never signs" in part
    assert parsed(mail)["Reply-To"] == f"Kalina Ivanova <{cast.small_member.address}>"
    assert parsed(mail)["Auto-Submitted"] == "auto-generated"
    assert made(forwards()[0]).content == mail.content


@pytest.mark.only_on("sqlite")
def test_the_link_that_a_reply_quotes_is_kept_nowhere(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    link = f"https://letters.example{link_path(letter_id, cast.small_member)}"
    reply_id = replied(letter_id, cast.small_member, f"See {link}\n\n> Sign here:\n> {link}", subject=link)
    token = link.rpartition("/")[2]
    assert token not in str(reply_of(reply_id).said)
    assert token not in made(forwards()[0]).content.decode()


@pytest.mark.only_on("sqlite")
def test_a_mail_from_another_address_says_so(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    replied(letter_id, cast.small_member, address="Somebody@Elsewhere.example")
    assert "another address than the one we wrote to" in made(forwards()[0]).text
    own = replied(letter_id, cast.small_member, address=cast.small_member.address.upper())
    (forward,) = [row for row in forwards() if row.context["reply"] == own.hex]
    assert "another address" not in made(forward).text


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("address", ["no address", "", "a@b@c", "x@y.example, z@y.example"])
def test_what_is_no_address_gets_no_answer_and_stops_no_mail(cast: Cast, address: str) -> None:
    letter_id = an_open_letter(cast)
    replied(letter_id, cast.small_member, from_address=address, from_name='"><b>\r\nBcc: x@y.example')
    mail = parsed(made(forwards()[0]))
    assert "nadia@freevoices.example" in mail["Reply-To"]
    assert mail["Bcc"] is None


UNNAMED = ("unnamed", "safe", "declined", "withheld", "withdrawn")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("why", UNNAMED)
def test_nobody_is_named_in_a_mail_who_must_not_be(cast: Cast, why: str) -> None:
    member = cast.unnamed_member if why == "unnamed" else cast.small_member
    letter_id = an_open_letter(cast, member)
    if why == "safe":
        member.contact.safe_mail = True
        db.session.commit()
    elif why == "declined":
        declined(letter_id, member)
    elif why == "withheld":
        signed(letter_id, member, is_withheld=True)
    elif why == "withdrawn":
        signed(letter_id, member)
        withdrawn(letter_id, member)
    replied(letter_id, member, "Our words.")
    mail = made(forwards()[0])
    whole = f"{mail.subject}\n{mail.text}\n{mail.html}\n{parsed(mail)['Reply-To']}"
    organisation = db.session.get_one(Organisation, member.organisation_id)
    contact = member.contact
    for told in ("Our words.", organisation.name, str(contact.name), str(contact.address), organisation.id.hex):
        assert told not in whole
    assert str(organisation.id) not in whole
    assert f"/desk/letters/{letter_id}/replies" in mail.text


@pytest.mark.only_on("sqlite")
def test_an_automatic_answer_is_kept_and_mailed_to_nobody(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    reply_id = replied(letter_id, cast.small_member, "I am away.", kind="automatic")
    assert reply_of(reply_id).said["words"] == "I am away."
    assert not forwards()


def test_one_invitation_causes_a_bounded_number_of_mails(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = an_open_letter(cast)
    monkeypatch.setattr(reply, "FORWARDED_A_DAY", 2)
    monkeypatch.setattr(reply, "READ_A_DAY", 4)
    found = [reply_of(replied(letter_id, cast.small_member)) for _ in range(6)]
    assert len(forwards()) == 2
    kinds = [db.session.get_one(IncomingEmail, one.id).kind for one in found]
    assert kinds == ["reply"] * 4 + ["automatic"] * 2, "So many are written by a program."
    replied(letter_id, cast.arabic_member)
    assert len(forwards()) == 3, "Others are heard as before."
    replied(letter_id, cast.small_member, at=clock.now() + reply.A_DAY)
    assert len(forwards()) == 4, "So are they, the next day."


@pytest.mark.only_on("sqlite")
def test_a_coordinator_who_left_gets_no_reply(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    joined(cast, letter_id, cast.other_coordinator_id)
    replied(letter_id, cast.small_member)
    row = next(one for one in forwards() if one.recipient == f"account:{cast.other_coordinator_id.hex}")
    member = next(
        one
        for one in invitation_of(letter_id, cast.small_member).letter.team
        if one.account_id == cast.other_coordinator_id
    )
    member.ended_at = clock.now()
    db.session.flush()
    with pytest.raises(NoLongerDue):
        made(row)


def test_a_reply_is_dealt_with_once_and_can_be_opened_again(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    reply_id = replied(letter_id, cast.small_member)
    reply.settle(letter_id, reply_id, is_done=True, by=cast.coordinator)
    before = reply_of(reply_id).settled_at
    reply.settle(letter_id, reply_id, is_done=True, by=cast.coordinator)
    assert reply_of(reply_id).settled_at == before
    reply.settle(letter_id, reply_id, is_done=False, by=cast.coordinator)
    assert reply_of(reply_id).settled_at is None
    with pytest.raises(NotCoordinator):
        reply.settle(letter_id, reply_id, is_done=True, by=cast.other_coordinator)
    other_id = an_open_letter(cast, title="Another letter")
    with pytest.raises(LookupError):
        reply.settle(other_id, reply_id, is_done=True, by=cast.coordinator)


@pytest.mark.only_on("sqlite")
def test_a_contact_finds_what_they_wrote_back_among_what_is_held(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    replied(letter_id, cast.small_member, "Yes, we sign.")
    replied(letter_id, cast.arabic_member, "Others’ words.")
    (found,) = held.held_on(db.session(), cast.small_member.contact)["person"]["replies"]
    assert found["words"] == "Yes, we sign."


def test_erasing_a_contact_erases_what_they_wrote_back(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    reply_id = replied(letter_id, cast.small_member)
    with transaction() as session:
        forget.erase_contact(
            session, session.get_one(type(cast.small_member.contact), cast.small_member.contact_id), now=clock.now()
        )
    assert not reply_of(reply_id).said
    with pytest.raises(NoLongerDue):
        made(forwards()[0])


def test_recording_the_answer_of_a_reply_deals_with_it(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    reply_id = replied(letter_id, cast.small_member)
    other_id = replied(letter_id, cast.arabic_member)
    said = record_on_behalf.Said("mail", "Kalina Ivanova", clock.now().date(), words="Yes, we sign.")
    recording = record_on_behalf.Recording(
        evidence_id=reply_id, answer="sign", version=1, organisation_ids=(cast.small_member.organisation_id,),
        said=said, reply_id=reply_id,
    )  # fmt: skip
    record_on_behalf.record_answers(letter_id, recording, by=cast.coordinator)
    assert reply_of(reply_id).settled_at
    assert not reply_of(other_id).settled_at
    assert db.session.scalar(select(func.count(Signature.id))) == 1
