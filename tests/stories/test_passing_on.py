"""How members really decide, in a browser without script: passed on to whoever knows, approved by whoever may."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect
from sqlalchemy import select

from coalition import tokens
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.browser import PHONE, NewPage

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

KOFI: Final = "kofi@pressclub.example"
CHAIR: Final = "boryana@pressclub.example"


def link_in_mail(letter_id: UUID, cast: Cast, address: str) -> str:
    """The path of the link that a colleague of Kalina finds in the mail."""
    invitation = builders.invitation_at(letter_id, cast.small_member, address)
    return f"/i/{invitation.links[-1].token(tokens.ours())}"


def said_to(address: str) -> str:
    """Everything that was mailed to an address, read together."""
    db.session.rollback()
    said = []
    for row in db.session.scalars(select(OutgoingEmail)):
        with suppress(NoLongerDue):
            mail = letters.make(db.session(), row)
            said += [mail.text] if mail.recipient == address else []
    return "\n".join(said)


def test_kalina_passes_it_on_kofi_prepares_and_the_chair_approves(site: str, new_page: NewPage, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)

    kalina = new_page(javascript=False, width=PHONE)
    kalina.goto(site + builders.link_path(letter_id, cast.small_member))  # the first press: the link
    kalina.get_by_role("link", name="Pass on to a colleague").click()
    kalina.get_by_label("Email address of your colleague").fill(KOFI)
    kalina.get_by_role("radio", name="My colleague, in my place").check()
    kalina.get_by_role("button", name="Pass the letter on").click()  # three presses, one field, one choice
    expect(kalina.get_by_role("heading", level=1)).to_have_text("You have handed this over")
    assert "Free the reporters" not in kalina.content()

    kofi = new_page(javascript=False, width=PHONE)
    kofi.goto(site + link_in_mail(letter_id, cast, KOFI))
    kofi.get_by_role("link", name="A colleague must approve").click()
    kofi.get_by_role("radio", name="Publish the name").check()
    kofi.get_by_label("Email address of your colleague").fill(CHAIR)
    kofi.get_by_role("button", name="Ask for approval").click()
    expect(kofi.get_by_role("heading", level=1)).to_have_text("A colleague has to approve")

    chair = new_page(javascript=False, width=PHONE)
    chair.goto(site + link_in_mail(letter_id, cast, CHAIR))  # the link leads to what is asked
    expect(chair.get_by_role("heading", level=1)).to_contain_text("Do you approve the signature of")
    chair.get_by_role("button", name="Approve and sign").click()
    expect(chair.get_by_role("alert")).to_be_focused()
    chair.get_by_label("Your name").fill("Boryana Dimitrova")
    chair.get_by_label("Your role").fill("Chair")
    chair.get_by_role("checkbox", name="I approve exactly what stands here").check()
    chair.get_by_role("button", name="Approve and sign version 1").click()
    expect(chair.get_by_role("heading", level=1)).to_have_text("You have signed")

    kofi.reload()
    kofi.goto(site + link_in_mail(letter_id, cast, KOFI))
    expect(kofi.get_by_text("Boryana Dimitrova signed for Kalina Press Club on")).to_be_visible()
    kalina.goto(site + builders.link_path(letter_id, cast.small_member))
    expect(kalina.get_by_text("Boryana Dimitrova signed for Kalina Press Club on")).to_be_visible()
    kalina.get_by_role("link", name="This was not us").click()
    kalina.get_by_role("checkbox").check()
    kalina.get_by_role("button", name="Dispute the signature").click()
    expect(kalina.get_by_role("heading", level=1)).to_have_text("The signature is disputed")

    assert "has approved what you prepared" in said_to(KOFI)
    assert "has signed this letter for Kalina Press Club" in said_to(cast.small_member.address)
    assert "This was not us" not in said_to("nadia@freevoices.example")
