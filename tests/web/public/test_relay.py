"""A relay's notices: only with the key, each once, each to its row; nobody learns from the answer whose mail it was."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import select, update
from werkzeug.test import Client

from coalition import clock, config
from coalition.config import SettingsWrong
from coalition.database import db, transaction
from coalition.emails import letters, return_paths
from coalition.models.contact import Contact
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.web.public.relay import LARGEST
from tests.builders import an_open_letter, signed

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.cast import Cast

KEY: Final = "key-of-the-relay-made-by-chance"
ALONE = pytest.mark.only_on("sqlite")
"""What asks the database nothing that the others do not."""
UNKNOWN_USER: Final = "550 5.1.1 <ines@kalina.example> User unknown https://kalina.example/help/us"


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter whose mails a relay took."""
    at_relay("mailgun")
    found = an_open_letter(cast, cast.small_member)
    with transaction() as session:
        session.execute(update(OutgoingEmail).values(state="accepted", attempts=1))
    return found


def at_relay(name: str) -> None:
    """From now on the relay of that name reports."""
    settings = replace(config.settings(), relay_webhook=name, relay_webhook_key=KEY, mail_intake="post@letters.test")
    config.install(settings)


def the_row(letter_id: UUID) -> OutgoingEmail:
    """The row of the invitation mail."""
    db.session.rollback()
    query = select(OutgoingEmail).where(OutgoingEmail.kind_class == "invitation", OutgoingEmail.letter_id == letter_id)
    return db.session.scalars(query).one()


def everything(letter_id: UUID) -> tuple[Any, ...]:
    """What a notice might change."""
    row = the_row(letter_id)
    invitation = db.session.scalars(select(Invitation).where(Invitation.letter_id == letter_id)).one()
    contact = db.session.get_one(Contact, invitation.contact_id)
    muted = (contact.muted_at, invitation.muted_at)
    return (row.state, row.last_code, row.last_words, invitation.bounced_at, contact.bounced_at, contact.bounce, muted)


def came() -> list[IncomingEmail]:
    """What was taken in."""
    db.session.rollback()
    return list(db.session.scalars(select(IncomingEmail).order_by(IncomingEmail.at)))


def from_mailgun(
    letter_id: UUID, *, token: str = "a" * 50, age: timedelta = timedelta(0), key: str = KEY, **event: Any
) -> dict[str, Any]:
    """A notice in Mailgun's form, of a mail that was refused for good unless told otherwise."""
    timestamp = str(int((clock.now() - age).timestamp()))
    return {
        "signature": {
            "timestamp": timestamp,
            "token": token,
            "signature": hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest(),
        },
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "recipient": "ines@kalina.example",
            "message": {"headers": {"message-id": the_row(letter_id).message_id.strip("<>")}},
            "delivery-status": {"code": 550, "message": UNKNOWN_USER, "enhanced-code": "5.1.1", "attempt-no": 1},
            **event,
        },
    }


def from_postmark(letter_id: UUID, **facts: Any) -> dict[str, Any]:
    """A notice in Postmark's form, of a hard bounce unless told otherwise."""
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"row": the_row(letter_id).message_id.strip("<").partition("@")[0]},
        "Details": f"smtp;{UNKNOWN_USER}",
        "Email": "ines@kalina.example",
        "BouncedAt": f"{clock.now():%Y-%m-%dT%H:%M:%S}.2735393Z",
        **facts,
    }


def sent(app: Flask, facts: Any, *, password: str | None = None, media_type: str = "application/json") -> TestResponse:
    """The answer to a notice."""
    content = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    headers = {}
    if password is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"relay:{password}".encode()).decode()
    answer = Client(app).post("/hooks/mail", data=content, content_type=media_type, headers=headers)
    assert "Set-Cookie" not in answer.headers
    assert answer.mimetype == "text/plain"
    return answer


def test_a_failure_told_by_mailgun_lands_on_its_row_once(app: Flask, letter_id: UUID) -> None:
    notice = from_mailgun(letter_id)
    assert sent(app, notice).status_code == 200
    state, code, words, bounced_at, _, bounce, _ = after = everything(letter_id)
    assert (state, code, bounced_at is not None) == ("bounced", 550, True)
    assert "User unknown" in words
    assert "@" not in words
    assert (bounce["address"], bounce["status"]) == ("ines@kalina.example", "5.1.1")
    assert [mail.kind for mail in came()] == ["bounce"]

    with transaction() as session:
        session.execute(update(OutgoingEmail).values(state="accepted", last_code=None))
    before = everything(letter_id)
    assert sent(app, notice).status_code == 200
    assert everything(letter_id) == before != after
    assert len(came()) == 1


