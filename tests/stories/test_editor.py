"""Writing a text in a real browser: with script and without, alone and with a colleague who writes the same text."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from coalition.actions import team
from coalition.database import db
from coalition.models.account import Account
from tests.browser import DESKTOP, PHONE, NewPage, axe, stays_in_the_window
from tests.builders import a_draft, an_open_letter
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of, the_text

GOOGLE = (
    '<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-7a1"><p dir="ltr"><span '
    'style="font-weight:700">Free them</span><span style="font-weight:400"> at once.</span></p><ol><li dir="ltr" '
    'style="list-style-type:decimal" aria-level="1"><p dir="ltr" role="presentation"><span>Open the files</span></p>'
    '</li><li dir="ltr" style="list-style-type:decimal" aria-level="1"><p dir="ltr" role="presentation"><span>Let '
    "them speak</span></p></li></ol></b>"
)
PASTE = """([html, plain]) => {
  const clipboardData = new DataTransfer()
  clipboardData.setData("text/html", html)
  clipboardData.setData("text/plain", plain)
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
  document.getElementById("body").dispatchEvent(event)
}"""


@pytest.fixture
def at_the_desk(app: Flask, site: str, new_page: NewPage) -> Callable[..., Page]:
    """A maker of browsers in which somebody is signed in: `at_the_desk(account, javascript=False)`."""

    def make(account: Account, **look: object) -> Page:
        visitor = Visitor(app)
        visitor.sign_in(account)
        page = new_page(base_url=site, **look)  # type: ignore[arg-type]  # the caller's words, as new_page has them
        page.context.add_cookies([{"name": one.key, "value": one.value, "url": site} for one in visitor.cookies()])
        return page

    return make


@pytest.fixture
def draft_id(cast: Cast) -> UUID:
    """A draft of two coordinators, in English and Arabic."""
    letter_id = a_draft(cast, languages=("en", "ar"))
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    return letter_id


def opened(page: Page, letter_id: UUID, language: str = "en") -> Page:
    """The page of a text after Edit was pressed; the box for the text is empty."""
    page.goto(path_of(letter_id, "text", language))
    page.get_by_role("button", name="Edit the text").click()
    box(page).fill("")
    return page


def box(page: Page) -> Locator:
    """The box for the text."""
    return page.locator("#body")


def kept(letter_id: UUID) -> str:
    db.session.rollback()
    return the_text(letter_id).body


def test_two_coordinators_write_one_text_without_script(
    cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page]
) -> None:
    nadia = opened(at_the_desk(cast.coordinator, javascript=False, width=PHONE), draft_id)
    box(nadia).fill("## Why\n\nBecause we ask all of you.\n\nSee [^2].")
    nadia.get_by_role("button", name="Save and preview").click()
    expect(nadia.get_by_role("article").get_by_role("heading", name="Why")).to_be_visible()
    expect(nadia.get_by_role("main")).to_contain_text("Line 5: Write the footnote [^2]")
    stays_in_the_window(nadia)

    omar = at_the_desk(cast.other_coordinator, javascript=False)
    omar.goto(path_of(draft_id, "text", "en"))
    expect(omar.get_by_role("main")).to_contain_text("Nadia Rahimi has had this text open since")
    omar.get_by_role("button", name="Edit anyway").click()
    box(omar).fill("Because we ask some of you.")
    omar.get_by_role("button", name="Save the text").click()

    box(nadia).fill("Because we ask each of you.")
    nadia.get_by_role("button", name="Save the text").click()
    expect(nadia.get_by_role("heading", name="A colleague saved this text while you were writing")).to_be_visible()
    expect(nadia.locator("ins").last).to_contain_text("each")
    expect(nadia.locator("del").last).to_contain_text("some")
    expect(box(nadia)).to_have_value("Because we ask each of you.")
    stays_in_the_window(nadia)
    assert kept(draft_id) == "Because we ask some of you."
    nadia.get_by_role("button", name="Save mine over theirs").first.click()
    assert kept(draft_id) == "Because we ask each of you."
    nadia.get_by_role("button", name="Stop editing").click()
    expect(nadia.get_by_role("button", name="Edit the text")).to_be_visible()


def test_the_buttons_write_and_undo_takes_it_back(cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page]) -> None:
    nadia = opened(at_the_desk(cast.coordinator), draft_id)
    words = box(nadia)
    words.press_sequentially("Free them")
    words.select_text()
    nadia.get_by_role("button", name="Bold").click()
    expect(words).to_have_value("**Free them**")
    words.press("ControlOrMeta+z")
    expect(words).to_have_value("Free them")
    nadia.get_by_role("button", name="Heading").click()
    expect(words).to_have_value("## Free them")
    nadia.get_by_role("button", name="Heading").click()
    expect(words).to_have_value("Free them")
    words.press("End")
    nadia.get_by_role("button", name="Footnote").click()
    words.press_sequentially("Our count.")
    expect(words).to_have_value("Free them[^1]\n\n[^1]: Our count.")
    words.fill("- Open the files\n- Let them speak")
    words.select_text()
    nadia.get_by_role("button", name="Recommendations").click()
    expect(words).to_have_value("{recommendations}\n\n1. Open the files\n2. Let them speak")
    words.press("ControlOrMeta+z")
    expect(words).to_have_value("- Open the files\n- Let them speak")
    words.fill("our report")
    words.select_text()
    nadia.get_by_role("button", name="Link").click()
    nadia.keyboard.insert_text("https://example.org/report")
    expect(words).to_have_value("[our report](https://example.org/report)")


def test_the_buttons_are_one_stop_of_the_keyboard(cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page]) -> None:
    nadia = opened(at_the_desk(cast.coordinator), draft_id)
    box(nadia).focus()
    nadia.keyboard.press("Shift+Tab")
    expect(nadia.get_by_role("button", name="Heading")).to_be_focused()
    nadia.keyboard.press("ArrowLeft")
    expect(nadia.get_by_role("button", name="Recommendations")).to_be_focused()
    nadia.keyboard.press("Home")
    nadia.keyboard.press("ArrowRight")
    expect(nadia.get_by_role("button", name="Bold")).to_be_focused()
    nadia.keyboard.press("Enter")
    expect(box(nadia)).to_be_focused()
    expect(box(nadia)).to_have_value("****")
    nadia.keyboard.press("Shift+Tab")
    expect(nadia.get_by_role("button", name="Bold")).to_be_focused()


def test_what_is_pasted_from_google_docs_keeps_its_form(
    cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page]
) -> None:
    nadia = opened(at_the_desk(cast.coordinator), draft_id)
    box(nadia).focus()
    nadia.evaluate(PASTE, [GOOGLE, "Free them at once."])
    expect(box(nadia)).to_have_value("**Free them** at once.\n\n1. Open the files\n2. Let them speak")
    expect(nadia.get_by_role("article").get_by_role("listitem").first).to_have_text("Open the files")
    box(nadia).press("ControlOrMeta+z")
    expect(box(nadia)).to_have_value("")
    nadia.route(re.compile("/paste$"), lambda route: route.abort())
    nadia.evaluate(PASTE, [GOOGLE, "Free them at once."])
    expect(box(nadia)).to_have_value("Free them at once.")


def test_the_look_follows_the_typing_and_the_desk_saves_meanwhile(
    cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page]
) -> None:
    nadia = at_the_desk(cast.coordinator)
    nadia.clock.install()
    opened(nadia, draft_id)
    before = kept(draft_id)
    box(nadia).press_sequentially("## Now\n\n{{organisations}} <b>ask</b>.")
    nadia.clock.fast_forward(700)
    article = nadia.get_by_role("article")
    expect(article.get_by_role("heading", name="Now")).to_be_visible(timeout=20_000)
    expect(article).to_contain_text("<b>ask</b>.")
    assert kept(draft_id) == before
    nadia.clock.fast_forward(30_000)
    expect(nadia.get_by_role("status")).to_contain_text("Saved at")
    assert kept(draft_id).startswith("## Now")

    omar = at_the_desk(cast.other_coordinator, javascript=False)
    omar.goto(path_of(draft_id, "text", "en"))
    omar.get_by_role("button", name="Edit anyway").click()
    box(omar).fill("His words.")
    omar.get_by_role("button", name="Save the text").click()
    box(nadia).press_sequentially(" More.")
    nadia.clock.fast_forward(30_000)
    expect(nadia.get_by_role("status")).to_contain_text("a colleague saved this text meanwhile")
    assert kept(draft_id) == "His words."
    nadia.get_by_role("button", name="Save and preview").click()
    expect(nadia.get_by_role("heading", name="A colleague saved this text while you were writing")).to_be_visible()
    nadia.clock.fast_forward(60_000)
    assert kept(draft_id) == "His words."
    nadia.get_by_role("button", name="Take theirs and edit again").click()
    expect(box(nadia)).to_have_value("His words.")


def test_the_look_is_asked_for_again_when_the_line_breaks(
    cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page]
) -> None:
    nadia = opened(at_the_desk(cast.coordinator), draft_id)
    broken: list[str] = []

    def breaks_once(route: Route) -> None:
        if broken:
            route.continue_()
        else:
            broken.append(route.request.url)
            route.abort()

    nadia.route(re.compile("/look$"), breaks_once)
    box(nadia).fill("## Now")
    expect(nadia.get_by_role("article").get_by_role("heading", name="Now")).to_be_visible(timeout=20_000)
    assert broken


def test_who_leaves_with_words_not_saved_is_asked(cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page]) -> None:
    nadia = opened(at_the_desk(cast.coordinator), draft_id)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    nadia.on("dialog", stay)
    box(nadia).press_sequentially("Words.")
    nadia.get_by_role("link", name="Letters").first.click()
    nadia.wait_for_url("**/desk")
    assert asked == ["beforeunload"]


@pytest.mark.only_on("sqlite")  # what a page looks like does not hang on the database
@pytest.mark.parametrize(
    ("width", "dark", "language"),
    [(PHONE, True, "en"), (DESKTOP, False, "ar")],
)
def test_the_page_of_a_text_is_for_everybody(
    cast: Cast, draft_id: UUID, at_the_desk: Callable[..., Page], width: int, language: str, *, dark: bool
) -> None:
    sent = an_open_letter(cast, title="Sent")
    nadia = at_the_desk(cast.coordinator, width=width, dark=dark)
    for page in (path_of(draft_id, "text", language), path_of(sent, "text", "en"), path_of(sent, "addressees")):
        nadia.goto(page)
        axe(nadia)
        stays_in_the_window(nadia)
    with nadia.expect_navigation():
        nadia.get_by_role("button", name="Begin version 2").click()
    axe(nadia)
    opened(nadia, draft_id, language)
    box(nadia).fill("## Now\n\nSee [^2] and {{organisation}}.")
    with nadia.expect_navigation():
        nadia.get_by_role("button", name="Save and preview").click()
    axe(nadia)
    stays_in_the_window(nadia)
    the_other = at_the_desk(cast.other_coordinator, javascript=False)
    the_other.goto(path_of(draft_id, "text", language))
    the_other.get_by_role("button", name="Edit anyway").click()
    box(the_other).fill("## Later\n\nOther words.")
    the_other.get_by_role("button", name="Save the text").click()
    box(nadia).fill("## Now\n\nOthers say words.")
    nadia.get_by_role("button", name="Save the text").click()
    expect(nadia.get_by_role("heading", name="A colleague saved")).to_be_visible()
    axe(nadia)
    stays_in_the_window(nadia)
