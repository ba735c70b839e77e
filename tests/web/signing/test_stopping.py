"""Stopping mails: by the page behind the link for that alone, and by a mail program's one click (RFC 8058)."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import circulate
from coalition.actions.acts import standing_signature
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.consent import Consent
from coalition.models.contact import Contact
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.cast import Cast
    from tests.visitor import Visitor

ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter to all three members."""
    return builders.an_open_letter(cast)


@pytest.fixture
def way_out(letter_id: UUID, cast: Cast) -> str:  # noqa: ARG001 -- the letter has to be there
    """The path of the link that stops Kalina's mails, as her invitation brings it."""
    return way_out_of(cast)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """What a mail program sends with: no cookies, no page before."""
    return app.test_client(use_cookies=False)


def mail_of(kind: str, contact_id: UUID) -> letters.Mail:
    """The newest mail of a kind to a contact, made now."""
    db.session.rollback()
    with transaction() as session:
        rows = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date.desc()))
        about = {"kind": kind, "recipient": f"contact:{contact_id.hex}"}
        return letters.make(session, next(row for row in rows if about.items() <= row.context_or_empty.items()))


def way_out_of(cast: Cast) -> str:
    """The path in the header of Kalina's invitation."""
    header = message_from_bytes(mail_of("invitation", cast.small_member.contact_id).content, policy=policy.default)
    assert header["List-Unsubscribe-Post"] == ONE_CLICK
    return "/u/" + str(header["List-Unsubscribe"]).strip("<>").partition("/u/")[2]


def post(client: FlaskClient, path: str, body: str) -> int:
    """Send what a mail program sends."""
    return client.post(path, data=body, content_type="application/x-www-form-urlencoded").status_code


def rows() -> tuple[int, ...]:
    """How much there is of what an act leaves."""
    db.session.rollback()
    tables = (Consent, OutgoingEmail, RecordEntry, Link)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_looking_at_the_page_changes_nothing_and_leads_to_no_letter(way_out: str, visitor: Visitor) -> None:
    before = rows()
    visitor.head(way_out)
    page = visitor.get(way_out)
    assert page.heading == "Which mails do you want to stop?"
    assert not visitor.client._cookies
    assert "/invitation/" not in page.text
    assert rows() == before


def test_the_page_stops_the_mails_of_one_letter_or_all_and_takes_it_back(
    way_out: str, visitor: Visitor, letter_id: UUID, cast: Cast
) -> None:
    page = visitor.get(way_out)
    assert page.form().submit().errors == ["Choose which mails"]
    stopped = page.form().fill(scope="letter").submit()
    assert stopped.heading == "These mails are stopped"
    assert "We may still write to you about other letters." in stopped.words
    own = builders.invitation_of(letter_id, cast.small_member)
    assert (own.muted_at is not None, own.contact.muted_at, own.answered_at) == (True, None, None)
    assert not circulate.may_be_nudged(own, now=clock.now())
    assert stopped.form().submit().errors == ["Tick that you want the mails again"]
    again = stopped.form().fill(confirm="yes").submit()
    assert again.heading == "Which mails do you want to stop?"
    again.form().fill(scope="all").submit()
    own = builders.invitation_of(letter_id, cast.small_member)
    assert own.is_muted
    assert own.contact.muted_at
    assert not circulate.may_be_invited(own.letter, own.contact)


def test_one_click_of_a_mail_program_stops_the_letters_mails_once(
    way_out: str, client: FlaskClient, letter_id: UUID, cast: Cast
) -> None:
    assert post(client, way_out, ONE_CLICK) == 200
    left = rows()
    assert client.post(way_out, data={"List-Unsubscribe": "One-Click"}).mimetype == "text/plain"
    assert client.post(way_out, data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data").data
    assert rows() == left
    own = builders.invitation_of(letter_id, cast.small_member)
    assert (own.muted_at is not None, own.contact.muted_at, own.answered_at) == (True, None, None)


def test_nothing_but_exactly_that_is_one_click(way_out: str, client: FlaskClient) -> None:
    before = rows()
    for body in (
        "",
        ONE_CLICK.lower(),
        f"{ONE_CLICK}&scope=all",
        f"{ONE_CLICK}&{ONE_CLICK}",
        "scope=all",
        "confirm=yes",
    ):
        assert post(client, way_out, body) == 422
    assert rows() == before


def test_one_click_takes_no_signature_away_and_receipts_still_come(
    way_out: str, client: FlaskClient, letter_id: UUID, cast: Cast
) -> None:
    post(client, way_out, ONE_CLICK)
    builders.signed(letter_id, cast.small_member)
    post(client, way_out, ONE_CLICK)
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is not None
    assert "Kalina" in mail_of("receipt", cast.small_member.contact_id).text
    with pytest.raises(NoLongerDue):
        mail_of("invitation", cast.small_member.contact_id)


def test_the_link_is_the_same_in_every_mail_and_dies_with_the_epoch(
    way_out: str, client: FlaskClient, letter_id: UUID, cast: Cast
) -> None:
    assert way_out_of(cast) == way_out
    own = builders.invitation_of(letter_id, cast.small_member)
    circulate.replace_link(own.id, by=builders.a_letter(letter_id).coordinators()[0])
    assert client.get(way_out).status_code == 410
    assert post(client, way_out, ONE_CLICK) == 410
    assert not builders.invitation_of(letter_id, cast.small_member).is_muted


def test_a_link_that_is_not_for_this_gets_the_one_page(
    letter_id: UUID, client: FlaskClient, cast: Cast, way_out: str
) -> None:
    unknown = client.get("/u/not-one-of-ours")
    others = [
        client.get(builders.link_path(letter_id, cast.small_member).replace("/i/", "/u/")),
        client.get(way_out.replace("/u/", "/i/")),
        client.post("/u/not-one-of-ours", data={"List-Unsubscribe": "One-Click"}),
    ]
    assert {(one.status_code, len(one.data)) for one in others} == {(404, len(unknown.data))}


@pytest.mark.usefixtures("letter_id")
def test_under_safe_mail_neither_page_nor_mail_names_the_letter(visitor: Visitor, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Contact, cast.small_member.contact_id).safe_mail = True
    mail = mail_of("invitation", cast.small_member.contact_id)
    page = visitor.get(way_out_of(cast))
    assert page.heading == "Which mails do you want to stop?"
    assert "/u/" in mail.text
    for said in ("reporters", "Kalina"):
        assert said not in mail.text
        assert said not in page.words
