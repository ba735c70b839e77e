"""Mail that comes in is taken once and put where it belongs; what came by no address of ours changes nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self
from typing import cast as cast_to
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from coalition import clock, config
from coalition.actions.forget import erase_contact
from coalition.actions.receive import FORGOTTEN_AFTER, receive
from coalition.database import db, transaction
from coalition.emails import outbox, return_paths
from coalition.emails.transport import Accepted
from coalition.models.contact import Contact
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import an_open_letter, signed
from tests.intake.mail.samples import a_mail, a_report

if TYPE_CHECKING:
    from flask import Flask

    from tests.cast import Cast

ALONE = pytest.mark.only_on("sqlite")
"""What asks the database nothing that the others do not."""
FORGED = "post+b" + "a" * 42 + "@letters.test"
SECRET_LINK = b"http://letters.test/i/a-link-that-works"


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter whose mails went out from an installation with an intake."""
    config.install(replace(config.settings(), mail_intake="post@letters.test", mail_server="127.0.0.1"))
    found = an_open_letter(cast, cast.small_member)
    sent()
    return found


def sent() -> None:
    """Whatever is due was taken by a server."""
    with transaction() as session:
        session.execute(
            update(OutgoingEmail).where(OutgoingEmail.state == "queued").values(state="accepted", attempts=1)
        )


def the_row(letter_id: UUID) -> OutgoingEmail:
    """The row of the invitation mail."""
    db.session.rollback()
    query = select(OutgoingEmail).where(OutgoingEmail.kind_class == "invitation", OutgoingEmail.letter_id == letter_id)
    return db.session.scalars(query).one()


def every_row() -> list[OutgoingEmail]:
    """All that went out."""
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingEmail)))


def the_invitation(letter_id: UUID) -> Invitation:
    """The only invitation."""
    db.session.rollback()
    return db.session.scalars(select(Invitation).where(Invitation.letter_id == letter_id)).one()


def home(letter_id: UUID) -> str:
    """Where the invitation mail comes back to."""
    return return_paths.bounce_address(the_row(letter_id).id)


def answer_address(letter_id: UUID) -> str:
    """Where answers to it go."""
    address = return_paths.reply_address(the_invitation(letter_id).id)
    assert address
    return address


def taken(raw: bytes, to: str | None = None) -> str:
    """Take a mail in now."""
    return receive(raw, envelope_to=to, now=clock.now())


def incoming() -> list[IncomingEmail]:
    """All that came in."""
    db.session.rollback()
    return list(db.session.scalars(select(IncomingEmail).order_by(IncomingEmail.at)))


def everything(letter_id: UUID) -> tuple[Any, ...]:
    """What a bounce would change."""
    row, invitation = the_row(letter_id), the_invitation(letter_id)
    contact = db.session.get_one(Contact, invitation.contact_id)
    return (row.state, row.last_code, row.last_words, invitation.bounced_at, contact.bounced_at, contact.bounce)


def test_a_bounce_lands_on_its_row_with_address_code_and_words(letter_id: UUID) -> None:
    assert taken(a_report(), home(letter_id)) == "bounce"
    row = the_row(letter_id)
    assert (row.state, row.last_code) == ("bounced", 550)
    assert "User unknown" in row.last_words
    contact = db.session.get_one(Contact, the_invitation(letter_id).contact_id)
    assert contact.bounce["address"] == "lina@member.example"
    assert contact.bounce["status"] == "5.1.1"
    (mail,) = incoming()
    assert (mail.kind, mail.outgoing_email_id, mail.letter_id) == ("bounce", row.id, letter_id)
    assert mail.said["action"] == "failed"
    assert "@" not in mail.said["words"]


@ALONE
def test_without_an_envelope_the_address_is_found_in_the_headers(letter_id: UUID) -> None:
    assert taken(a_report(home=home(letter_id).upper())) == "bounce"
    assert the_row(letter_id).state == "bounced"


def test_the_same_bounce_by_two_ways_is_taken_once(letter_id: UUID) -> None:
    raw = a_report(home=home(letter_id))
    assert [taken(raw), taken(raw.replace(b"\n", b"\r\n")), taken(b"From x Mon Nov 23\n" + raw)] == ["bounce"] * 3
    assert len(incoming()) == 1


@pytest.mark.parametrize("to", [None, FORGED, "post@letters.test", "letters@letters.test"])
@ALONE
def test_a_forged_bounce_changes_nothing(letter_id: UUID, to: str | None) -> None:
    before = everything(letter_id)
    raw = a_report(home=FORGED).replace(
        b"Subject:", f"In-Reply-To: {the_row(letter_id).message_id}\nSubject:".encode(), 1
    )
    assert taken(raw, to) == "unmatched"
    assert everything(letter_id) == before
    (mail,) = incoming()
    assert (mail.raw, mail.said, mail.outgoing_email_id, mail.letter_id) == (None, None, None, None)


