"""A browser that keeps no cookies: the link pasted once, then forms alone, to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coalition import config
from coalition.actions import circulate
from tests import builders
from tests.cast import Cast
from tests.visitor import Page, Visitor

GOOD = {"visibility": "named", "role": "Director", "authority": "yes"}


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """An open letter in two languages."""
    return builders.an_open_letter(cast, languages=("en", "ar"))


@pytest.fixture
def address(letter_id: Any, cast: Cast) -> str:
    """The address in Kalina's mail."""
    return config.settings().root + builders.link_path(letter_id, cast.small_member)


@pytest.fixture
def paste(address: str, visitors: Callable[..., Visitor]) -> Page:
    """Where the link leads without cookies."""
    return visitors(cookies=False).get(address)


def test_the_link_leads_to_one_field(paste: Page) -> None:
    assert paste.heading == "Paste the link from your mail"
    [form] = paste.forms
    assert form.names == {"form_token", "link"}
    assert "Kalina" not in paste.text


@pytest.mark.parametrize("how", ["whole", "token", "broken", "quoted", "in_words"])
def test_the_link_opens_the_letter_however_it_was_copied(paste: Page, address: str, how: str) -> None:
    spelled = {
        "whole": address,
        "token": address.rpartition("/")[2],
        "broken": f"{address[:40]}\r\n {address[40:60]}\r\n{address[60:]}",
        "quoted": f"<{address}>",
        "in_words": f"Read the letter and decide: {address} ",
    }[how]
    page = paste.form().fill(link=spelled).submit()
    assert (page.status, page.heading) == (200, "Free the reporters")


def test_a_member_signs_and_sees_the_receipt(paste: Page, address: str, letter_id: Any, cast: Cast) -> None:
    page = paste.form().fill(link=address).submit()
    receipt = page.form("sign").fill(GOOD).submit()
    assert (receipt.status, receipt.heading) == (200, "You have signed")
    assert builders.invitation_of(letter_id, cast.small_member).answer_kind == "sign"


def test_every_page_and_language_is_reached_by_forms(paste: Page, address: str) -> None:
    page = paste.form().fill(link=address).submit()
    arabic = page.form("lang").submit("العربية")
    assert (arabic.heading, arabic.tree.get("dir")) == ("Free the reporters (ar)", "rtl")
    receipt = arabic.form("lang").submit("English").form("sign").fill(GOOD).submit()
    for words, heading in (
        ("Correct the printed name", "Correct the printed name"),
        ("Withhold the name", "Withhold the name"),
        ("Withdraw the signature", "Withdraw the signature"),
    ):
        further = receipt.form(words).submit(words)
        assert further.heading == heading
        assert further.form("Back to the letter").submit("Back to the letter").heading == "Free the reporters"
    withdraw = receipt.form("Withdraw the signature").submit("Withdraw the signature")
    done = withdraw.form("withdraw").fill(confirm="yes").submit()
    assert (done.status, done.heading) == (200, "The signature is withdrawn")


def test_a_session_that_ran_out_loses_nothing(visitor: Visitor, address: str) -> None:
    page = visitor.get(address)
    form = page.form("sign").fill(GOOD, person="K. Ivanova", role="Chair of the board", name_und="Kalina  Club")
    form.fields["form_token"] = "ran out"
    visitor.client._cookies = {}
    paste = form.submit()
    assert (paste.status, paste.heading) == (422, "Paste the link from your mail")
    assert "Your answers are kept" in paste.words
    wrong = paste.form("link").fill(link=address[:-9]).submit()
    assert (wrong.status, wrong.errors[0].partition(":")[0]) == (422, "Copy the whole link from the mail")
    again = wrong.form("link").fill(link=address).submit()
    form = again.form("sign")
    assert (form.fields["person"], form.fields["role"]) == (["K. Ivanova"], ["Chair of the board"])
    assert (form.fields["visibility"], form.fields["name_und"]) == (["named"], ["Kalina  Club"])
    assert form.submit().heading == "You have signed"


def test_a_form_alone_answers_when_the_cookie_is_gone(visitor: Visitor, address: str) -> None:
    form = visitor.get(address).form("sign").fill(GOOD)
    visitor.client._cookies = {}
    assert form.submit().heading == "You have signed"


@pytest.mark.parametrize("link", ["", "x", "https://letters.example/i/abc.def", "x" * 10000, "\x00"])
def test_what_is_no_link_of_ours_comes_back(paste: Page, link: str) -> None:
    answer = paste.form().fill(link=link).submit()
    assert (answer.status, len(answer.errors)) == (422, 1)


def test_a_link_that_ended_says_so(paste: Page, address: str, letter_id: Any, cast: Cast) -> None:
    circulate.replace_link(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)
    assert paste.form().fill(link=address).submit().status == 410


def test_the_link_of_another_invitation_leads_to_its_own_page(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    other = builders.invitation_of(letter_id, cast.arabic_member)
    paste = visitor.get(f"/invitation/{other.id}")
    page = paste.form().fill(link=builders.link_path(letter_id, cast.small_member)).submit()
    assert page.path == f"/invitation/{builders.invitation_of(letter_id, cast.small_member).id}"
    assert "Kalina Press Club" in page.words


def test_asking_for_a_page_changes_nothing(paste: Page, address: str, letter_id: Any, cast: Cast) -> None:
    page = paste.form().fill(link=address).submit()
    token = page.form("sign").fields["form_token"]
    for asked in ("receipt", "withdraw", "visibility", "printed-name", "sign", "../desk", ""):
        answer = page.visitor.post(
            page.path, {"form_token": token, "page": asked, "confirm": "yes", "authority": "yes"}
        )
        assert answer.status == 200
    assert not builders.invitation_of(letter_id, cast.small_member).answered_at
