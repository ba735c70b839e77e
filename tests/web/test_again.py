"""A session that ran out loses nothing that was typed, and a form from another site is never offered again."""

from __future__ import annotations

import pytest

from coalition.database import db
from coalition.models.account import Account
from coalition.models.organisation import Organisation
from tests.cast import PASSWORD, Cast
from tests.visitor import Page, Visitor

TYPED = {"name": "Reporters of\u200f “the” Coast", "address": "ada@coast.example", "acronym": "<b>RC</b> & co"}


@pytest.fixture
def lapsed(visitor: Visitor, cast: Cast) -> Page:
    """What Nadia sees who sends a form after her session ran out."""
    visitor.sign_in(cast.coordinator)
    form = visitor.get("/desk/directory/new").form("new").fill(TYPED)
    visitor.client.delete_cookie("desk", domain="letters.test", path="/desk")
    return form.submit()


def is_known(name: str) -> bool:
    db.session.rollback()
    return any(row.name == name for row in db.session.query(Organisation))


def test_what_was_typed_comes_back_and_goes_through_after_signing_in(lapsed: Page) -> None:
    assert (lapsed.status, lapsed.heading) == (400, "Send it once more")
    assert not is_known(TYPED["name"])
    form = lapsed.form("new")
    assert {name: form.fields[name][0] for name in TYPED} == TYPED
    lapsed.visitor.get("/desk/sign-in").form("sign-in").fill(
        address="nadia@freevoices.example", password=PASSWORD
    ).submit("Sign in")
    page = form.submit()
    assert page.status == 200
    assert is_known(TYPED["name"])


def test_who_presses_before_signing_in_loses_nothing_either(lapsed: Page) -> None:
    again = lapsed.form("new").submit()
    assert again.heading == "Send it once more"
    assert again.form("new").fields["name"][0] == TYPED["name"]


@pytest.mark.only_on("sqlite")
def test_signing_out_in_a_second_window_is_no_error(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    first, second = (visitor.get(path).form("sign-out") for path in ("/desk/account", "/desk/team"))
    first.submit()
    assert second.submit().path == "/desk/sign-in"


@pytest.mark.only_on("sqlite")
def test_the_longest_form_that_is_taken_comes_back_too(lapsed: Page) -> None:
    typed = {f"f{number}": "x" for number in range(4_998)}
    page = lapsed.visitor.post("/desk/directory/new", typed | {"name": "The last", "csrf_token": "x"})
    assert page.heading == "Send it once more"
    assert page.text.count("<input") == 5_000


def test_a_session_ended_elsewhere_brings_the_form_back(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    form = visitor.get("/desk/directory/new").form("new").fill(TYPED)
    account = db.session.get_one(Account, cast.coordinator_id)
    account.fs_uniquifier = "another"
    db.session.commit()
    assert form.submit().heading == "Send it once more"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_is_refused_and_not_offered_again(
    visitor: Visitor, cast: Cast, headers: dict[str, str]
) -> None:
    visitor.sign_in(cast.coordinator)
    page = visitor.post("/desk/directory/new", TYPED, headers=headers)
    assert page.status == 400
    assert TYPED["address"] not in page.text
    assert visitor.get("/desk/account").path == "/desk/account"


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/account/password", "/desk/set-up/x"])
def test_no_password_is_written_into_a_page(visitor: Visitor, path: str) -> None:
    page = visitor.post(path, {"password": PASSWORD, "current": PASSWORD})
    assert page.status == 400
    assert PASSWORD not in page.text