def test_a_token_that_was_used_does_not_carry_another_notice(app: Flask, letter_id: UUID) -> None:
    assert sent(app, from_mailgun(letter_id, severity="temporary")).status_code == 200
    before = everything(letter_id)
    assert sent(app, from_mailgun(letter_id)).status_code == 200
    assert everything(letter_id) == before


def test_a_failure_told_by_postmark_lands_on_its_row_once(app: Flask, letter_id: UUID) -> None:
    at_relay("postmark")
    notice = from_postmark(letter_id)
    assert sent(app, notice, password=KEY).status_code == 200
    assert everything(letter_id)[:2] == ("bounced", 550)
    assert sent(app, notice, password=KEY).status_code == 200
    assert [mail.kind for mail in came()] == ["bounce"]


@ALONE
def test_what_postmark_is_to_give_back_goes_along_with_each_mail(letter_id: UUID) -> None:
    row = the_row(letter_id)
    assert b"X-PM-" not in letters.make(db.session(), row).content
    at_relay("postmark")
    content = letters.make(db.session(), row).content
    name = row.message_id.strip("<").partition("@")[0]
    assert f"\r\nX-PM-KeepID: true\r\nX-PM-Metadata-row: {name}\r\n".encode() in content


@ALONE
def test_mailgun_may_name_the_return_path_alone(app: Flask, letter_id: UUID) -> None:
    path = return_paths.bounce_address(the_row(letter_id).id)
    sent(app, from_mailgun(letter_id, message={}, envelope={"sender": path}))
    assert everything(letter_id)[0] == "bounced"


def test_a_delay_is_said_beside_the_row(app: Flask, letter_id: UUID) -> None:
    full: dict[str, Any] = {"delivery-status": {"code": 452, "message": "4.2.2 Mailbox full"}}
    assert sent(app, from_mailgun(letter_id, severity="temporary", **full)).status_code == 200
    assert everything(letter_id)[:4] == ("accepted", 452, "4.2.2 Mailbox full", None)
    at_relay("postmark")
    late = from_postmark(letter_id, Type="Transient", TypeCode=2, Details="421 4.4.1 Later")
    assert sent(app, late, password=KEY).status_code == 200
    assert everything(letter_id)[:4] == ("accepted", 421, "421 4.4.1 Later", None)
    assert [mail.kind for mail in came()] == ["delay", "delay"]


def test_a_complaint_is_noted_and_stops_nothing(app: Flask, letter_id: UUID) -> None:
    before = everything(letter_id)
    without_words: dict[str, Any] = {"delivery-status": {}}
    sent(app, from_mailgun(letter_id, event="complained", severity="", **without_words))
    assert everything(letter_id) == (*before[:1], None, "Reported as spam.", *before[3:])
    at_relay("postmark")
    complaint = from_postmark(
        letter_id, RecordType="SpamComplaint", Type="SpamComplaint", TypeCode=512, Details="Marked as spam"
    )
    sent(app, complaint, password=KEY)
    assert everything(letter_id) == (*before[:1], None, "Marked as spam", *before[3:])
    assert [mail.kind for mail in came()] == ["automatic", "automatic"]


@ALONE
@pytest.mark.parametrize("event", ["failed", "complained"])
def test_beside_a_mail_that_follows_an_answer_nothing_names_its_recipient(app: Flask, cast: Cast, event: str) -> None:
    at_relay("mailgun")
    letter_id = an_open_letter(cast, cast.small_member)
    signed(letter_id, cast.small_member)
    with transaction() as session:
        session.execute(update(OutgoingEmail).values(state="accepted", attempts=1))
    receipt = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.recipient.startswith("sealed:"))).first()
    assert receipt is not None
    named = {"headers": {"message-id": receipt.message_id}}
    sent(app, from_mailgun(letter_id, event=event, message=named))
    [mail] = came()
    assert (mail.said["address"], mail.invitation_id, mail.raw) == ("", None, None)
    assert "kalina" not in json.dumps([mail.said, db.session.get_one(OutgoingEmail, receipt.id).last_words])
    assert db.session.scalars(select(Contact.bounced_at).where(Contact.bounced_at.is_not(None))).all() == []


