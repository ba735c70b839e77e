"""The signing door as a person meets it: in a browser without script, on a phone, in Arabic, behind TLS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Page, Request, expect

from coalition.actions import circulate, draft
from tests import builders
from tests.browser import PHONE, NewPage
from tests.cast import Cast, assemble
from tests.shipped import own_app
from tests.stories.test_safety_of_names import last_code
from tests.visitor import Visitor

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.config import Settings

CEILING: Final = 8 * 1024
"""Bytes, compressed, of everything that signing takes besides the letter's own text (PAGES §1)."""


def in_three_languages(cast: Cast) -> UUID:
    """An open letter in English, French and Arabic, to the three members and Kalina's colleague."""
    letter_id = builders.an_open_letter(cast, languages=("en", "fr", "ar"))
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    return letter_id


def sign(page: Page, *, choice: str = "Publish the name") -> None:
    """One choice, one field, one tick, one press: what the ceiling allows."""
    page.get_by_role("radio", name=choice).check()
    page.get_by_label("Your role").fill("Director")
    page.get_by_role("checkbox", name="I am authorised to sign").check()
    page.get_by_role("button", name="Sign version").click()


@pytest.fixture
def requests() -> list[Request]:
    """The requests of a page that `watched` was given."""
    return []


@pytest.fixture
def watched(new_page: NewPage, requests: list[Request]) -> Page:
    """A small phone without script; what it asks for is written down."""
    page = new_page(javascript=False, width=PHONE)
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 -- Playwright marks the function
    return page


# -- journeys and their ceilings --------------------------------------------------------------------------------------


def test_from_the_mail_to_signed_in_five_requests_without_script(
    site: str, watched: Page, requests: list[Request], cast: Cast
) -> None:
    letter_id = in_three_languages(cast)
    watched.goto(site + builders.link_path(letter_id, cast.small_member))
    sign(watched)
    expect(watched.get_by_role("heading", level=1)).to_have_text("You have signed")
    asked = [(one.method, one.url.removeprefix(site).partition(".")[0]) for one in requests if site in one.url]
    path = f"/invitation/{builders.invitation_of(letter_id, cast.small_member).id}"
    assert [one for one in asked if not one[1].startswith("/static")] == [
        ("GET", builders.link_path(letter_id, cast.small_member).partition(".")[0]),
        ("GET", path),
        ("POST", f"{path}/sign"),
        ("GET", f"{path}/receipt"),
    ]
    assert len({one for one in asked if one[1].startswith("/static")}) == 1
    assert not [one.url for one in requests if site not in one.url and not one.url.startswith("data:")]


def test_a_signer_has_one_choice_one_field_one_tick_and_one_button(visitor: Visitor, cast: Cast) -> None:
    form = visitor.get(builders.link_path(builders.an_open_letter(cast), cast.small_member)).form("sign")
    visible = [one for one in form.element.iter() if one.tag in {"input", "select", "textarea"}]
    kinds = [one.get("type", "text") for one in visible if one.get("type") != "hidden"]
    choices = {one.get("name") for one in visible if one.get("type") == "radio"}
    empty = [one.get("name") for one in visible if one.get("type") == "text" and not one.get("value")]
    assert (choices, kinds.count("radio")) == ({"visibility"}, 3)
    assert (kinds.count("checkbox"), len(list(form.buttons()))) == (1, 1)
    assert empty == ["role"]


