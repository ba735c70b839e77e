"""An organisation's own page, from the receipt to a withdrawal, in a browser without script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from coalition.actions.acts import standing_signature
from coalition.database import db
from tests import builders
from tests.browser import PHONE, axe_in_every_look
from tests.web.signing.own import at_own_page, delivered, links_in, newest_code

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Page, Request

    from tests.browser import NewPage
    from tests.cast import Cast
    from tests.visitor import Visitor

PRESSES: Final = 3
"""From the mailed link to the page: it opens, a code is asked for, typed."""


def test_from_the_receipt_to_the_own_page_and_off_every_list(
    site: str, new_page: NewPage, cast: Cast, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    delivered(monkeypatch)
    page = new_page(javascript=False, width=PHONE)
    page.goto(site + builders.link_path(letter_id, cast.small_member))
    page.get_by_role("link", name="See the receipt").click()
    page.get_by_role("link", name="Everything your organisation signed").click()
    page.get_by_label("I want the link to this page").check()
    page.get_by_role("button", name="Mail me the link").click()
    (mail,) = delivered(monkeypatch)
    assert mail.recipient == cast.small_member.address

    posts: list[Request] = []
    page.on("request", lambda one: posts.append(one) if one.method == "POST" else None)
    page.goto(site + links_in(mail.text, "/o/")[0])
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("The code from the newest mail").fill(newest_code())
    page.get_by_role("button", name="Open the page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The page of your organisation")
    assert len(posts) + 1 == PRESSES

    withdraw(page)
    db.session.rollback()
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None
    assert "Kalina" not in visitor.get(f"/letters/{builders.a_letter(letter_id).slug}").text
    page.get_by_role("button", name="Leave and clear").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have left")
    page.go_back()
    assert "Kalina" not in page.content()


def withdraw(page: Page) -> None:
    """From the list of what was signed: one press, one tick, one press."""
    page.get_by_role("link", name="Free the reporters").click()
    page.get_by_role("checkbox", name="Withdraw the signature of").check()
    page.get_by_role("button", name="Withdraw the signature").click()
    expect(page.get_by_text("The signature is withdrawn.")).to_be_visible()


def test_the_public_page_of_an_organisation_reads_well_in_every_look(
    site: str, new_page: NewPage, cast: Cast, visitor: Visitor
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    page = at_own_page(visitor, cast.arabic_member.contact_id)
    visitor.get(f"{page.path}/public-page").form("public-page").fill(page="on").submit()
    axe_in_every_look(new_page, f"{site}/organisations/amman-writers-house")
    axe_in_every_look(new_page, f"{site}/organisations/amman-writers-house/ar", locale="ar")
