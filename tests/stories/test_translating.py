"""A translator in a real browser, without script: their languages, what lags, and the text side by side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from coalition.actions import amend, draft
from coalition.database import db
from coalition.models.account import Account
from tests.browser import PHONE, NewPage, axe, stays_in_the_window
from tests.builders import BODY, a_letter, a_translator, an_open_letter, link_path
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from tests.cast import Cast

ARABIC = """نحن، {{organisations}} من المنظمات الموقعة، ندعوكم إلى التحرك.

{recommendations}

1. أطلقوا سراح الصحفيين.
2. ألغوا القانون.

لقد انتظروا طويلا.[^1]

[^1]: التقرير السنوي، الصفحة 7.
"""


@pytest.fixture
def at_the_desk(app: Flask, site: str, new_page: NewPage) -> Callable[..., Page]:
    """A maker of browsers in which somebody is signed in."""

    def make(account: Account, **look: object) -> Page:
        visitor = Visitor(app)
        visitor.sign_in(account)
        page = new_page(base_url=site, **look)  # type: ignore[arg-type]  # the caller's words, as new_page has them
        page.context.add_cookies([{"name": one.key, "value": one.value, "url": site} for one in visitor.cookies()])
        return page

    return make


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter in English, which governs, German and Arabic; its next version says more in English."""
    letter_id = an_open_letter(cast, languages=("en", "de", "ar"))
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "ar", {"title": "حرروا الصحفيين", "body": ARABIC}, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": BODY + "\n## Today\n\nWe wait.\n"}, by=cast.coordinator)
    return letter_id


def judged(page: Page, name: str) -> None:
    """Look the page over; keep its picture where a folder is named for it."""
    axe(page)
    stays_in_the_window(page)
    folder = os.environ.get("COALITION_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def account_of(account_id: UUID) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, account_id)


def test_a_translator_brings_a_lagging_text_up_to_date_without_script(
    at_the_desk: Callable[..., Page], letter_id: UUID, cast: Cast
) -> None:
    lea = account_of(a_translator(cast, letter_id, "de", name="Lea Roth"))
    page = at_the_desk(lea, javascript=False, width=PHONE)
    page.goto("/desk")
    page.get_by_role("link", name="German lags behind").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Translate into German")
    page.locator("#body-4").fill("## Heute")
    page.locator("#body-5").fill("Wir warten.")
    page.get_by_role("button", name="Save the translation").click()
    expect(page.get_by_text("The translation is saved.")).to_be_visible()
    text = a_letter(letter_id).working_version.text("de")
    assert text.body.endswith("## Heute\n\nWir warten.")
    assert not text.is_lagging
    page.get_by_role("link", name="Languages").click()
    page.get_by_role("button", name="Mark German as checked").click()
    expect(page.locator("section p", has_text="Checked by")).to_be_visible()


@pytest.mark.only_on("sqlite")  # what a page looks like does not hang on the database
def test_the_door_says_which_text_is_agreed_to(new_page: NewPage, site: str, letter_id: UUID, cast: Cast) -> None:
    page = new_page(width=PHONE)
    page.goto(site + link_path(letter_id, cast.small_member))
    expect(page.get_by_text("The English text is authoritative.")).to_be_visible()
    judged(page, "door")
