"""Whoever guesses is held up, and holds up nobody else: browsers that signed in before are counted by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.exceptions import ServiceUnavailable

from coalition import clock
from coalition.actions import enter
from coalition.database import db
from coalition.models.account import CODE_TRIES
from coalition.models.limit import TooOften
from coalition.models.outgoing_email import OutgoingEmail
from coalition.web import entrance, turns
from tests.cast import PASSWORD, Cast
from tests.visitor import Visitor
from tests.web.desk.test_entrance import NADIA, OMAR, ask_for_code, code_mailed, is_in, sign_in

TRIES, CODES = enter.TRIES[1], enter.CODES[1]


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[time_machine.Traveller]:
    """The clock stands still at the beginning of a day, so that what is counted for an hour or a day is one number."""
    with time_machine.travel(clock.now().replace(hour=1, minute=1), tick=False) as moment:
        yield moment


def leave(visitor: Visitor) -> Visitor:
    visitor.get("/desk/account").form("sign-out").submit()
    return visitor


@pytest.fixture
def her_browser(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Nadia's, which signed in before and is signed out now."""
    visitor = visitors()
    sign_in(visitor, address=cast.coordinator.email)
    return leave(visitor)


def guess(address: str = NADIA) -> int:
    """Strangers use up what they may try of an address now; says how many tries that were."""
    for tries in count():
        try:
            enter.with_password(address, "a wrong pass phrase", fits=refuse)
        except enter.WrongCredentials:
            continue
        except TooOften:
            return tries
    raise AssertionError


def refuse(_password: str, _known: str | None) -> bool:
    return False


def test_a_strangers_guesses_do_not_keep_her_out_of_a_browser_that_signed_in_before(
    visitors: Callable[..., Visitor], her_browser: Visitor
) -> None:
    guess()
    assert sign_in(visitors()).status == 429
    sign_in(her_browser)
    assert is_in(her_browser, "Nadia Rahimi")


def test_nor_from_showing_in_her_session_that_it_is_her(
    her_browser: Visitor, one_moment: time_machine.Traveller
) -> None:
    sign_in(her_browser)
    one_moment.shift(timedelta(minutes=11))
    guess()
    page = her_browser.get("/desk/account/second-step/app").form("/prove").fill(password=PASSWORD).submit()
    assert page.path == "/desk/account/second-step/app"


@pytest.mark.usefixtures("cast")
def test_coming_in_at_last_sets_the_tries_back() -> None:
    for _ in range(2):
        for _ in range(TRIES - 1):
            with pytest.raises(enter.WrongCredentials):
                enter.with_password(NADIA, "a wrong pass phrase", fits=refuse)
        enter.with_password(NADIA, PASSWORD, fits=lambda *_: True)


def test_her_browser_has_no_more_tries_than_others(her_browser: Visitor, visitors: Callable[..., Visitor]) -> None:
    answers = [sign_in(her_browser, password="a wrong pass phrase").status for _ in range(TRIES + 1)]
    assert answers == [422] * TRIES + [429]
    page = sign_in(her_browser)
    assert page.status == 429
    sign_in(elsewhere := visitors())
    assert is_in(elsewhere, "Nadia Rahimi")


def test_a_browser_is_known_to_its_own_account_alone(her_browser: Visitor) -> None:
    guess(OMAR)
    assert sign_in(her_browser, address=OMAR).status == 429
    assert sign_in(her_browser).path == "/desk"


def test_a_browser_that_two_people_use_is_known_to_both(her_browser: Visitor, cast: Cast) -> None:
    enter.change_password(cast.other_coordinator_id, password=PASSWORD, hash_password=entrance.hash_password)
    sign_in(her_browser, address=OMAR)
    leave(her_browser)
    guess()
    sign_in(her_browser)
    assert is_in(her_browser, "Nadia Rahimi")


@pytest.mark.parametrize("spoil", [lambda value: value.replace(".", ".A", 1), lambda _value: "x.y"])
def test_a_forged_mark_makes_a_stranger(her_browser: Visitor, spoil: Callable[[str], str]) -> None:
    (mark,) = (cookie for cookie in her_browser.cookies() if cookie.key == "known")
    guess()
    her_browser.client.set_cookie("known", spoil(mark.value), domain=mark.domain, path=mark.path)
    assert sign_in(her_browser).status == 429


