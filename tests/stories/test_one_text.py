"""One text, agreed: what each does when it changes, in a browser without script.

The whole walk is `test_from_comments_to_print.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests import builders
from tests.browser import DESKTOP, PHONE, NewPage
from tests.cast import PASSWORD

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member

UNTIL = ("2099-03-02", "18:00")


class People:
    """Everybody of the story, each in a browser of their own without script."""

    def __init__(self, new_page: NewPage, site: str, letter_id: UUID) -> None:
        self.new_page, self.site, self.letter_id = new_page, site, letter_id
        self.desk = f"{site}/desk/letters/{letter_id}"
        self.text = f"{self.desk}/text/en"

    def opens(self, member: Member, *, language: str = "en") -> Page:
        """A member opens its mailed link on a small phone, in a browser that was never here."""
        page = self.new_page(javascript=False, width=PHONE)
        page.goto(self.site + builders.link_path(self.letter_id, member))
        page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        return page

    def at_the_desk(self) -> Page:
        """Nadia signs in and opens the letter."""
        page = signed_in(self.new_page(javascript=False, width=DESKTOP), self.site)
        self.board(page)
        return page

    def board(self, page: Page) -> None:
        """Nadia opens the board."""
        page.goto(self.desk)


def signed_in(page: Page, site: str) -> Page:
    """Nadia at the desk."""
    page.goto(f"{site}/desk/sign-in")
    page.locator("input[name=address]").fill("nadia@freevoices.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    return page


def sign(page: Page) -> None:
    """Sign by name."""
    page.get_by_role("radio", name="Publish the name").check()
    page.get_by_label("Your role").fill("Director")
    page.get_by_role("checkbox", name="I am authorised to sign").check()
    page.get_by_role("button", name="Sign version").click()


def write(page: Page, address: str, old: str, new: str) -> None:
    """Begin another version, and exchange some words in it."""
    page.goto(address)
    page.get_by_role("button", name="Begin version").click()
    page.get_by_role("button", name="Edit the text").click()
    body = page.locator("textarea[name=body]")
    body.fill(body.input_value().replace(old, new))
    page.get_by_role("button", name="Save the text").click()


def put_forward(page: Page, change_class: str, why: str) -> None:
    """Say what it is and why, look once more, press."""
    page.get_by_role("link", name="See what changes, and put it forward").click()
    page.get_by_label("What changed and why").fill(why)
    page.get_by_role("radio", name=change_class).check()
    page.get_by_label("Day").fill(UNTIL[0])
    page.get_by_label("Time, 24 hours").fill(UNTIL[1])
    page.get_by_role("button", name="Check before anything is sent").click()
    page.get_by_role("button", name="forward and write to").click()


def a_word_was_missing(people: People, nadia: Page, cast: Cast, *, version: int) -> None:
    """Signatures stand; Kalina objects, and then keeps hers after all."""
    write(nadia, people.text, "have waited long enough", "have waited for long enough")
    people.board(nadia)
    put_forward(nadia, "Typographical", "A word was missing.")
    expect(nadia.get_by_text(f"Version {version}: typing was corrected")).to_be_visible()
    page = people.opens(cast.small_member)
    expect(page.get_by_role("heading", level=1)).to_have_text("The typing was corrected")
    page.get_by_role("checkbox", name="objects to this change").check()
    page.get_by_label("Why").fill("It said exactly what we meant.")
    page.get_by_role("button", name="Object for Kalina Press Club").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The objection is recorded")
    people.board(nadia)
    expect(nadia.get_by_text("1 objection.")).to_be_visible()
    page.get_by_role("link", name="See what changed, keep the signature or withdraw").click()
    page.get_by_role("checkbox", name=f"keeps its signature under version {version}").check()
    page.get_by_role("button", name=f"Keep the signature of Kalina Press Club under version {version}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The signature is kept")


def the_substance_changes(people: People, nadia: Page, cast: Cast, *, version: int, old: str) -> None:
    """Kalina keeps, Sami withdraws, Daria stays silent, the lead keeps at the desk."""
    write(nadia, people.text, old, "Repeal the law and pay damages.")
    people.board(nadia)
    put_forward(nadia, "Of substance", "Two members asked for damages.")
    expect(nadia.get_by_text("0 keep, 0 withdrew and 4 have not answered.")).to_be_visible()
    page = people.opens(cast.small_member)
    expect(page.get_by_text("Two members asked for damages.")).to_be_visible()
    page.get_by_role("checkbox", name=f"keeps its signature under version {version}").check()
    page.get_by_role("button", name=f"Keep the signature of Kalina Press Club under version {version}").click()
    page = people.opens(cast.arabic_member)
    page.get_by_role("link", name="Withdraw the signature").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Withdraw the signature").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The signature is withdrawn")
    nadia.get_by_role("link", name="See what changed and answer").click()
    nadia.get_by_role("checkbox", name=f"keeps its signature under version {version}").check()
    nadia.get_by_role("button", name=f"Keep the signature of Free Voices Network under version {version}").click()
    people.board(nadia)
    expect(nadia.get_by_text("2 keep, 1 withdrew and 1 has not answered.")).to_be_visible()


def published_over_the_check(people: People, nadia: Page) -> None:
    """The check says who is silent; a reason passes over it."""
    people.board(nadia)
    nadia.get_by_role("link", name="Extend or close").click()
    nadia.get_by_role("button", name="Close the letter for signature").click()
    nadia.get_by_role("link", name="Check and publish").click()
    expect(nadia.get_by_text("By name: Northern Lights Reporters")).to_be_visible()
    for reason in nadia.get_by_label("Why it is all right").all():
        reason.fill("We asked twice.")
    nadia.get_by_role("button", name="Continue").click()
    nadia.get_by_role("button", name="Publish the letter").click()
    expect(nadia.get_by_text("The letter is published.")).to_be_visible()


def test_from_the_mail_to_kept_takes_five_requests(site: str, new_page: NewPage, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id)
    page = new_page(javascript=False, width=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url.rpartition('/')[2]}"))
    page.goto(site + builders.link_path(letter_id, cast.small_member))
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Keep the signature of Kalina Press Club").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The signature is kept")
    ours = [one for one in asked if ".css" not in one]
    assert [one.partition(" ")[0] for one in ours] == ["GET", "GET", "POST", "GET"]
    assert len({one for one in asked if ".css" in one}) == 1
