"""The entrance: passwords, codes by mail, one-time links; and what strangers learn, which is nothing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import enter
from coalition.database import db
from coalition.emails import letters
from coalition.models.account import CODE_TRIES, Account
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.web import entrance
from coalition.web.audience import LIBRARY_ROUTES
from tests.cast import PASSWORD, Cast
from tests.visitor import Page, Visitor

TRIES, CODES = enter.TRIES[1], enter.CODES[1]
NADIA, OMAR = "nadia@freevoices.example", "omar@freevoices.example"


def sign_in(visitor: Visitor, address: str = NADIA, password: str = PASSWORD) -> Page:
    return visitor.get("/desk/sign-in").form("sign-in").fill(address=address, password=password).submit("Sign in")


def is_in(visitor: Visitor, name: str) -> bool:
    """Whether the visitor is signed in as the person of that name."""
    page = visitor.get("/desk/account")
    return page.path == "/desk/account" and name in page.words


def ask_for_code(visitor: Visitor, address: str = NADIA) -> Page:
    form = visitor.get("/desk/sign-in").form("sign-in").fill(address=address)
    form.fields["act"] = "code"
    return form.submit()


def code_mailed(account_id: object) -> str:
    """The code of the newest mail to the account, as the mail says it."""
    db.session.rollback()
    row = db.session.scalars(
        select(OutgoingEmail)
        .where(OutgoingEmail.recipient == f"account:{db.session.get_one(Account, account_id).id.hex}")
        .order_by(OutgoingEmail.next_at.desc())
    ).first()
    assert row is not None
    found = re.search(r"\b\d{8}\b", letters.make(db.session(), row).text)
    assert found
    return found[0]


def set_up_path(account_id: object) -> str:
    """The newest one-time link of the account, as its mail has it."""
    link = db.session.scalars(
        select(Link).where(Link.account_id == account_id, Link.revoked_at.is_(None)).order_by(Link.created_at.desc())
    ).first()
    assert link
    return f"/desk/set-up/{link.token(tokens.ours())}"


# -- the password --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cast")
def test_the_right_password_opens_the_desk(visitor: Visitor) -> None:
    sign_in(visitor)
    assert is_in(visitor, "Nadia Rahimi")


@pytest.mark.usefixtures("cast")
def test_letter_case_and_spaces_of_the_address_do_not_matter(visitor: Visitor) -> None:
    sign_in(visitor, address="  Nadia@FreeVoices.example ")
    assert is_in(visitor, "Nadia Rahimi")


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("address", [NADIA, OMAR, "nobody@freevoices.example", "no address", "a\x00b@c.example"])
def test_a_wrong_password_is_told_in_the_same_words_for_every_address(visitor: Visitor, address: str) -> None:
    page = sign_in(visitor, address=address, password="a wrong pass phrase")
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert page.errors == ["The address or the password is not right. Type both again, or have a code mailed."] or (
        "\x00" in address and "could not be read" in page.errors[0]
    )
    assert page.form("sign-in").fields["password"] == [""]


@pytest.mark.usefixtures("cast")
def test_an_unknown_address_is_proved_as_long_as_a_known_one() -> None:
    proved = []

    def fits(password: str, known_hash: str | None) -> bool:
        proved.append(known_hash is None)
        return entrance.password_fits(password, known_hash)

    for address in (NADIA, "nobody@freevoices.example"):
        with pytest.raises(enter.WrongCredentials):
            enter.with_password(address, "wrong", fits=fits)
    assert proved == [False, True]


@pytest.mark.usefixtures("app")
def test_without_a_hash_no_password_fits() -> None:
    assert not entrance.password_fits("the password of nobody", None)


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("address", [NADIA, "nobody@freevoices.example"])
def test_tries_are_counted_for_known_and_unknown_addresses_alike(
    visitors: Callable[..., Visitor], address: str
) -> None:
    with time_machine.travel(clock.now().replace(minute=1), tick=False):
        answers = [sign_in(visitors(), address=address, password="wrong").status for _ in range(TRIES + 1)]
        assert answers == [422] * TRIES + [429]
        assert sign_in(visitors(), address=address).status == 429
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        later = visitors()
        sign_in(later, address=address)
        assert is_in(later, "Nadia Rahimi") == (address == NADIA)


@pytest.mark.usefixtures("cast")
def test_nothing_typed_and_nothing_chosen_is_told_in_words(visitor: Visitor) -> None:
    page = visitor.get("/desk/sign-in").form("sign-in").submit("Sign in")
    assert page.errors == ["Enter your email address"]
    page = page.form("sign-in").fill(address=NADIA).submit("Sign in")
    assert page.errors == ["Enter your password, or have a code mailed to you"]
    assert page.form("sign-in").fields["address"] == [NADIA]


# -- where to go on ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cast")
def test_a_stranger_at_the_desk_signs_in_and_comes_back_to_the_page(visitor: Visitor) -> None:
    page = visitor.get("/desk/team")
    assert page.path == "/desk/sign-in?next=/desk/team"
    page = page.form("sign-in").fill(address=NADIA, password=PASSWORD).submit("Sign in")
    assert page.path == "/desk/team"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/desk",
        "//evil.example/desk",
        "/desk//evil.example",
        "/desk\\evil.example",
        "/\\evil.example",
        "/",
        "/letters/x",
        "/deskevil",
        "javascript:alert(1)",
        "/desk/x\r\nSet-Cookie: a=b",
        "/desk/sign-out",
        "/desk/sign-in?next=/desk",
        "",
        None,
    ],
)
def test_nobody_is_led_out_of_the_desk(wanted: str | None) -> None:
    assert entrance.own_path(wanted) == "/desk"


@pytest.mark.parametrize("wanted", ["/desk", "/desk/team", "/desk/directory?q=a&page=2", "/desk?x=http://a.example//b"])
def test_own_paths_are_gone_to(wanted: str) -> None:
    assert entrance.own_path(wanted) == wanted


# -- the code by mail ----------------------------------------------------------------------------------------------


def test_a_mailed_code_opens_the_desk_once(visitors: Callable[..., Visitor], cast: Cast) -> None:
    nadia, thief = visitors(), visitors()
    page = ask_for_code(nadia)
    assert page.heading == "Enter the code"
    code = code_mailed(cast.coordinator_id)
    page.form("code").fill(code=f" {code[:4]} {code[4:]} ").submit()
    assert is_in(nadia, "Nadia Rahimi")
    again = ask_for_code(thief, address=OMAR).form("code").fill(address=NADIA, code=code).submit()
    assert again.status == 422


@pytest.mark.usefixtures("cast")
def test_the_code_page_is_the_same_for_an_unknown_address(visitors: Callable[..., Visitor]) -> None:
    known, unknown = ask_for_code(visitors(), NADIA), ask_for_code(visitors(), "nobody@freevoices.example")
    assert (known.status, known.words.replace(NADIA, "")) == (
        unknown.status,
        unknown.words.replace("nobody@freevoices.example", ""),
    )
    assert len(db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.occasion.startswith("code:"))).all()) == 1


def test_a_code_dies_after_ten_minutes_and_of_five_wrong_tries(visitors: Callable[..., Visitor], cast: Cast) -> None:
    page = ask_for_code(visitors())
    code = code_mailed(cast.coordinator_id)
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert page.form("code").fill(code=code).submit().status == 422
    page = ask_for_code(visitors())
    code = code_mailed(cast.coordinator_id)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for _ in range(CODE_TRIES):
        page = page.form("code").fill(code=wrong).submit()
        assert page.errors == [
            (
                "This code does not open the desk. It works once, for 10 minutes, in the browser in which you asked "
                "for it. Have a new one mailed."
            )
        ]
    assert page.form("code").fill(code=code).submit().status == 422


def test_a_new_code_replaces_the_one_before(cast: Cast) -> None:
    enter.mail_code(NADIA, browser="hers")
    first = code_mailed(cast.coordinator_id)
    enter.mail_code(NADIA, browser="hers")
    with pytest.raises(enter.WrongCredentials):
        enter.with_code(NADIA, first, browser="hers")


@pytest.mark.usefixtures("cast")
def test_codes_per_address_are_limited_for_everyone_alike(visitors: Callable[..., Visitor]) -> None:
    with time_machine.travel(clock.now().replace(minute=1), tick=False):
        for address in (NADIA, "nobody@freevoices.example"):
            answers = []
            for _ in range(CODES + 1):
                with time_machine.travel(clock.now() + timedelta(microseconds=secrets.randbelow(10**6)), tick=False):
                    answers.append(ask_for_code(visitors(), address).status)
            assert answers == [200] * CODES + [429]


def test_the_database_alone_does_not_hold_the_code(cast: Cast) -> None:
    enter.mail_code(NADIA, browser="hers")
    code = code_mailed(cast.coordinator_id)
    assert code not in str(cast.coordinator.sign_in_code)


# -- the one-time link ---------------------------------------------------------------------------------------------


def test_an_invited_colleague_chooses_a_password_and_is_in(visitor: Visitor, cast: Cast) -> None:
    path = set_up_path(cast.other_coordinator_id)
    for _ in range(3):
        page = visitor.get(path)
        assert (page.status, page.heading) == (200, "Choose a password")
        visitor.head(path)
    assert not cast.other_coordinator.is_set_up
    page.form(0).fill(password="green hills far away").submit()
    assert is_in(visitor, "Omar Haddad")
    assert visitor.get(path).status == 404
    elsewhere = Visitor(visitor.app)
    sign_in(elsewhere, OMAR, "green hills far away")
    assert is_in(elsewhere, "Omar Haddad")


@pytest.mark.parametrize(
    "password",
    ["short", "", "omar@freevoices.example", "Omar  Haddad....."[:11] + "d", "aaaaaaaaaaaaaa", "OMAR HADDAD "],
)
def test_a_password_too_short_or_easily_guessed_is_refused_in_words(
    visitor: Visitor, cast: Cast, password: str
) -> None:
    page = visitor.get(set_up_path(cast.other_coordinator_id)).form(0).fill(password=password).submit()
    assert page.status == 422
    assert page.errors[0].startswith("Choose a password")
    assert not cast.other_coordinator.is_set_up


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("token", ["x", "a.b", "%00", "é", "A" * 500, "-" * 44])
def test_a_link_that_is_not_ours_has_words(visitor: Visitor, token: str) -> None:
    page = visitor.get(f"/desk/set-up/{token}")
    assert (page.status, page.heading) == (404, "This link does not work")


def test_a_link_dies_after_seven_days_and_with_its_account(visitor: Visitor, cast: Cast) -> None:
    path = set_up_path(cast.other_coordinator_id)
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1)):
        assert visitor.get(path).status == 404
    enter.end_account(cast.other_coordinator_id, by=cast.coordinator)
    assert visitor.get(path).status == 404


# -- the way out ---------------------------------------------------------------------------------------------------


def test_signing_out_is_a_post_and_ends_the_session(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    assert visitor.get("/desk/sign-out").status in {404, 405}
    page = visitor.get("/desk/account").form("sign-out").submit()
    assert page.path == "/desk/sign-in"
    assert visitor.get("/desk/account").path.startswith("/desk/sign-in")


def test_a_cookie_copied_before_signing_out_opens_nothing_afterwards(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    (copied,) = (cookie for cookie in visitor.cookies() if cookie.key == "desk")
    visitor.get("/desk/account").form("sign-out").submit()
    visitor.client.set_cookie("desk", copied.value, domain=copied.domain, path=copied.path)
    assert visitor.get("/desk/account").path.startswith("/desk/sign-in")


def test_a_session_ends_with_its_account(visitor: Visitor, cast: Cast) -> None:
    omar = cast.other_coordinator
    visitor.sign_in(omar)
    assert visitor.get("/desk/account").path == "/desk/account"
    enter.end_account(omar.id, by=cast.coordinator)
    assert visitor.get("/desk/account").path.startswith("/desk/sign-in")
    enter.mail_code(OMAR, browser="his")
    assert not db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.occasion.startswith("code:"))).all()


def test_a_new_password_ends_the_other_sessions(visitors: Callable[..., Visitor], cast: Cast) -> None:
    here, elsewhere = visitors(), visitors()
    sign_in(here)
    sign_in(elsewhere)
    form = here.get("/desk/account").form("password")
    page = form.fill(current=PASSWORD, password="another long pass phrase").submit()
    assert page.path == "/desk/account"
    assert elsewhere.get("/desk/account").path.startswith("/desk/sign-in")
    assert cast.coordinator.is_live


# -- what the library brings ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cast")
def test_what_the_library_brings_and_is_not_listed_answers_404(visitor: Visitor) -> None:
    rules = [rule for rule in visitor.app.url_map.iter_rules() if rule.endpoint.startswith("security.")]
    unlisted = [rule for rule in rules if rule.endpoint not in LIBRARY_ROUTES]
    assert unlisted
    for rule in unlisted:
        if "GET" in (rule.methods or ()):
            path = re.sub(r"<[^>]*>", "x", rule.rule)
            assert visitor.get(path).status == 404, rule.endpoint
    for path in ("/desk/us-verify-link?id=1&code=2", "/desk/change-email/x", "/desk/static/x", "/desk/login"):
        assert visitor.get(path).status == 404, path


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/sign-in/code", "/desk/set-up/x"])
def test_a_post_without_our_token_changes_nothing(visitor: Visitor, path: str) -> None:
    fields = {"address": NADIA, "password": PASSWORD, "act": "code", "code": "1"}
    assert visitor.post(path, fields).status == 400
    assert not visitor.cookies() or visitor.get("/desk/account").path.startswith("/desk/sign-in")


@pytest.mark.usefixtures("cast")
def test_ten_thousand_fields_are_refused_in_words(visitor: Visitor) -> None:
    page = visitor.post("/desk/sign-in", {f"f{number}": "x" for number in range(10_000)})
    assert page.status in {400, 413}
    assert page.heading


@pytest.mark.usefixtures("cast")
def test_the_entrance_speaks_arabic(visitor: Visitor) -> None:
    visitor.headers["Accept-Language"] = "ar"
    page = visitor.get("/desk/sign-in")
    html = page.tree
    assert (html.get("lang"), html.get("dir")) == ("ar", "rtl")
