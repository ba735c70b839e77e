"""An organisation that nobody knew, from the open call to the signature: without script, with real mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from coalition.actions import call
from coalition.actions import request as requests
from coalition.database import db
from coalition.emails import outbox
from coalition.emails.transport import Transport
from coalition.models.organisation import Organisation
from tests import builders
from tests.browser import DESKTOP, PHONE, NewPage
from tests.cast import PASSWORD, Cast
from tests.emails.smtp import Mailbox, mail_server, settings_for

ROOT: Final = "http://letters.test"
ADDRESS: Final = "ada@coast.example"
MOST_FIELDS_TO_ASK: Final = 5


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real mail server on this machine: what it took, and its port."""
    box = Mailbox()
    with mail_server(box) as port:
        yield box, port


def mailed_to(address: str, box: Mailbox, port: int) -> EmailMessage:
    """The last mail that was delivered to an address."""
    outbox.drain(Transport(settings_for(port)))
    content = next(one.content for one in reversed(box.received) if one.recipient == address)
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def link_in(mail: EmailMessage, door: str) -> str:
    """The path of the link that a mail brings, from its text part."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"{ROOT}(/{door}/\S+)", body.get_content())
    assert found is not None
    return found[1]


def the_call(page: Page, site: str, letter: str) -> str:
    """Nadia makes the address of the call at the desk; its path."""
    page.goto(f"{site}/desk")
    page.get_by_label("Email address").fill("nadia@freevoices.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").first.click()
    page.goto(f"{site}{letter}/call")
    page.get_by_role("button", name="Make an address").click()
    return page.get_by_label("The address to pass on").input_value().removeprefix(ROOT)


def ask(page: Page) -> int:
    """A stranger asks; how many fields that took."""
    fields = {
        "Organisation": "Reporters of the Coast",
        "Website": "coast.example",
        "Your name": "Ada Roth",
        "Your role": "Director",
        "Your email address": ADDRESS,
    }
    for label, words in fields.items():
        page.get_by_label(re.compile(rf"^{label}( \(optional\))?$")).fill(words)
    page.get_by_role("button", name="Ask to sign").click()
    return len(fields)


def test_a_stranger_asks_by_the_call_confirms_is_invited_and_signs(
    new_page: NewPage, site: str, cast: Cast, mailbox: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "QUICKEST", timedelta(0))  # a browser that is driven types faster than anybody
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    letter = f"/desk/letters/{letter_id}"
    nadia = new_page(javascript=False, width=DESKTOP)
    path = the_call(nadia, site, letter)

    stranger = new_page(javascript=False, width=PHONE)
    stranger.goto(site + path)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Free the reporters")
    assert ask(stranger) <= MOST_FIELDS_TO_ASK
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    assert stranger.context.cookies() == []

    # Out of the mail: one choice, one press.
    stranger.goto(site + link_in(mailed_to(ADDRESS, *mailbox), "c"))
    stranger.get_by_label("Yes, I asked").check()
    stranger.get_by_role("button", name="Send my answer").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Your address is confirmed")

    nadia.goto(f"{site}{letter}/requests")
    expect(nadia.get_by_role("main")).to_contain_text("an address at the site’s own domain")
    nadia.get_by_role("button", name="Add as a guest and invite").click()  # one press
    expect(nadia.get_by_role("main")).to_contain_text("The invitation is on its way.")

    invitation = mailed_to(ADDRESS, *mailbox)
    assert "You asked to sign this letter, and the coordinators have accepted." in str(invitation.get_body(("plain",)))
    stranger.goto(site + link_in(invitation, "i"))
    stranger.get_by_role("radio", name="Publish the name").check()
    stranger.get_by_label("Your role").fill("Director")
    stranger.get_by_role("checkbox", name="I am authorised to sign").check()
    stranger.get_by_role("button", name="Sign version 1").click()
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("signed")

    call.end_call(letter_id, by=cast.coordinator)
    stranger.goto(site + path)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This call has ended")
    guests = db.session.scalars(select(Organisation).where(Organisation.standing == "guest"))
    assert [one.name for one in guests] == ["Reporters of the Coast"]
