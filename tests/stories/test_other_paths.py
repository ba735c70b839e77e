"""The ways beside the straight one, in a browser without script: what each asks of a person is counted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from coalition import clock
from coalition.actions import directory
from coalition.actions.acts import standing_signature
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.models.organisation import Organisation
from coalition.models.signature import Signature
from coalition.models.standing_consent import StandingConsent
from tests import builders
from tests.browser import PHONE, NewPage
from tests.cast import PASSWORD, Member
from tests.web.signing.own import delivered, links_in, newest_code, own_link_path

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

pytestmark = pytest.mark.only_on("sqlite")  # whoever presses a button does not know the database


@dataclass
class Person:
    """Somebody at a browser without script, who counts: links and buttons pressed, fields typed, choices taken."""

    page: Page
    site: str
    did: Counter[str] = field(default_factory=Counter)

    def opens(self, path: str) -> None:
        """The link in a mail, or given by telephone: one press."""
        self.did["press"] += 1
        self.page.goto(self.site + path)

    def follows(self, words: str) -> None:
        self.did["press"] += 1
        self.page.get_by_role("link", name=words, exact=True).first.click()

    def presses(self, words: str) -> None:
        self.did["press"] += 1
        self.page.get_by_role("button", name=words).first.click()

    def types(self, label: str, words: str) -> None:
        self.did["field"] += 1
        self.page.get_by_label(label).fill(words)

    def takes(self, words: str) -> None:
        """A tick, or one of several: nothing is ticked beforehand."""
        self.did["choice"] += 1
        choice = self.page.get_by_label(words)
        expect(choice).not_to_be_checked()
        choice.check()

    def reads(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def needed(self, **ceiling: int) -> None:
        """Not more than this: press, field, choice."""
        over = {what: many for what, many in self.did.items() if many > ceiling.get(what, 0)}
        assert not over, f"{dict(self.did)} where {ceiling} is the ceiling"
        self.did.clear()


@pytest.fixture
def somebody(site: str, new_page: NewPage) -> Person:
    """A member at a telephone."""
    return Person(new_page(javascript=False, width=PHONE), site)


@pytest.fixture
def nadia(site: str, new_page: NewPage, cast: Cast) -> Person:  # noqa: ARG001 -- she must be there to sign in
    """The coordinator, signed in at the desk."""
    page = new_page(javascript=False)
    page.goto(f"{site}/desk/sign-in")
    page.locator("input[name=address]").fill("nadia@freevoices.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    return Person(page, site)


def signature_of(letter_id: UUID, member: Member) -> Signature | None:
    """What stands for the member."""
    db.session.rollback()
    return standing_signature(db.session(), letter_id, member.organisation_id)


def public_text(person: Person, letter_id: UUID) -> str:
    """What every reader of the published letter sees."""
    slug = builders.a_letter(letter_id).slug
    answer = person.page.request.get(f"{person.site}/letters/{slug}")
    return answer.text()


def test_a_link_is_made_to_hand_over_and_signs(nadia: Person, somebody: Person, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    nadia.page.goto(f"{nadia.site}/desk/letters/{letter_id}")
    nadia.follows("Kalina Press Club")
    nadia.follows("A link to hand over")
    nadia.types("Why mail cannot reach them", "Their server is down.")
    nadia.presses("Make a link to hand over")
    nadia.needed(press=3, field=1)
    given = re.search(r"/i/[\w.=-]+", nadia.page.content())
    assert given is not None

    somebody.opens(given[0])
    somebody.takes("Publish the name")
    somebody.types("Your role", "Director")
    somebody.takes("I am authorised to sign for Kalina Press Club, and it agrees to this text.")
    somebody.presses("Sign version 1")
    somebody.reads("You have signed")
    somebody.needed(press=2, field=1, choice=2)  # what the way by mail takes (PAGES §1)
    signature = signature_of(letter_id, cast.small_member)
    assert signature is not None
    assert [one.how for one in signature.consents] == ["handed_over_link"]


def test_more_time_and_no_mail_and_both_decline_nothing(somebody: Person, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    link = builders.link_path(letter_id, cast.small_member)
    somebody.opens(link)
    somebody.follows("We need more time")
    day = builders.a_letter(letter_id).deadline_at
    assert day is not None
    somebody.types("We answer by", f"{min(day, clock.now()):%Y-%m-%d}")
    somebody.presses("Save the day")
    expect(somebody.page.get_by_text("you answer by").first).to_be_visible()
    somebody.needed(press=3, field=1)
    assert builders.invitation_of(letter_id, cast.small_member).expected_on is not None

    somebody.opens(link)
    somebody.follows("I did not expect this mail")
    somebody.presses("Stop the mails")  # as it came: nothing is recorded
    expect(somebody.page.get_by_role("alert")).to_be_focused()
    assert builders.invitation_of(letter_id, cast.small_member).muted_at is None
    somebody.takes("I did not expect this mail")
    somebody.presses("Stop the mails")
    expect(somebody.page.get_by_text("You get no more mails about this letter.")).to_be_visible()
    somebody.needed(press=4, choice=1)
    db.session.rollback()
    assert builders.invitation_of(letter_id, cast.small_member).muted_at is not None
    assert builders.invitation_of(letter_id, cast.small_member).answer is None


def test_a_colleague_says_that_it_was_not_us(somebody: Person, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.passed_on(letter_id, cast.small_member, "kofi@pressclub.example")
    builders.signed(letter_id, cast.small_member)
    kofi = builders.invitation_at(letter_id, cast.small_member, "kofi@pressclub.example")
    somebody.opens(builders.link_path_of(kofi))
    somebody.follows("This was not us")
    somebody.takes("Kalina Press Club did not agree to this signature")
    somebody.presses("Dispute the signature")
    somebody.reads("The signature is disputed")
    somebody.needed(press=3, choice=1)
    signature = signature_of(letter_id, cast.small_member)
    assert signature is not None
    assert signature.suspended_at is not None


def test_a_name_is_masked_by_the_team_the_house_and_the_organisation_itself(
    nadia: Person, somebody: Person, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    for member in (cast.small_member, cast.arabic_member, cast.unnamed_member):
        builders.signed(letter_id, member)
    builders.published(cast, letter_id)
    assert all(one in public_text(nadia, letter_id) for one in ("Kalina", "Amman", "Northern"))

    nadia.page.goto(f"{nadia.site}/desk/letters/{letter_id}/organisations/{cast.arabic_member.organisation_id}")
    nadia.follows("Mask the name, or suspend the signature")
    nadia.takes("Take the name of Amman Writers’ House off every list")
    nadia.presses("Mask the name")
    nadia.needed(press=2, choice=1)
    assert "Amman" not in public_text(nadia, letter_id)

    nadia.page.goto(f"{nadia.site}/desk/directory/{cast.unnamed_member.organisation_id}")
    nadia.follows("Take the name off every list")
    nadia.takes("Take the name of Northern Lights Reporters off every list")
    nadia.presses("Take the name off every list")
    nadia.needed(press=2, choice=1)
    assert "Northern" not in public_text(nadia, letter_id)

    at_own_page(somebody, cast.small_member)
    somebody.takes("The name of Kalina Press Club is to leave every published list")
    somebody.presses("Hide the name everywhere")
    somebody.needed(press=4, field=1, choice=1)  # three of them open the page
    assert "Kalina" not in public_text(nadia, letter_id)


def at_own_page(person: Person, member: Member) -> None:
    """The link, a code asked for, the code typed."""
    person.opens(own_link_path(member.contact_id))
    person.presses("Mail me a code")
    person.types("The code from the newest mail", newest_code())
    person.presses("Open the page")
    person.reads("The page of your organisation")


def test_two_entries_of_one_organisation_become_one(nadia: Person, cast: Cast) -> None:
    twin = directory.add_organisation(
        OrganisationEntry(names={"und": "Kalina Pressclub"}, site="https://pressclub.example"),
        [ContactEntry(address="office@pressclub.example", name="Elena Petrova", language="en")],
        by=cast.coordinator,
    )
    nadia.page.goto(f"{nadia.site}/desk/directory/duplicates")
    nadia.did["press"] += 1
    nadia.page.get_by_role("link", name=re.compile("Merge them")).first.click()
    nadia.presses("Make them one organisation")
    expect(nadia.page.get_by_role("heading", level=1)).to_contain_text("Kalina")
    nadia.needed(press=2)  # what is chosen for both stands already there, the fuller entry first
    db.session.rollback()
    left = [
        one for one in db.session.scalars(select(Organisation)) if one.id in {twin, cast.small_member.organisation_id}
    ]
    assert len([one for one in left if one.merged_at is None]) == 1


def test_an_organisation_agrees_beforehand_and_takes_it_back(somebody: Person, cast: Cast) -> None:
    builders.a_draft(cast)  # somebody leads a letter
    at_own_page(somebody, cast.small_member)
    somebody.follows("Agree beforehand to letters of one lead, or end it")
    somebody.takes("Free Voices Network")
    somebody.takes("Open letter")
    somebody.takes("2 days")
    somebody.types("Your role", "Director")
    somebody.takes("Kalina Press Club agrees beforehand")
    somebody.presses("Agree beforehand for Kalina Press Club")
    somebody.needed(press=5, field=2, choice=4)
    assert the_consent().revoked_at is None

    somebody.takes("It is to end now")
    somebody.presses("End it")
    somebody.needed(press=1, choice=1)
    assert the_consent().revoked_at is not None


def the_consent() -> StandingConsent:
    """The one that was given."""
    db.session.rollback()
    return db.session.scalars(select(StandingConsent)).one()


def test_lost_links_come_again(somebody: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    delivered(monkeypatch)
    link = builders.link_path(letter_id, cast.small_member)
    somebody.opens(link[:-6])  # cut off by a mail program
    somebody.page.goto(f"{somebody.site}/lost")
    somebody.did["press"] += 1
    somebody.types("Email address", cast.small_member.address)
    somebody.presses("Mail me my links")
    somebody.reads("Look at your mail")
    (mail,) = delivered(monkeypatch)
    somebody.opens(links_in(mail.text, "/i/")[0])
    expect(somebody.page.get_by_role("button", name="Sign version 1")).to_be_visible()
    somebody.needed(press=4, field=1)
