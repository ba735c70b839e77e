"""A consultation without script: three organisations, five comments, a new version, and then the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from coalition.actions import circulate, respond
from coalition.database import db
from coalition.models.comment import Comment
from coalition.models.signature import Signature
from tests import builders
from tests.browser import DESKTOP, PHONE, NewPage
from tests.cast import PASSWORD

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member

DAY, TIME = "2099-03-01", "18:00"


def opens(new_page: NewPage, site: str, letter_id: UUID, member: Member, *, language: str = "en") -> Page:
    """A member opens its mailed link on a small phone, in a browser that was never here."""
    page = new_page(javascript=False, width=PHONE)
    page.goto(site + builders.link_path(letter_id, member))
    page.goto(f"{page.url.partition('?')[0]}?lang={language}")
    return page


def comments(page: Page, paragraph: int, kind: str, words: str = "", wording: str = "") -> None:
    """The member comments on the n-th paragraph of the page, and comes back to the letter."""
    start = page.url
    page.locator("a[href*='/comment/']").nth(paragraph).click()
    page.locator(f"input[name=kind][value={kind}]").check()
    page.locator("textarea[name=words]").fill(words)
    if wording:
        page.locator("textarea[name=wording]").fill(wording)
    page.locator("main form[action$='/comment'] button").click()
    page.wait_for_url("**/my-comments*")
    page.goto(start)


def at_the_desk(new_page: NewPage, site: str) -> Page:
    """Nadia signs in."""
    page = new_page(javascript=False, width=DESKTOP)
    page.goto(f"{site}/desk/sign-in")
    page.locator("input[name=address]").fill("nadia@freevoices.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    return page


def asks_for_comments(nadia: Page, desk: str) -> None:
    """Nadia says until when, and asks all three."""
    nadia.goto(f"{desk}/consultation")
    nadia.get_by_label("Day").first.fill(DAY)
    nadia.get_by_label("Time, 24 hours").first.fill(TIME)
    nadia.get_by_role("radio", name="Those invited, with names").check()
    nadia.get_by_role("button", name="Save the choices").click()
    nadia.goto(f"{desk}/send")
    nadia.get_by_role("button", name="Ask 3 organisations for comments on version 1").click()
    expect(nadia.get_by_role("heading", level=1)).to_contain_text("In consultation")


def answers(page: Page, author: str, words: str) -> Locator:
    """Nadia opens the form for one author's comment that is still open."""
    article = page.get_by_role("article", name=author).filter(has_text=words)
    article.locator("summary").click()
    return article


def works_through(nadia: Page, desk: str) -> None:
    """Nadia takes the wording, asks back about the question, and does not take the remark."""
    nadia.goto(f"{desk}/comments")
    expect(nadia.get_by_text("While it stands: 1 organisation cannot sign.")).to_contain_text(
        "If it goes: 1 organisation no longer would."
    )
    answers(nadia, "Kalina", "Suggested wording").get_by_role("button", name="Take this wording").click()
    form = answers(nadia, "Kalina", "All of them?")
    form.get_by_label("Your answer").fill("Whom would you leave out?")
    form.get_by_role("button", name="Ask back").click()
    form = answers(nadia, "Daria", "Say how long.")
    form.get_by_label("Why not, in a sentence").select_option(index=3)
    form.get_by_role("button", name="Not taken").click()
    expect(nadia.get_by_text("Answered: Not taken.")).to_be_visible()


def test_five_comments_of_three_organisations_become_the_version_that_is_signed(
    site: str, new_page: NewPage, cast: Cast
) -> None:
    letter_id = builders.a_draft(cast, languages=("en", "ar"))
    kalina, sami, daria = cast.small_member, cast.arabic_member, cast.unnamed_member
    circulate.invite(letter_id, [one.contact_id for one in (kalina, sami, daria)], by=cast.coordinator)

    nadia = at_the_desk(new_page, site)
    desk = f"{site}/desk/letters/{letter_id}"
    asks_for_comments(nadia, desk)

    # Title 0, body 1, recommendations 2 and 3, the closing sentence 4, its footnote 5.
    page = opens(new_page, site, letter_id, kalina)
    expect(page.get_by_text("Nobody can sign yet.")).to_be_visible()
    comments(page, 2, "question", "All of them?")
    comments(page, 3, "wording", "", "Repeal the press law.")
    comments(opens(new_page, site, letter_id, sami, language="ar"), 3, "cannot_while_stands", "لا نستطيع")
    page = opens(new_page, site, letter_id, daria)
    expect(page.get_by_text("All of them?")).to_be_visible()
    expect(page.get_by_text("لا نستطيع")).to_have_count(0)
    comments(page, 3, "only_if_stays")
    comments(page, 4, "remark", "Say how long.")
    db.session.rollback()
    assert len(db.session.scalars(select(Comment)).all()) == 5
    assert db.session.scalars(select(Signature)).all() == []

    works_through(nadia, desk)

    # The next version is put forward; the red lines follow their paragraph into it.
    builders.amended_as_written(cast, letter_id)
    assert "2. Repeal the press law." in builders.a_letter(letter_id).version.text("en").body
    assert [one.wording for one in respond.credits_of(db.session(), builders.a_letter(letter_id).version)] == [
        "Repeal the press law."
    ]
    assert all(one.orphaned_at is None for one in db.session.scalars(select(Comment)))

    # Kalina answers what was asked back, and signs once it can be signed.
    page = opens(new_page, site, letter_id, kalina)
    page.get_by_role("link", name="Your comments").click()
    expect(page.get_by_text("Whom would you leave out?")).to_be_visible()
    page.get_by_role("link", name="Answer the question").click()
    page.locator("input[name=kind][value=remark]").check()
    page.locator("textarea[name=words]").fill("Nobody.")
    page.get_by_role("button", name="Send this comment").click()
    nadia.goto(f"{desk}/send")
    nadia.get_by_role("button", name="Send version 2 to 3 organisations").click()
    page = opens(new_page, site, letter_id, kalina)
    page.get_by_role("radio", name="Publish the name").check()
    page.get_by_label("Your role").fill("Director")
    page.get_by_role("checkbox", name="I am authorised to sign").check()
    page.get_by_role("button", name="Sign version 2 for Kalina Press Club").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have signed")
