"""A yes by telephone, without script: recorded in at most four fields, objected to with one press, seen at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from coalition.actions.acts import standing_signature
from coalition.database import db
from tests import builders
from tests.browser import DESKTOP, PHONE, NewPage, axe, stays_in_the_window
from tests.cast import PASSWORD

if TYPE_CHECKING:
    from tests.cast import Cast

CEILING = 4
"""Fields to record a yes that came by telephone (PAGES §1)."""


def at_the_desk(new_page: NewPage, site: str, *, javascript: bool = False, width: int = DESKTOP) -> Page:
    """Nadia signs in."""
    page = new_page(javascript=javascript, width=width)
    page.goto(f"{site}/desk/sign-in")
    page.locator("input[name=address]").fill("nadia@freevoices.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    return page


def records_a_yes(nadia: Page) -> int:
    """Nadia fills in what has to be filled in, and nothing else; returns how many fields that were."""
    nadia.get_by_role("radio", name="Yes, we sign", exact=True).check()
    nadia.get_by_label("Who said it").fill("Ana Petrova")
    nadia.get_by_label("What was said").fill("We sign. Go ahead.")
    nadia.get_by_role("button", name="Record it").click()
    return 3


def judged(page: Page, address: str) -> None:
    """The page is for everybody; the judge itself needs script."""
    page.goto(address)
    axe(page)
    stays_in_the_window(page)


def test_a_yes_by_telephone_is_recorded_objected_to_and_seen(site: str, new_page: NewPage, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    kalina = cast.small_member

    nadia = at_the_desk(new_page, site)
    nadia.goto(f"{site}/desk/letters/{letter_id}")
    nadia.get_by_role("link", name="Kalina Press Club").click()
    nadia.get_by_role("link", name="Record an answer that came in another way").click()
    judged(at_the_desk(new_page, site, javascript=True, width=PHONE), nadia.url)
    fields = records_a_yes(nadia)
    assert fields <= CEILING
    expect(nadia.get_by_role("heading", level=1)).to_have_text("What was recorded")
    expect(nadia.get_by_text("Everybody known there is told.")).to_be_visible()

    member = new_page(javascript=False, width=PHONE)
    member.goto(site + builders.link_path(letter_id, kalina))
    expect(member.get_by_role("heading", level=1)).to_have_text("It is recorded that Kalina Press Club signs")
    judged(new_page(dark=True, width=PHONE), site + builders.link_path(letter_id, kalina))
    member.get_by_label("Kalina Press Club did not say this").check()
    member.get_by_role("button", name="This is not right").click()
    expect(member.get_by_role("heading", level=1)).to_have_text("The signature is disputed")

    nadia.goto(f"{site}/desk/letters/{letter_id}?state=suspended")
    expect(nadia.get_by_role("row", name="Kalina Press Club")).to_contain_text("Signed, disputed or objected")
    db.session.rollback()
    signature = standing_signature(db.session(), letter_id, kalina.organisation_id)
    assert signature is not None
    assert not signature.is_public
