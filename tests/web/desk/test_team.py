"""The team of the house, the account's own page, and the settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from coalition.actions import enter, team
from coalition.database import db
from coalition.models.account import Account
from coalition.models.house import House
from coalition.models.outgoing_email import OutgoingEmail
from tests.cast import PASSWORD, Cast
from tests.visitor import Visitor


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia, an administrator, at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


@pytest.fixture
def omar(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Omar, who is none."""
    visitor = visitors()
    visitor.sign_in(cast.other_coordinator)
    return visitor


def set_up_mails() -> int:
    db.session.rollback()
    found = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind_class == "account"))
    return len([row for row in found if row.context.get("kind") == "set_up_account"])


def test_a_colleague_is_invited_by_mail(nadia: Visitor) -> None:
    before = set_up_mails()
    page = nadia.get("/desk/team").form("team").fill(name="Lea Roth", address="Lea@FreeVoices.example").submit()
    assert "Lea Roth is invited." in page.words
    assert "lea@freevoices.example" in page.words
    assert set_up_mails() == before + 1


def test_an_address_has_one_account(nadia: Visitor) -> None:
    page = nadia.get("/desk/team").form("team").fill(name="Omar", address="OMAR@freevoices.example").submit()
    assert page.status == 422
    assert page.errors == ["There is an account with this address. It stands in the list above."]
    assert page.form("team").fields["name"] == ["Omar"]


def test_what_is_missing_or_wrong_is_told_in_words(nadia: Visitor) -> None:
    page = nadia.get("/desk/team").form("team").fill(address="nobody", language="xx").submit()
    assert page.errors[0] == "Enter your colleague’s name"
    assert "has no @" in page.errors[1]


def test_the_link_is_sent_again_and_the_one_before_dies(nadia: Visitor, cast: Cast) -> None:
    from tests.web.desk.test_entrance import set_up_path  # noqa: PLC0415 -- one way to the link's path

    first = set_up_path(cast.other_coordinator_id)
    before = set_up_mails()
    page = nadia.get("/desk/team").form(f"{cast.other_coordinator_id}/set-up").submit()
    assert "A new link is on its way to Omar Haddad." in page.words
    assert nadia.get(first).status == 404
    assert set_up_mails() == before + 1


def test_an_account_is_ended_after_a_question_and_never_ones_own(nadia: Visitor, cast: Cast) -> None:
    page = nadia.get("/desk/team").follow("End the account")
    assert page.heading == "End the account of Omar Haddad?"
    page = page.form("end").submit()
    assert "The account of Omar Haddad has ended." in page.words
    assert not cast.other_coordinator.is_live
    assert nadia.get(f"/desk/team/{cast.coordinator_id}/end").status == 404
    with pytest.raises(team.NotAllowed):
        enter.end_account(cast.coordinator_id, by=cast.coordinator)
    with pytest.raises(team.NotAllowed):
        enter.send_set_up_again(cast.other_coordinator_id, by=cast.coordinator)


def test_who_is_no_administrator_looks_and_changes_nothing(omar: Visitor, cast: Cast) -> None:
    page = omar.get("/desk/team")
    assert page.status == 200
    assert not any(form.has_field("address") for form in page.forms)
    token = page.forms[0].fields["csrf_token"][0]
    for path in (f"/desk/team/{cast.coordinator_id}/end", f"/desk/team/{cast.coordinator_id}/set-up", "/desk/team"):
        answer = omar.post(path, {"csrf_token": token, "name": "X", "address": "x@x.example", "language": "en"})
        assert answer.status == 403
    assert omar.get("/desk/settings").status == 403
    assert len(db.session.scalars(select(Account)).all()) == 2


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ["/desk/team", "/desk/settings", "/desk/account"])
def test_a_stranger_is_led_to_the_sign_in_page(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert page.heading == "Sign in"
    assert "Nadia" not in page.text


# -- one's own account ---------------------------------------------------------------------------------------------


def test_the_desk_turns_to_arabic_for_who_asks(omar: Visitor) -> None:
    page = omar.get("/desk/account").form("account").fill(language="ar", zone="Africa/Cairo").submit()
    assert (page.tree.get("lang"), page.tree.get("dir")) == ("ar", "rtl")
    for path in ("/desk/team", "/desk/directory", "/desk/directory/new", "/desk/outbox", "/desk/directory/import"):
        assert omar.get(path).tree.get("dir") == "rtl"


def test_a_wrong_account_is_told_in_words_and_kept(omar: Visitor) -> None:
    page = omar.get("/desk/account").form("account").fill(name=" ", zone="Mars/Olympus").submit()
    assert page.status == 422
    assert page.errors == ["Enter your name", "Choose one from the list."]


def test_the_present_password_is_asked_for(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    form = visitor.get("/desk/account").form("password")
    page = form.fill(current="wrong", password="another long pass phrase").submit()
    assert page.errors == ["This is not your present password"]
    page = page.form("password").fill(current=PASSWORD, password="short").submit()
    assert page.errors == ["Choose a password of at least 12 characters"]


# -- the settings --------------------------------------------------------------------------------------------------


def test_the_coalition_is_named_in_each_language(nadia: Visitor) -> None:
    form = nadia.get("/desk/settings").form("settings")
    page = form.fill(name="Free Voices", name_ar="أصوات حرة", contact_address="hello@freevoices.example").submit()
    assert "The settings are saved." in page.words
    house = db.session.scalars(select(House)).one()
    assert house.names == {"und": "Free Voices", "ar": "أصوات حرة"}
    assert "Free Voices" in nadia.get("/").words


def test_a_house_without_a_name_is_refused(nadia: Visitor) -> None:
    page = nadia.get("/desk/settings").form("settings").fill(name="", contact_address="nowhere").submit()
    assert page.status == 422
    assert page.errors[0] == "Enter the coalition’s name"
    assert page.form("settings").fields["contact_address"] == ["nowhere"]
