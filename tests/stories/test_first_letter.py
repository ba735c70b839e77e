"""The newcomer's walk, in a real browser without script, with real mail: from signing in to the published letter."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

import pytest
from playwright.sync_api import Page, Response, expect
from pypdf import PdfReader

from coalition import clock
from coalition.actions import rebuild
from coalition.emails import outbox
from coalition.emails.transport import Transport
from tests.browser import PHONE, NewPage
from tests.cast import PASSWORD
from tests.emails.smtp import Mailbox, mail_server, settings_for

MOST_FIELDS, MOST_PAGES, MOST_CLICKS_TO_PUBLISH = 10, 9, 3
ROOT: Final = "http://letters.test"
THREE = """Reporters of the Coast <ada@coast.example>
Ärzte für Frieden; Germany; Ida Roth; ida@aerzte.example
Fundación Vía Libre, info@vialibre.example, Argentina"""


@dataclass
class Walker:
    """A person in a browser, whose fields and pages are counted."""

    page: Page
    site: str
    fields: int = 0
    pages: list[str] = field(default_factory=list)
    clicks: int = 0

    def __post_init__(self) -> None:
        def seen(response: Response) -> None:
            is_page = response.request.is_navigation_request() and response.status not in {301, 302, 303, 307}
            if is_page and response.frame == self.page.main_frame:
                self.pages.append(response.url.removeprefix(self.site))

        self.page.on("response", seen)

    def fill(self, label: str, words: str) -> None:
        """Fill in one field."""
        self.fields += 1
        self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).first.fill(words)

    def press(self, words: str) -> None:
        """Press the button with these words."""
        self.clicks += 1
        self.page.get_by_role("button", name=words).last.click()

    def follow(self, words: str) -> None:
        """Follow the link with these words."""
        self.clicks += 1
        self.page.get_by_role("link", name=words).first.click()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real mail server on this machine: what it took, and its port."""
    box = Mailbox()
    with mail_server(box) as port:
        yield box, port


def delivered(box: Mailbox, port: int) -> dict[str, EmailMessage]:
    """Deliver what is due over SMTP; the mails by recipient, the last one each."""
    outbox.drain(Transport(settings_for(port)))
    return {one.recipient: message_from_bytes(one.content, policy=policy.default) for one in box.received}


def link_in(mail: EmailMessage) -> str:
    """The path of the link that a mail brings, from its text part."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"{ROOT}(/i/\S+)", body.get_content())
    assert found is not None
    return found[1]


def sign(page: Page, *, choice: str) -> None:
    page.get_by_role("radio", name=choice).check()
    page.get_by_label("Your name").fill("Ada Roth")
    page.get_by_label("Your role").fill("Director")
    page.get_by_role("checkbox", name="I am authorised to sign").check()
    page.get_by_role("button", name="Sign version 1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("signed")


def answered(new_page: NewPage, site: str, mails: dict[str, EmailMessage]) -> None:
    """Three members open the link in their mail: one signs, one signs with the name withheld, one declines."""
    for address, choice in (("ada@coast.example", "Publish the name"), ("ida@aerzte.example", "Withhold the name")):
        member = new_page(javascript=False, width=PHONE)
        member.goto(site + link_in(mails[address]))
        sign(member, choice=choice)
    member = new_page(javascript=False, width=PHONE)
    member.goto(site + link_in(mails["info@vialibre.example"]))
    member.get_by_role("checkbox", name="does not sign this letter").check()
    member.get_by_role("button", name="Decline for").click()


def read(new_page: NewPage, site: str) -> None:
    """A reader opens the page and the PDF: who is named stands there, who is not does not."""
    reader = new_page(javascript=False)
    reader.goto(f"{site}/letters/free-the-reporters")
    article = reader.get_by_role("article")
    for words in ("We, the 3 undersigned", "Free Voices Network", "Reporters of the Coast", "1 organisation"):
        expect(article).to_contain_text(words)
    file = reader.request.get(f"{site}/letters/free-the-reporters.pdf")
    pdf = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.body())).pages)
    for made in (reader.content(), pdf):
        assert "Reporters of the Coast" in made
        assert "Ärzte" not in made
        assert "Libre" not in made


@pytest.mark.usefixtures("cast")
def test_a_newcomer_writes_sends_collects_and_publishes_a_letter(
    new_page: NewPage, site: str, mailbox: tuple[Mailbox, int]
) -> None:
    nadia = Walker(new_page(javascript=False), site)

    # To the letter that is out: at most ten fields and nine pages.
    nadia.page.goto(f"{site}/desk")
    nadia.fill("Email address", "nadia@freevoices.example")
    nadia.fill("Password", PASSWORD)
    nadia.press("Sign in")
    nadia.follow("New letter")
    nadia.fill("Title", "Free the reporters")
    nadia.fill("Text", "We, the {{organisations}} undersigned, ask you to free the reporters.\n\nNow.")
    nadia.fill("Day", f"{clock.now() + timedelta(days=9):%Y-%m-%d}")
    nadia.press("Create the letter")
    nadia.follow("People")
    nadia.fill("Or paste a list", THREE)
    nadia.press("Check the list")
    nadia.press("Put 3 organisations on the list")
    nadia.follow("Check and send")
    nadia.press("Send version 1 to 3 organisations")
    expect(nadia.page.get_by_role("heading", level=1)).to_contain_text("Open for signature")
    assert nadia.fields <= MOST_FIELDS, nadia.fields
    assert len(nadia.pages) <= MOST_PAGES, nadia.pages

    answered(new_page, site, delivered(*mailbox))

    # The lead signs by the same act, then closes.
    nadia.page.reload()
    expect(nadia.page.get_by_role("navigation", name="By answer")).to_contain_text("2 signed (1 withheld)")
    nadia.follow("Sign for your organisation")
    nadia.page.get_by_role("radio", name="Publish the name").check()
    nadia.page.get_by_label("Your role").fill("Coordinator")
    nadia.page.get_by_role("checkbox", name="I am authorised to sign").check()
    nadia.press("Sign version 1 for Free Voices Network")
    nadia.follow("Free the reporters")
    nadia.follow("Extend or close")
    nadia.press("Close the letter for signature")

    # Publishing takes three clicks at most.
    nadia.clicks = 0
    nadia.follow("Check and publish")
    nadia.press("Continue")
    nadia.press("Publish the letter")
    expect(nadia.page.get_by_role("heading", level=1)).to_have_text("Published")
    assert nadia.clicks <= MOST_CLICKS_TO_PUBLISH

    rebuild.rebuild()
    read(new_page, site)


# -- the look of the desk -----------------------------------------------------------------------------------------


def signed_in(page: Page, site: str) -> Page:
    page.goto(f"{site}/desk/sign-in")
    page.locator("input[name=address]").fill("nadia@freevoices.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    return page