@ALONE
def test_whoever_has_not_the_key_changes_nothing(app: Flask, letter_id: UUID) -> None:
    before = everything(letter_id)
    tampered = from_mailgun(letter_id)
    tampered["signature"]["token"] = "b" * 50
    unsigned = from_mailgun(letter_id) | {"signature": None}
    odd = from_mailgun(letter_id)
    odd["signature"] |= {"timestamp": 5, "signature": "é\ud800"}
    for notice in (tampered, unsigned, odd, from_mailgun(letter_id, key="another"), from_mailgun(letter_id, token="")):
        assert sent(app, notice).status_code == 401
    at_relay("postmark")
    for password in (None, "", KEY[:-1], "clé"):
        assert sent(app, from_postmark(letter_id), password=password).status_code == 401
    assert sent(app, from_mailgun(letter_id)).status_code == 401
    assert (everything(letter_id), came()) == (before, [])


@ALONE
def test_what_was_signed_long_ago_or_is_of_tomorrow_is_refused(app: Flask, letter_id: UUID) -> None:
    for age in (timedelta(hours=25), timedelta(minutes=-11)):
        assert sent(app, from_mailgun(letter_id, age=age)).status_code == 401
    assert sent(app, from_mailgun(letter_id, age=timedelta(hours=9))).status_code == 200
    at_relay("postmark")
    assert (
        sent(app, from_postmark(letter_id, BouncedAt="2014-08-01T13:28:10.2735393-04:00"), password=KEY).status_code
        == 401
    )
    assert len(came()) == 1


@ALONE
def test_a_mail_that_is_not_ours_is_answered_like_one_that_is(app: Flask, letter_id: UUID) -> None:
    before = everything(letter_id)
    names = (f"{'0' * 24}@letters.test", "\0' OR 1=1", "20260203192638.000be97f99f8cea1@elsewhere.example", 7, None)
    for number, name in enumerate(names):
        stranger = from_mailgun(letter_id, token=str(number), message={"headers": {"message-id": name}})
        assert sent(app, stranger).status_code == 200
    assert everything(letter_id) == before
    assert {(mail.kind, mail.said, mail.raw) for mail in came()} == {("unmatched", None, None)}
    ours = sent(app, from_mailgun(letter_id))
    assert (ours.status_code, ours.data) == (200, b"OK\n")


@ALONE
def test_what_tells_nothing_of_arriving_is_taken_and_let_go(app: Flask, letter_id: UUID) -> None:
    before = everything(letter_id)
    assert sent(app, from_mailgun(letter_id, event="opened")).status_code == 200
    assert sent(app, from_mailgun(letter_id, severity="odd")).status_code == 200
    at_relay("postmark")
    for facts in ({"Type": "AutoResponder"}, {"RecordType": "Open"}, {"Type": ["HardBounce"]}):
        assert sent(app, from_postmark(letter_id, **facts), password=KEY).status_code == 200
    assert (everything(letter_id), came()) == (before, [])


@ALONE
def test_garbage_and_what_is_too_large_are_refused(app: Flask, letter_id: UUID) -> None:
    at_relay("postmark")
    for content in (b"", b"{", b"[]", b"\xff\xfe", b"[" * 60_000, b"{}", b'{"RecordType": 1}', b"9" * 5000):
        assert sent(app, content, password=KEY).status_code == 400
    for when in ("yesterday", "", "2026-01-01T00:00:00", None):
        assert sent(app, from_postmark(letter_id, BouncedAt=when), password=KEY).status_code == 400
    assert sent(app, from_postmark(letter_id), password=KEY, media_type="text/plain").status_code == 415
    large = from_postmark(letter_id, Content="x" * LARGEST)
    assert sent(app, large, password=KEY).status_code == 413
    assert came() == []


@ALONE
def test_without_the_setting_there_is_no_such_address(app: Flask) -> None:
    assert sent(app, {}).status_code == 404


@ALONE
def test_the_log_names_nobody(app: Flask, letter_id: UUID, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    notice = from_mailgun(letter_id)
    sent(app, notice)
    sent(app, from_mailgun(letter_id, key="another", token="c" * 50))
    for secret in ("kalina", KEY, "a" * 50, "c" * 50, notice["signature"]["signature"]):
        assert secret not in caplog.text


@ALONE
@pytest.mark.parametrize(
    "values",
    [
        {"relay_webhook": "other", "relay_webhook_key": KEY},
        {"relay_webhook": "mailgun"},
        {"relay_webhook_key": KEY},
        {"relay_webhook": "postmark", "relay_webhook_key": "short"},
    ],
)
def test_half_a_setting_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(SettingsWrong, match="relay_webhook"):
        replace(config.Settings(), **values)  # type: ignore[arg-type]  # what an operator writes