@ALONE
def test_a_forged_bounce_that_knows_its_mail_changes_nothing(letter_id: UUID) -> None:
    before = everything(letter_id)
    local_part, _, host = home(letter_id).rpartition("@")
    guessed = f"{local_part[:-8]}{'b' * 8}@{host}"
    assert guessed != home(letter_id)
    assert taken(a_report(home=guessed), guessed) == "unmatched"
    assert everything(letter_id) == before


@pytest.mark.parametrize("at_reply_address", [False, True])
def test_a_machines_answer_to_a_receipt_tells_of_no_invitation(
    letter_id: UUID, cast: Cast, *, at_reply_address: bool
) -> None:
    reply_address = answer_address(letter_id)
    signed(letter_id, cast.small_member)
    sent()
    receipt = next(row for row in every_row() if row.context_or_empty["kind"] == "receipt")
    more = f"Auto-Submitted: auto-replied\nIn-Reply-To: {receipt.message_id}\n"
    to = reply_address if at_reply_address else return_paths.bounce_address(receipt.id)
    assert taken(a_mail("I am away.", to=to, more=more), to) == "automatic"
    (mail,) = incoming()
    assert (mail.outgoing_email_id, mail.invitation_id, mail.letter_id, mail.said) == (receipt.id, None, None, None)


@ALONE
def test_a_bounce_sent_to_the_reply_address_changes_nothing(letter_id: UUID) -> None:
    before = everything(letter_id)
    assert taken(a_report(home=answer_address(letter_id))) == "unmatched"
    assert everything(letter_id) == before


@ALONE
def test_a_bounce_to_a_row_that_is_gone_is_not_ours(letter_id: UUID) -> None:  # noqa: ARG001 -- the intake is set
    assert taken(a_report(home=return_paths.bounce_address(uuid4()))) == "unmatched"


@ALONE
def test_a_delayed_mail_is_noted_and_has_not_bounced(letter_id: UUID) -> None:
    assert taken(a_report("delayed", "4.4.1", "connection timed out"), home(letter_id)) == "delay"
    row = the_row(letter_id)
    assert row.state == "accepted"
    assert row.last_words == "connection timed out"
    assert the_invitation(letter_id).bounced_at is None


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
@ALONE
def test_a_mail_that_went_on_has_not_bounced(letter_id: UUID, action: str) -> None:
    before = everything(letter_id)
    assert taken(a_report(action, "2.1.5", "250 ok"), home(letter_id)) == "delivered"
    assert everything(letter_id) == before


@ALONE
def test_a_delay_and_then_a_failure_is_a_bounce_and_a_late_delay_takes_nothing_back(letter_id: UUID) -> None:
    delay = a_report("delayed", "4.4.1", "connection timed out")
    assert taken(delay, home(letter_id)) == "delay"
    assert taken(a_report("failed", "4.4.7", "delivery time expired"), home(letter_id)) == "bounce"
    bounced = everything(letter_id)
    assert bounced[0] == "bounced"
    assert taken(delay + b"\n", home(letter_id)) == "delay"
    assert everything(letter_id) == bounced


@ALONE
def test_an_answer_from_a_holiday_has_not_bounced(letter_id: UUID) -> None:
    before = everything(letter_id)
    away = a_mail("I am away.", subject="Out of office", more="Auto-Submitted: auto-replied\n")
    assert taken(away, home(letter_id)) == "automatic"
    assert everything(letter_id) == before
    (mail,) = incoming()
    assert mail.invitation_id == the_invitation(letter_id).id
    assert mail.forwarded_at is None


@dataclass
class Overtaken:
    """A way out whose reports are here before its answers; it may be used from any thread."""

    app: Flask
    kinds: list[str] = field(default_factory=list)

    def connect(self) -> Overtaken:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, sender: str, recipient: str, content: bytes) -> Accepted:
        with self.app.app_context():
            self.kinds.append(taken(a_report(address=recipient), sender))
        return Accepted(250, "taken")


def test_a_bounce_that_is_here_before_the_server_s_own_answer_stays(cast: Cast, app: Flask) -> None:
    config.install(replace(config.settings(), mail_intake="post@letters.test", mail_server="127.0.0.1"))
    letter_id = an_open_letter(cast, cast.small_member)
    way_out = Overtaken(app)
    outbox.drain(cast_to(Any, way_out))
    assert set(way_out.kinds) == {"bounce"}
    assert the_row(letter_id).state == "bounced"
    assert the_row(letter_id).last_code == 550
    assert the_invitation(letter_id).bounced_at