def test_signing_weighs_little_besides_the_letter(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    draft.save_text(letter_id, "en", {"title": "Act", "body": "Act."}, by=cast.coordinator)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    path = builders.link_path(letter_id, cast.small_member)
    form = visitor.get(path).form("sign").fill(visibility="named", role="Director", authority="yes")
    visitor.inspects = False
    visitor.headers = {"Accept-Encoding": "br"}
    link = visitor.get(path, follow=False)
    page = visitor.get(link.headers["Location"])
    style = visitor.get(page_style(visitor, link.headers["Location"]))
    answer = form.submit(follow=False)
    receipt = visitor.get(answer.headers["Location"])
    assert receipt.headers["Content-Encoding"] == style.headers["Content-Encoding"] == "br"
    weights = [len(one.content) for one in (link, page, style, answer, receipt)]
    assert sum(weights) <= CEILING, weights


def page_style(visitor: Visitor, path: str) -> str:
    """The one style sheet of a page."""
    plain = visitor.get(path, headers={"Accept-Encoding": "identity"})
    [sheet] = [one.get("href", "") for one in plain.tree.iter("link") if one.get("rel") == "stylesheet"]
    return sheet


def test_declining_takes_three_clicks_and_no_field(site: str, watched: Page, cast: Cast) -> None:
    letter_id = in_three_languages(cast)
    watched.goto(site + builders.link_path(letter_id, cast.small_member))  # the first: the link
    watched.get_by_role("checkbox", name="does not sign this letter").check()
    watched.get_by_role("button", name="Decline for Kalina Press Club").click()
    expect(watched.get_by_role("heading", level=1)).to_have_text("You have declined")


def test_whoever_forgets_something_is_led_to_it(site: str, watched: Page, cast: Cast) -> None:
    watched.goto(site + builders.link_path(in_three_languages(cast), cast.small_member))
    watched.get_by_role("radio", name="Withhold the name").check()
    watched.get_by_role("button", name="Sign version").click()
    expect(watched.get_by_role("alert")).to_be_focused()
    assert watched.title().startswith("Error:")
    watched.get_by_role("link", name="Enter your role").click()
    expect(watched.get_by_label("Your role")).to_be_in_viewport()
    expect(watched.get_by_role("radio", name="Withhold the name")).to_be_checked()
    sign(watched, choice="Withhold the name")
    expect(watched.get_by_text("None: the name is withheld")).to_be_visible()


def test_a_member_comes_back_corrects_withholds_and_withdraws(site: str, watched: Page, cast: Cast) -> None:
    link = site + builders.link_path(in_three_languages(cast), cast.small_member)
    watched.goto(link)
    sign(watched)
    watched.get_by_role("link", name="Correct the printed name").click()
    watched.get_by_label("Name as it will be printed").fill("Kalina Press-Club")
    watched.get_by_role("checkbox").check()
    watched.get_by_role("button", name="Change the printed name").click()
    expect(watched.get_by_text("English: Kalina Press-Club")).to_be_visible()
    watched.get_by_role("link", name="Withhold the name").click()
    watched.get_by_role("radio", name="Withhold the name").check()
    watched.get_by_role("button", name="Withhold the name").click()
    expect(watched.get_by_role("heading", level=1)).to_have_text("The name is withheld")
    watched.get_by_role("link", name="Withdraw the signature").click()
    watched.get_by_role("checkbox").check()
    watched.get_by_role("button", name="Withdraw the signature").click()
    watched.get_by_label("The code of 8 digits").fill(last_code())
    watched.get_by_role("button", name="Confirm with this code").click()
    expect(watched.get_by_role("heading", level=1)).to_have_text("The signature is withdrawn")
    watched.goto(link)
    sign(watched)
    expect(watched.get_by_role("heading", level=1)).to_have_text("You have signed")


def test_a_browser_that_loses_each_cookie_signs_to_the_end(site: str, new_page: NewPage, cast: Cast) -> None:
    letter_id = in_three_languages(cast)
    link = builders.link_path(letter_id, cast.small_member)
    page = new_page(javascript=False)
    page.goto(site + link)
    page.context.clear_cookies()
    page.reload()
    page.get_by_label("The whole link").fill(site + link)
    page.get_by_role("button", name="Open the letter").click()
    page.context.clear_cookies()
    sign(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("You have signed")
    assert page.url.endswith("/sign")
    page.get_by_role("button", name="Withdraw the signature").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Withdraw the signature").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The signature is withdrawn")
    assert page.context.cookies() == []


# -- who sees what ----------------------------------------------------------------------------------------------------


def test_a_stranger_with_a_forwarded_link_sees_its_letter_alone_and_leaves_no_trace(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id = in_three_languages(cast)
    other = builders.an_open_letter(cast, title="Another letter")
    stranger = visitors()
    page = stranger.get(builders.link_path(letter_id, cast.small_member))
    assert page.heading == "Free the reporters"
    for member in (cast.arabic_member, cast.unnamed_member):
        assert member.name not in page.text
        theirs = builders.invitation_of(letter_id, member)
        assert stranger.get(f"/invitation/{theirs.id}").heading == "Paste the link from your mail"
    elsewhere = builders.invitation_of(other, cast.small_member)
    assert stranger.get(f"/invitation/{elsewhere.id}").heading == "Paste the link from your mail"
    assert "/desk" in stranger.get("/desk").path
    circulate.revoke(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)
    assert stranger.get(page.path).status == 410


# -- looks ------------------------------------------------------------------------------------------------------------


# -- behind TLS -------------------------------------------------------------------------------------------------------


def test_behind_tls_cookies_are_secure_and_a_post_without_referer_works(settings: Settings, database_url: str) -> None:
    with own_app(replace(settings, public_address="https://letters.test", database=database_url)) as app:
        cast = assemble()
        letter_id = builders.an_open_letter(cast)
        visitor = Visitor(app)
        page = visitor.get(builders.link_path(letter_id, cast.small_member))
        [cookie] = visitor.cookies()
        assert (cookie.secure, cookie.key.startswith("__Secure-i-")) == (True, True)
        assert "max-age=63072000" in page.headers["Strict-Transport-Security"]
        receipt = page.form("sign").fill(visibility="named", role="Director", authority="yes").submit()
        assert receipt.heading == "You have signed"
        receipt.form("leave").submit()
        assert visitor.cookies() == []