def test_a_mark_lasts_a_year(her_browser: Visitor, one_moment: time_machine.Traveller) -> None:
    (mark,) = (cookie for cookie in her_browser.cookies() if cookie.key == "known")
    one_moment.shift(timedelta(days=366))
    guess()
    her_browser.client.set_cookie("known", mark.value, domain=mark.domain, path=mark.path)
    assert sign_in(her_browser).status == 429


def test_the_mark_goes_to_the_desk_alone_and_names_nobody(visitor: Visitor, cast: Cast) -> None:
    answer = visitor.get("/desk/sign-in").form("sign-in").fill(address=NADIA, password=PASSWORD).submit(follow=False)
    (said,) = (line for line in answer.headers.getlist("Set-Cookie") if line.startswith("known="))
    assert {"HttpOnly", "Path=/desk", "SameSite=Strict"} <= set(said.split("; "))
    assert not re.search(f"nadia|{cast.coordinator_id}|{cast.coordinator_id.hex}", said, re.IGNORECASE)


@pytest.mark.usefixtures("cast")
def test_strangers_have_a_hundred_tries_a_day_for_all_of_them(
    visitors: Callable[..., Visitor], one_moment: time_machine.Traveller
) -> None:
    tried = 0
    for _quarter in range(20):
        one_moment.shift(timedelta(minutes=15))
        tried += guess()
    assert tried == enter.TRIES_A_DAY[1]
    assert "Try again in 18 hours, or in a browser in which you signed in before." in sign_in(visitors()).words


def test_a_crowd_that_tries_passwords_leaves_her_browser_a_line_of_its_own(
    visitors: Callable[..., Visitor], her_browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns.Lines, "strangers", turns.Line(places=0))
    for address in (NADIA, "nobody@freevoices.example"):
        page = sign_in(visitors(), address=address)
        assert (page.status, page.heading, page.headers["Retry-After"]) == (503, "The site is busy", "5")
    sign_in(her_browser)
    assert is_in(her_browser, "Nadia Rahimi")


def test_one_password_is_proved_at_a_time_and_few_wait() -> None:
    line = turns.Line(places=1)
    for _ in range(2):
        with line.turn():
            assert line._turn.locked()
            with pytest.raises(ServiceUnavailable), line.turn():
                pass
        assert not line._turn.locked()


# -- codes by mail -------------------------------------------------------------------------------------------------


def codes_mailed() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.occasion.startswith("code:"))).all())


def test_a_strangers_wrong_tries_do_not_kill_the_code_that_she_asked_for(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    hers, stranger = visitors(), visitors()
    page = ask_for_code(hers)
    code = code_mailed(cast.coordinator_id)
    theirs = ask_for_code(stranger, address=OMAR)
    for _ in range(CODE_TRIES + 1):
        assert theirs.form("code").fill(address=NADIA, code="00000000").submit().status == 422
    page.form("code").fill(code=code).submit()
    assert is_in(hers, "Nadia Rahimi")


def test_a_code_that_a_stranger_asked_for_does_not_replace_hers(
    visitors: Callable[..., Visitor], cast: Cast, one_moment: time_machine.Traveller
) -> None:
    hers, stranger = visitors(), visitors()
    page = ask_for_code(hers)
    code = code_mailed(cast.coordinator_id)
    one_moment.shift(timedelta(seconds=1))
    ask_for_code(stranger)
    page.form("code").fill(code=code).submit()
    assert is_in(hers, "Nadia Rahimi")


def test_a_code_opens_nothing_in_another_browser(visitors: Callable[..., Visitor], cast: Cast) -> None:
    hers, thief = visitors(), visitors()
    ask_for_code(hers)
    code = code_mailed(cast.coordinator_id)
    page = ask_for_code(thief, address=OMAR).form("code").fill(address=NADIA, code=code).submit()
    assert page.status == 422
    assert not is_in(thief, "Nadia Rahimi")


def test_a_strangers_flood_neither_keeps_her_from_a_code_nor_fills_her_mailbox(
    visitors: Callable[..., Visitor], her_browser: Visitor, cast: Cast, one_moment: time_machine.Traveller
) -> None:
    for _hour in range(4):
        stranger = visitors(inspects=False)
        for _ in range(CODES + 1):
            one_moment.shift(timedelta(microseconds=1))
            last = ask_for_code(stranger).status
        assert last == 429
        one_moment.shift(timedelta(hours=1))
    assert codes_mailed() == enter.CODES_A_DAY[1]
    page = ask_for_code(her_browser)
    page.form("code").fill(code=code_mailed(cast.coordinator_id)).submit()
    assert is_in(her_browser, "Nadia Rahimi")