def test_a_reply_is_put_to_its_invitation_and_signs_nothing(letter_id: UUID) -> None:
    assert taken(a_mail("We sign.", to=answer_address(letter_id))) == "reply"
    (mail,) = incoming()
    invitation = the_invitation(letter_id)
    assert (mail.invitation_id, mail.letter_id, mail.raw) == (invitation.id, letter_id, None)
    assert mail.said["words"] == "We sign."
    assert mail.said["from_address"] == "lina@member.example"
    assert invitation.answered_at is None


def test_a_reply_to_another_address_is_known_by_the_mail_it_answers(letter_id: UUID) -> None:
    message_id = the_row(letter_id).message_id
    more = f"References: <x@y> {message_id}\nIn-Reply-To: <z@y>\n"
    assert taken(a_mail(to="post@letters.test", more=more)) == "reply"
    assert incoming()[0].invitation_id == the_invitation(letter_id).id


@ALONE
def test_a_reply_that_names_no_mail_of_ours_is_not_kept(letter_id: UUID) -> None:  # noqa: ARG001 -- the intake is set
    more = "In-Reply-To: <guess@letters.test>\n"
    assert taken(a_mail("private words", to="post@letters.test", more=more)) == "unmatched"
    (mail,) = incoming()
    assert (mail.raw, mail.said) == (None, None)


@ALONE
def test_a_person_who_writes_to_the_address_of_bounces_is_heard(letter_id: UUID) -> None:
    assert taken(a_mail("We sign."), home(letter_id)) == "reply"
    assert the_row(letter_id).state == "accepted"


@ALONE
def test_what_answers_a_receipt_joins_no_row_to_an_invitation(letter_id: UUID, cast: Cast) -> None:
    signed(letter_id, cast.small_member)
    sent()
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.recipient.startswith("sealed:"))).all()
    assert rows
    for number, row in enumerate(rows):
        address = return_paths.bounce_address(row.id)
        taken(a_mail(f"I am away, {number}.", subject="Out of office"), address)
        taken(a_mail(f"Thank you, {number}."), address)
    assert [mail for mail in incoming() if mail.invitation_id and mail.outgoing_email_id] == []


@ALONE
def test_a_report_is_kept_without_the_mail_it_sends_back(letter_id: UUID) -> None:
    whole = a_report().replace(b"Content-Type: text/rfc822-headers\n", b"Content-Type: message/rfc822\n")
    assert taken(whole.replace(b"Subject: A letter to sign\n", SECRET_LINK + b"\n"), home(letter_id)) == "bounce"
    kept = incoming()[0]
    assert kept.raw
    assert SECRET_LINK.decode() not in str(kept.raw)
    assert b"Diagnostic-Code" in base64.b64decode(kept.raw)
    assert SECRET_LINK not in base64.b64decode(kept.raw)


@ALONE
def test_a_bounce_of_a_receipt_keeps_nothing_that_names_its_recipient(letter_id: UUID, cast: Cast) -> None:
    signed(letter_id, cast.small_member)
    sent()
    db.session.rollback()
    query = select(OutgoingEmail).where(OutgoingEmail.recipient.startswith("sealed:"), OutgoingEmail.attempts > 0)
    row = db.session.scalars(query).first()
    assert row is not None
    assert taken(a_report(), return_paths.bounce_address(row.id)) == "bounce"
    (mail,) = incoming()
    assert (mail.raw, mail.said["address"], mail.invitation_id) == (None, "", None)
    assert "lina" not in str(mail.said)


def test_erasing_a_contact_erases_what_came_back_from_them(letter_id: UUID, cast: Cast) -> None:
    taken(a_report(), home(letter_id))
    taken(a_mail("private words", to=answer_address(letter_id)))
    with transaction() as session:
        erase_contact(session, session.get_one(Contact, cast.small_member.contact_id), now=clock.now())
    assert [(mail.said, mail.raw) for mail in incoming()] == [(None, None), (None, None)]
    contact = db.session.get_one(Contact, cast.small_member.contact_id)
    assert (contact.bounce, contact.bounced_at) == (None, None)


def test_what_is_not_ours_is_forgotten_after_a_while(letter_id: UUID) -> None:
    now = clock.now()
    assert receive(a_mail("spam"), envelope_to=None, now=now - FORGOTTEN_AFTER - timedelta(days=1)) == "unmatched"
    assert taken(a_report(), home(letter_id)) == "bounce"
    assert [mail.kind for mail in incoming()] == ["bounce"]


@ALONE
def test_any_bytes_are_taken(letter_id: UUID) -> None:
    for raw in (b"", b"\0", b"\xff" * 100, a_report()[:700]):
        taken(raw, home(letter_id))
    assert db.session.scalar(select(func.count(IncomingEmail.id)))
