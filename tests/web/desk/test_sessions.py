"""Where a person is signed in: one row for each browser, which its person sees and ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select, update

from coalition import clock
from coalition.actions import enter, hold_back, sessions
from coalition.actions.team import NotAllowed
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.account import Account
from coalition.models.desk_session import DeskSession
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import HOUSE_CHAIN, RecordEntry
from coalition.web import device
from tests.cast import PASSWORD, Cast
from tests.visitor import Visitor

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def at_home(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Nadia at home."""
    return signed_in(visitors(), cast, FIREFOX)


@pytest.fixture
def on_the_way(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Nadia's telephone."""
    return signed_in(visitors(), cast, IPHONE)


def signed_in(visitor: Visitor, cast: Cast, browser: str) -> Visitor:
    visitor.headers["User-Agent"] = browser
    visitor.sign_in(cast.coordinator)
    return visitor


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/desk/account").path == "/desk/account"


def rows() -> list[DeskSession]:
    db.session.rollback()
    return list(db.session.scalars(select(DeskSession).order_by(DeskSession.began_at)))


def verbs() -> list[tuple[str, str]]:
    query = select(RecordEntry.verb, RecordEntry.actor_kind).where(RecordEntry.chain == HOUSE_CHAIN)
    return [(verb, kind) for verb, kind in db.session.execute(query.order_by(RecordEntry.number))]


# -- what is kept --------------------------------------------------------------------------------------------------


def test_a_row_keeps_browser_and_system_and_the_cookie_does_not_stand_in_it(at_home: Visitor) -> None:
    (row,) = rows()
    assert (row.device, row.came_by, row.second_step) == ("Firefox, Linux", "password", "")
    assert row.ends_at - row.began_at == timedelta(hours=12)
    (cookie,) = (cookie for cookie in at_home.cookies() if cookie.key == "desk")
    token = at_home.app.session_interface.get_signing_serializer(at_home.app).loads(cookie.value)["session"]  # type: ignore[attr-defined]  # Flask's for its cookies
    assert token.encode() not in row.token_hash
    assert sessions.find(token, row.account.fs_uniquifier) is not None


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (IPHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari, macOS"),
        ("something <b>else</b>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_a_few_words_of_our_own(user_agent: str, words: str) -> None:
    assert device.in_words(user_agent) == words


def test_a_session_is_over_after_twelve_hours_whatever_its_cookie_says(at_home: Visitor) -> None:
    assert is_in(at_home)
    with transaction() as session:
        (row,) = session.scalars(select(DeskSession))
        row.ends_at = clock.now() - timedelta(seconds=1)
    assert not is_in(at_home)


@pytest.mark.parametrize("what", ["DeskSession", "Account"])
def test_what_another_process_ended_is_dead_at_once(at_home: Visitor, what: str) -> None:
    assert is_in(at_home)
    ended = update({"DeskSession": DeskSession, "Account": Account}[what]).values(ended_at=clock.now())
    with db.engine.begin() as connection:
        connection.execute(ended)
    assert not is_in(at_home)


def test_rows_that_are_long_over_are_deleted(at_home: Visitor, on_the_way: Visitor) -> None:
    assert is_in(at_home)
    on_the_way.get("/desk/account").form("sign-out").submit()
    with time_machine.travel(clock.now() + sessions.KEPT_FOR - timedelta(minutes=1)):
        assert sessions.forget_old() == 0
    with time_machine.travel(clock.now() + sessions.KEPT_FOR + timedelta(minutes=1)):
        assert sessions.forget_old() == 1
        assert len(rows()) == 1
    with time_machine.travel(clock.now() + sessions.KEPT_FOR + timedelta(hours=13)):
        assert sessions.forget_old() == 1


def test_looking_leaves_no_trace_and_saving_moves_the_last_use_each_quarter_of_an_hour(at_home: Visitor) -> None:
    began = rows()[0].seen_at
    for minutes, moves in ((14, False), (16, True)):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            page = at_home.get("/desk/account")
            assert rows()[0].seen_at == began
            page.form("account").submit("Save the account")
            assert (rows()[0].seen_at == clock.now()) is moves


# -- what ends one -------------------------------------------------------------------------------------------------


def test_signing_out_ends_this_browser_and_no_other(at_home: Visitor, on_the_way: Visitor) -> None:
    on_the_way.get("/desk/account").form("sign-out").submit()
    assert (is_in(at_home), is_in(on_the_way)) == (True, False)


def test_one_session_is_ended_from_another(at_home: Visitor, on_the_way: Visitor) -> None:
    page = at_home.get("/desk/account")
    assert "Firefox, Linux" in page.words
    assert "Safari, iPhone" in page.words
    assert page.words.count("This one") == 1
    page = page.form("Sign out there").submit()
    assert "That browser is signed out." in page.words
    assert "Safari, iPhone" not in page.words
    assert (is_in(at_home), is_in(on_the_way)) == (True, False)


def test_all_others_are_ended_at_once_and_that_stands_in_the_record(at_home: Visitor, on_the_way: Visitor) -> None:
    at_home.get("/desk/account").form("Sign out everywhere").submit()
    assert (is_in(at_home), is_in(on_the_way)) == (True, False)
    assert verbs()[-1] == ("sessions ended", "account")


def test_nobody_ends_a_session_of_somebody_else_by_its_number(at_home: Visitor, omar: Visitor) -> None:
    page = omar.get("/desk/account")
    token = page.form("sign-out").fields["csrf_token"][0]
    number = next(row.id for row in rows() if row.device)
    omar.post(f"/desk/account/sessions/{number}/end", {"csrf_token": token})
    assert is_in(at_home)


def test_a_new_password_ends_the_others_and_leaves_this_one_with_its_second_step(
    at_home: Visitor, on_the_way: Visitor
) -> None:
    with transaction() as session:
        (first,) = session.scalars(select(DeskSession.id).where(DeskSession.device == "Firefox, Linux"))
        session.get_one(DeskSession, first).second_step = "app"
    form = at_home.get("/desk/account").form("password")
    form.fill(current=PASSWORD, password="another long pass phrase").submit()
    assert (is_in(at_home), is_in(on_the_way)) == (True, False)
    here, there = rows()
    assert (here.id, here.second_step, here.ended_at) == (first, "app", None)
    assert there.ended_at is not None


def test_the_cookie_from_before_a_new_password_opens_nothing(at_home: Visitor) -> None:
    (copied,) = (cookie for cookie in at_home.cookies() if cookie.key == "desk")
    form = at_home.get("/desk/account").form("password")
    form.fill(current=PASSWORD, password="another long pass phrase").submit()
    at_home.client.set_cookie("desk", copied.value, domain=copied.domain, path=copied.path)
    assert not is_in(at_home)


def test_whoever_came_by_a_link_is_asked_for_the_password_before_the_second_change(
    visitor: Visitor, cast: Cast
) -> None:
    token = enter.make_set_up_link(cast.other_coordinator_id)
    visitor.get(f"/desk/set-up/{token}").form(0).fill(password=PASSWORD).submit()
    visitor.get("/desk/account").form("password").fill(password="another long pass phrase").submit()
    form = visitor.get("/desk/account").form("password")
    assert form.has_field("current")


def test_an_ended_account_and_a_restored_backup_end_every_session(at_home: Visitor, omar: Visitor, cast: Cast) -> None:
    enter.end_account(cast.other_coordinator_id, by=cast.coordinator)
    assert not is_in(omar)
    assert is_in(at_home)
    db.session.rollback()
    with db.engine.begin() as connection:
        hold_back.hold_back(connection, made_at=clock.now())
    assert not is_in(at_home)
    assert all(row.ended_at for row in rows())


# -- administrators ------------------------------------------------------------------------------------------------


def test_an_administrator_sees_how_many_and_ends_all_and_the_colleague_is_told(
    at_home: Visitor, omar: Visitor, cast: Cast
) -> None:
    page = at_home.get("/desk/team")
    assert "Sign out of 1 browser" in page.words
    assert "Firefox" not in page.words
    page = page.form("Sign out of 1 browser").submit()
    assert "Omar Haddad is signed out of 1 browser, and told so by mail." in page.words
    assert (is_in(at_home), is_in(omar)) == (True, False)
    assert verbs()[-1] == ("sessions ended", "account")
    (told,) = [row for row in db.session.scalars(select(OutgoingEmail)) if row.context["kind"] == "account_changed"]
    assert told.recipient == f"account:{cast.other_coordinator_id.hex}"
    assert "Nadia Rahimi, an administrator, signed you out" in " ".join(letters.make(db.session(), told).text.split())


def test_a_colleague_who_is_no_administrator_sees_and_ends_nothing(at_home: Visitor, omar: Visitor, cast: Cast) -> None:
    page = omar.get("/desk/team")
    assert "browser" not in page.words
    token = page.form("sign-out").fields["csrf_token"][0]
    assert omar.post(f"/desk/team/{cast.coordinator_id}/sessions/end", {"csrf_token": token}).status == 403
    assert is_in(at_home)
    with pytest.raises(NotAllowed):
        sessions.end_colleagues(cast.coordinator_id, by=cast.other_coordinator)


def test_a_colleague_who_is_not_there_is_not_found(at_home: Visitor, cast: Cast) -> None:
    token = at_home.get("/desk/account").form("sign-out").fields["csrf_token"][0]
    for number in (uuid4(), cast.coordinator_id):
        assert at_home.post(f"/desk/team/{number}/sessions/end", {"csrf_token": token}).status == 404
