"""How a letter goes out: its mail looked at, everything on one page, one press; and the lead's own signature."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from coalition.actions import circulate, draft
from coalition.database import db
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature
from tests.builders import a_draft, a_letter, an_open_letter, invitation_of
from tests.cast import Cast
from tests.visitor import Page, Visitor
from tests.web.desk.letters import path_of, ready


def test_the_mail_is_shown_as_each_recipient_will_get_it_without_its_link(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast, languages=("en", "ar"))
    page = nadia.get(path_of(letter_id, "mail"))
    assert "sami@amman.example" in page.words
    to_kalina = invitation_of(letter_id, cast.small_member).id.hex
    page = page.form("to").fill(to=to_kalina).submit()
    assert ": please decide by" in page.words
    assert "/i/" not in page.text
    frame = next(page.tree.iter("iframe")).get("src") or ""
    shown = Visitor(nadia.app, inspects=False)
    shown.client = nadia.client
    mail = shown.get(frame)
    assert "unsafe" not in mail.headers["Content-Security-Policy"]
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert not re.search(r"\shref=|\sstyle=|<script", mail.text)


def test_under_safe_mail_the_preview_is_the_neutral_mail(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    to_daria = invitation_of(letter_id, cast.unnamed_member).id.hex
    words = nadia.get(path_of(letter_id, "mail") + f"?to={to_daria}").tree.find(".//p[@class='typed']")
    assert words is not None
    assert "Free the reporters" not in "".join(words.itertext())


def test_why_now_opens_the_mail(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    page = nadia.get(path_of(letter_id, "mail")).form("why-en").fill({"why-en": "The vote is on 9 March."}).submit()
    to_kalina = invitation_of(letter_id, cast.small_member).id.hex
    assert "Why now: The vote is on 9 March." in nadia.get(f"{page.path}?to={to_kalina}").words


def test_a_test_goes_to_oneself(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "mail")).form("/mail/test").submit()
    assert "A test is on its way to nadia@freevoices.example." in page.words
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).all()
    assert [row.context["kind"] for row in rows] == ["test"]


def test_the_mail_to_a_contact_of_another_letter_is_not_shown_here(nadia: Visitor, cast: Cast) -> None:
    here, there = a_draft(cast), ready(cast)
    elsewhere = invitation_of(there, cast.small_member).id
    assert nadia.get(path_of(here, "mail", f"{elsewhere}.html")).status == 404
    assert nadia.get(path_of(here, "mail", f"{uuid4()}.html")).status == 404


def test_before_it_goes_out_everything_is_on_one_page(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast, languages=("en", "ar"))
    page = nadia.get(path_of(letter_id, "send"))
    for words in (
        "3 people at 3 organisations",
        "(Europe/Paris)",
        "(UTC)",
        "Kalina Press Club",
        "daria@lights.example",
    ):
        assert words in page.words
    assert "French French English 1" in page.words
    assert page.form("number").has_button("Send version 1 to 3 organisations")


def test_the_press_sends_and_leads_to_the_board(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    page = nadia.get(path_of(letter_id, "send")).form("number").submit()
    assert "The letter is open, and on its way to 3 people." in page.words
    assert "Open for signature" in page.heading
    assert a_letter(letter_id).stage == "open"


def test_the_press_is_bound_to_what_was_shown(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    form = nadia.get(path_of(letter_id, "send")).form("number")
    circulate.take_off(letter_id, [invitation_of(letter_id, cast.small_member).id], by=cast.coordinator)
    page = form.submit()
    assert page.status == 409
    assert "changed since this page was made" in page.errors[0]
    assert page.form("number").has_button("Send version 1 to 2 organisations")
    assert a_letter(letter_id).stage == "draft"


def test_the_same_press_twice_sends_once(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    form = nadia.get(path_of(letter_id, "send")).form("number")
    form.submit()
    assert "It is on its way already." in form.submit().words
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).all()
    assert len(rows) == 3


def test_what_keeps_it_from_going_out_leads_to_where_it_is_mended(nadia: Visitor, cast: Cast) -> None:
    letter_id = draft.create_letter(
        by=cast.coordinator, title="Empty", kind="statement", language="en", zone="Europe/Paris"
    )
    page = nadia.get(path_of(letter_id, "send"))
    assert "There is no text yet." in page.words
    assert "Nobody is on the list yet." in page.words
    assert "There is no deadline." in page.words
    assert not any(form.has_field("seal") for form in page.forms)
    assert page.follow("Go there: There is no text yet.").heading == "Text: English"


def test_more_are_added_and_sent_to_while_it_is_open(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    circulate.invite(letter_id, [cast.arabic_member.contact_id], by=cast.coordinator)
    page = nadia.get(path_of(letter_id)).follow("Check and send")
    page = page.form("seal").submit()
    assert "On its way to 1 person." in page.words


def signing_form(nadia: Visitor, letter_id: UUID, **fields: str | None) -> Page:
    form = nadia.get(path_of(letter_id, "sign")).form("visibility")
    filled: dict[str, str | None] = {"visibility": "named", "role": "Coordinator", "authority": "yes"}
    return form.fill(filled | fields).submit()


def test_the_lead_signs_by_the_same_act_and_withdraws(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = signing_form(nadia, letter_id)
    assert "The signature of Free Voices Network is recorded." in page.words
    assert "Nadia Rahimi, Coordinator" in page.words
    consent = db.session.scalars(select(Signature)).one().consents[0]
    assert (consent.how, consent.act) == ("own_account", "sign")
    page = page.form("/withdraw").submit()
    assert page.status == 422
    page = page.form("/withdraw").fill(sure="yes").submit()
    assert "is withdrawn" in page.words
    assert db.session.scalars(select(Signature)).one().ended_on


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"authority": None}, "Confirm that you are authorised to sign for Free Voices Network."),
        ({"visibility": None}, "Choose whether the name is published."),
        ({"role": " "}, "Enter your role."),
        ({"name-en": ""}, "Enter the name as it will be printed."),
        ({"name-en": "a\u2066b"}, "Take out what cannot be seen: U+2066."),
    ],
)
def test_a_signature_that_lacks_something_is_not_recorded(
    nadia: Visitor, cast: Cast, fields: dict[str, str | None], words: str
) -> None:
    letter_id = an_open_letter(cast)
    page = signing_form(nadia, letter_id, **fields)
    assert (page.status, page.errors) == (422, [words])
    assert db.session.query(Signature).count() == 0


def test_a_draft_cannot_be_signed(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "sign"))
    assert "Signatures are taken once the letter is sent" in page.words
    assert not any(form.has_field("visibility") for form in page.forms)


def test_a_form_of_another_letter_signs_nothing(nadia: Visitor, cast: Cast) -> None:
    one, other = an_open_letter(cast, title="One"), an_open_letter(cast, title="Other")
    token = nadia.get(path_of(other, "sign")).form("visibility").fields["form"]
    page = signing_form(nadia, one, form=token[0])
    assert page.status == 409
    assert db.session.query(Signature).count() == 0
