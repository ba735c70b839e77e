"""Names that must be safe, in a browser without script: published with a code, hidden at the desk, reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Request, expect
from sqlalchemy import select

from coalition.actions import dispute, report
from coalition.actions.report import Said, Sent
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.browser import PHONE, NewPage
from tests.cast import Cast

if TYPE_CHECKING:
    pass


def last_code(kind: str = "step_up_code") -> str:
    """The code of the last mail, as somebody reads it there."""
    db.session.rollback()
    rows = [row for row in db.session.scalars(select(OutgoingEmail)) if row.context_or_empty.get("kind") == kind]
    newest = max(rows, key=lambda row: row.next_at)
    found: list[str] = re.findall(r"\d{4} \d{4}", letters.make(db.session(), newest).text)
    return found[0]


def test_a_withheld_name_is_published_with_a_code_in_three_forms_and_no_script(
    site: str, new_page: NewPage, cast: Cast
) -> None:
    """Link, page of the name, tick and press, code and press: six requests besides the style sheet."""
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = new_page(javascript=False, width=PHONE)
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 -- Playwright marks the function
    page.goto(site + builders.link_path(letter_id, cast.unnamed_member))
    page.goto(f"{page.url}?lang=en")
    page.get_by_role("link", name="Publish the name after all").click()
    expect(page.get_by_text("usually stays unnamed for its safety")).to_be_visible()
    expect(page.get_by_text("Nadia Rahimi").first).to_be_visible()
    page.get_by_role("checkbox", name="Publish the name").check()
    page.get_by_role("button", name="Publish the name").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One code more")
    code = last_code()
    page.get_by_label("The code of 8 digits").fill(f"{(int(code[0]) + 1) % 10}{code[1:]}")
    page.get_by_role("button", name="Confirm with this code").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("The code of 8 digits").fill(code)
    page.get_by_role("button", name="Confirm with this code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The name will be published")
    asked = [one.method for one in requests if site in one.url and "/static" not in one.url]
    assert asked == ["GET", "GET", "GET", "GET", "POST", "POST", "POST", "GET"]


def test_a_sensitive_letter_is_signed_without_cookies_with_a_code(site: str, new_page: NewPage, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with transaction() as session:
        session.get_one(Letter, letter_id).is_sensitive = True
    link = site + builders.link_path(letter_id, cast.small_member)
    page = new_page(javascript=False)
    page.goto(link)
    page.context.clear_cookies()
    page.reload()
    page.get_by_label("The whole link").fill(link)
    page.get_by_role("button", name="Open the letter").click()
    page.context.clear_cookies()
    page.get_by_role("radio", name="Withhold the name").check()
    page.get_by_label("Your role").fill("Director")
    page.get_by_role("checkbox", name="I am authorised to sign").check()
    page.get_by_role("button", name="Sign version").click()
    page.get_by_label("The code of 8 digits").fill(last_code())
    page.get_by_role("button", name="Confirm with this code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have signed")
    expect(page.get_by_text("None: the name is withheld")).to_be_visible()


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """A published letter with a line in dispute and a report of a reader, in two languages."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    for member in (cast.small_member, cast.arabic_member):
        builders.signed(letter_id, member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    dispute.suspend(letter_id, cast.small_member.organisation_id, reason="The chair says no.", by=cast.coordinator)
    said = Said(name="Amman", words="Mistyped.\n\nLook again.", address="reader@elsewhere.example")
    report.report(letter_id, said, Sent(key="r" * 32, language="ar"))
    return letter_id
