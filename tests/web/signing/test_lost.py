"""Lost links: one answer for everybody, the work is the worker's, and nobody is mailed more than three times a day."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from coalition.actions import circulate, directory
from coalition.actions.directory import ContactEntry
from coalition.database import db
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.cast import Cast
from tests.visitor import Page, Visitor
from tests.web.signing.own import delivered, links_in, mails

KALINA, NOBODY = "kalina@pressclub.example", "nobody@elsewhere.example"


def asked(visitor: Visitor, address: str) -> Page:
    """The answer to an address."""
    return visitor.get("/lost").form("lost").fill(address=address).submit()


def test_a_known_and_an_unknown_address_get_the_same_answer_and_the_same_row(visitor: Visitor, cast: Cast) -> None:
    builders.an_open_letter(cast, cast.small_member)
    before = len(mails())
    known, unknown = asked(visitor, KALINA), asked(visitor, NOBODY)
    assert known.content == unknown.content
    assert (known.path, known.heading) == ("/lost/asked", "Look at your mail")
    rows = [row for row in db.session.scalars(select(OutgoingEmail)) if row.kind_class == "links"]
    assert len(rows) == 2
    assert len(mails()) == before + 2
    assert len({(row.state, len(row.recipient), len(row.occasion), len(row._context)) for row in rows}) == 1


def test_the_row_holds_no_address_that_a_stolen_file_could_show(visitor: Visitor, cast: Cast) -> None:
    asked(visitor, KALINA)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind_class == "links")).one()
    plain = [str(value) for value in (row.recipient, row.occasion, row.last_words, row.message_id)]
    contact = cast.small_member.contact
    assert not [value for value in plain if "pressclub" in value or contact.id.hex in value]
    assert contact.address_index is not None
    assert contact.address_index.hex()[:32] not in row.recipient


def test_the_mail_brings_each_live_link_of_the_address_and_the_own_page(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    delivered(monkeypatch)
    asked(visitor, KALINA.upper())
    (mail,) = delivered(monkeypatch)
    assert mail.recipient == KALINA
    assert links_in(mail.text, "/i/") == [builders.link_path(letter_id, cast.small_member)]
    (own,) = links_in(mail.text, "/o/")
    assert visitor.get(own).heading == "A code opens this page"


def test_the_second_mail_brings_the_same_link_to_the_own_page(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = []
    for _ in range(2):
        asked(visitor, cast.small_member.address)
        brought += [links_in(mail.text, "/o/") for mail in delivered(monkeypatch) if mail.recipient == KALINA]
    assert brought[0] == brought[1]
    assert len(db.session.scalars(select(Link).where(Link.purpose == "organisation")).all()) == 1


def test_ended_links_are_not_brought_again(visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    circulate.revoke(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)
    delivered(monkeypatch)
    asked(visitor, KALINA)
    (mail,) = delivered(monkeypatch)
    assert links_in(mail.text, "/i/") == []


def test_an_unknown_address_gets_nothing_and_leaves_nothing(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.end_contact(cast.small_member.contact_id, by=cast.coordinator)
    delivered(monkeypatch)
    for address in (NOBODY, KALINA):
        asked(visitor, address)
    assert delivered(monkeypatch) == []
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind_class == "links")).all()
    assert [(row.state, row.context_or_empty, row.last_words) for row in rows] == [("stopped", {}, "")] * 2


def test_an_address_is_kept_no_longer_than_its_mail_takes(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(visitor, cast.small_member.address)
    delivered(monkeypatch)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind_class == "links")).one()
    assert (row.state, row.context_or_empty) == ("accepted", {})


@pytest.mark.usefixtures("cast")
def test_a_thousand_posts_for_one_address_cause_three_mails_and_one_answer(visitor: Visitor) -> None:
    form = visitor.get("/lost").form("lost")
    token = form.fields["form_token"][0]
    visitor.inspects = False
    answers = {visitor.post("/lost", {"address": KALINA, "form_token": token}).content for _ in range(30)}
    assert len(answers) == 1
    assert len(mails("links_again")) == 3


def test_one_mail_brings_the_links_of_every_organisation_where_the_address_stands(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = ContactEntry(address=KALINA, name="Kalina Ivanova", language="en", zone="UTC")
    directory.add_contact(cast.arabic_member.organisation_id, entry, by=cast.coordinator)
    delivered(monkeypatch)
    asked(visitor, KALINA)
    (mail,) = delivered(monkeypatch)
    assert len(set(links_in(mail.text, "/o/"))) == 2
    assert "Kalina Press Club" in mail.text
    assert "Amman Writers’ House" in mail.text


def test_safe_mail_brings_the_links_and_nothing_else(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_open_letter(cast, cast.unnamed_member)
    delivered(monkeypatch)
    asked(visitor, cast.unnamed_member.address)
    (mail,) = delivered(monkeypatch)
    assert len(links_in(mail.text, "/i/") + links_in(mail.text, "/o/")) == 2
    said = mail.subject + mail.text + mail.html
    assert not [word for word in ("Northern", "reporters", "Free Voices", "Daria", "Nadia") if word in said]


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("address", ["", "kalina", "a@b.example, c@d.example"])
def test_what_is_no_address_comes_back_with_words(visitor: Visitor, address: str) -> None:
    page = asked(visitor, address)
    assert (page.status, len(page.errors)) == (422, 1)
    assert mails("links_again") == []


@pytest.mark.usefixtures("cast")
def test_a_form_from_elsewhere_has_nobody_mailed(visitor: Visitor) -> None:
    assert visitor.post("/lost", {"address": KALINA}).status == 422
    crossing = visitor.post("/lost", {"address": KALINA}, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossing.status == 403
    assert mails("links_again") == []


@pytest.mark.usefixtures("cast")
def test_who_lost_the_link_also_learns_whom_to_write_to(visitor: Visitor) -> None:
    assert "secretariat@freevoices.example" in visitor.get("/lost").words
