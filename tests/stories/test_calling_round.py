"""A coordinator calls those who have not answered: without script, from the board to the missing voices."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from coalition.actions import directory
from coalition.actions.directory import ContactEntry
from coalition.database import db
from coalition.models.account import Account
from coalition.models.private_note import PrivateNote
from tests import builders
from tests.browser import PHONE, NewPage
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of

PRESSES = 8
"""From the board to a note kept, a call noted, and the voices that are missing."""


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


def with_telephone(cast: Cast) -> None:
    entry = ContactEntry(
        address=cast.arabic_member.address, name="Sami Nasser", language="ar", zone="Asia/Amman",
        telephone="+962 6 555 0100", other_channel="Signal: @sami",
    )  # fmt: skip
    directory.edit_contact(cast.arabic_member.contact_id, entry, by=cast.coordinator)


def test_a_round_of_calls_without_script(at_the_desk: Callable[..., Page], cast: Cast) -> None:
    with_telephone(cast)
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = at_the_desk(cast.coordinator, javascript=False, width=PHONE)
    pressed = 0

    def press(what: Locator) -> None:
        nonlocal pressed
        what.click()
        pressed += 1

    page.goto(path_of(letter_id))
    press(page.get_by_role("link", name="Amman Writers’ House"))
    expect(page.get_by_text("There is no answer yet, and that says nothing.")).to_be_visible()
    expect(page.get_by_role("link", name="+962 6 555 0100")).to_have_attribute("href", "tel:+96265550100")
    page.get_by_label("New note").fill("Sami is back on Sunday.")
    press(page.get_by_role("button", name="Keep the note"))
    expect(page.get_by_text("Sami is back on Sunday.")).to_be_visible()
    press(page.get_by_role("link", name="Free the reporters"))
    press(page.get_by_role("link", name="Call sheet"))
    expect(page.get_by_text("Northern Lights")).to_have_count(0)
    page.get_by_label("How it ended").select_option(label="they will decide")
    page.get_by_label("What was said").fill("The board meets on Sunday.")
    press(page.get_by_role("button", name="Save how the calls went"))
    expect(page.get_by_text("1 call is noted.")).to_be_visible()
    press(page.get_by_role("link", name="Missing voices"))
    expect(page.get_by_text("Belarus")).to_have_count(0)
    press(page.get_by_role("link", name="Jordan").first)
    expect(page.get_by_text("Only: Jordan.")).to_be_visible()
    assert pressed <= PRESSES
    db.session.rollback()
    kept = [row.words["words"] for row in db.session.query(PrivateNote).order_by(PrivateNote.created_at)]
    assert kept == ["Sami is back on Sunday.", "The board meets on Sunday."]


@pytest.mark.only_on("sqlite")  # as above
def test_on_paper_the_sheet_has_room_for_a_pen_and_nothing_of_the_screen(
    at_the_desk: Callable[..., Page], cast: Cast
) -> None:
    with_telephone(cast)
    letter_id = builders.an_open_letter(cast)
    page = at_the_desk(cast.coordinator)
    page.goto(path_of(letter_id, "calls"))
    page.emulate_media(media="print")
    expect(page.locator(".by-hand").first).to_be_visible()
    expect(page.get_by_text("+962 6 555 0100")).to_be_visible()
    for gone in ("select", "button", "nav", ".screen"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), gone
    folder = os.environ.get("COALITION_PICTURES")
    if folder:
        Path(folder, "calls.pdf").write_bytes(page.pdf(format="A4"))
