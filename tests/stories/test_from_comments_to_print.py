"""One letter, walked through without script: three organisations comment, sign, and see the text change twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from coalition.actions import circulate, rebuild
from coalition.database import db
from coalition.models.comment import Comment
from coalition.models.edition import PublicLine
from coalition.models.signature import Signature
from tests import builders
from tests.browser import PHONE, NewPage
from tests.stories.test_consultation import asks_for_comments, comments, works_through
from tests.stories.test_one_text import (
    People,
    a_word_was_missing,
    published_over_the_check,
    sign,
    the_substance_changes,
)

if TYPE_CHECKING:
    from tests.cast import Cast


def three_comment(people: People, cast: Cast) -> None:
    """Five comments: a question, a wording, two red lines, a remark."""
    page = people.opens(cast.small_member)
    comments(page, 2, "question", "All of them?")
    comments(page, 3, "wording", "", "Repeal the law, all of it.")
    comments(people.opens(cast.arabic_member), 3, "cannot_while_stands", "لا نستطيع")
    page = people.opens(cast.unnamed_member)
    comments(page, 3, "only_if_stays")
    comments(page, 4, "remark", "Say how long.")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 5
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 0


def the_next_version_goes_out(people: People, nadia: Page) -> None:
    """Nadia puts forward what the comments made of the text, and sends it out for signature."""
    people.board(nadia)
    nadia.get_by_role("link", name="See what changes, and put it forward").click()
    nadia.get_by_label("What changed and why").fill("One wording was taken.")
    nadia.get_by_role("button", name="Check before anything is sent").click()
    nadia.get_by_role("button", name="forward and write to").click()
    nadia.goto(f"{people.desk}/send")
    nadia.get_by_role("button", name="Send version 2 to 3 organisations").click()


def test_from_comments_to_print_the_list_holds_exactly_the_lead_and_the_one_that_agreed(
    site: str, new_page: NewPage, cast: Cast
) -> None:
    letter_id = builders.a_draft(cast)
    members = (cast.small_member, cast.arabic_member, cast.unnamed_member)
    circulate.invite(letter_id, [one.contact_id for one in members], by=cast.coordinator)
    people = People(new_page, site, letter_id)
    nadia = people.at_the_desk()
    asks_for_comments(nadia, people.desk)
    three_comment(people, cast)
    works_through(nadia, people.desk)
    the_next_version_goes_out(people, nadia)
    for member in members:
        sign(people.opens(member))
    people.board(nadia)
    nadia.get_by_role("link", name="Sign for your organisation").click()
    sign(nadia)
    a_word_was_missing(people, nadia, cast, version=3)
    the_substance_changes(people, nadia, cast, version=4, old="Repeal the law, all of it.")
    published_over_the_check(people, nadia)
    rebuild.rebuild()
    printed = {line.printed["und"] for line in db.session.scalars(select(PublicLine))}
    assert printed == {"Free Voices Network", "Kalina Press Club"}
    reader = new_page(javascript=False, width=PHONE)
    reader.goto(site)
    reader.get_by_role("link", name="Free the reporters").first.click()
    expect(reader.get_by_text("Repeal the law and pay damages.")).to_be_visible()
    for name in printed:
        expect(reader.get_by_text(name).first).to_be_visible()
    for member in (cast.arabic_member, cast.unnamed_member):
        expect(reader.get_by_text(member.name)).to_have_count(0)
