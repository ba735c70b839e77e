"""A flood on the public forms: bounded in the database, over within its hour, and nothing to who holds a link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest
import time_machine
from sqlalchemy import event, func, select

from coalition import clock, tokens
from coalition.actions import call, cut, own_page, report, request
from coalition.actions.request import Asked, Sent
from coalition.database import db
from coalition.models.limit import TooOften
from coalition.models.machinery import LimitCounter
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import RequestToSign
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Form, Visitor

FILLED: Final = {"organisation": "Coast", "person": "Ada", "role": "Head", "address": "ada@coast.example"}
LITTLE: Final = 2


@pytest.fixture
def letter_id(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A published letter that takes requests, where each form is full after two."""
    for module, name in (
        (request, "KEPT_PER_LETTER"),
        (report, "KEPT_PER_LETTER"),
        (own_page, "FROM_EVERYBODY"),
    ):
        monkeypatch.setattr(module, name, LITTLE)
    letter = builders.an_open_letter(cast)
    cut.choose_rolling(letter, is_rolling=True, cuts_daily=False, by=cast.coordinator)
    builders.published_open(cast, letter)
    call.take_requests(letter, is_taken=True, by=cast.coordinator)
    return letter


def flood(letter_id: UUID, *, posts: int = LITTLE, call_id: UUID | None = None, name: str = "bot") -> None:
    """Requests from as many addresses of as many networks."""
    for number in range(posts):
        key = f"{name}{number:030d}"
        asked = Asked(f"{name}{number}@net{number}.example", organisation="Bots")
        request.ask(letter_id, asked, Sent(key=key, language="en", call_id=call_id))


def rows() -> int:
    """All that a flood could add to."""
    db.session.rollback()
    return sum(
        db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (RequestToSign, OutgoingEmail, LimitCounter)
    )


def test_a_full_form_says_so_keeps_what_was_typed_and_takes_it_an_hour_later(visitor: Visitor, letter_id: UUID) -> None:
    path = f"/letters/{builders.a_letter(letter_id).slug}"
    forms: dict[str, Form] = {
        "ask": visitor.get(f"{path}/ask").form("ask").fill(FILLED),
        "list": visitor.get(f"{path}/list").form("list").fill(words="We never signed.", address="ada@coast.example"),
        "lost": visitor.get("/lost").form("lost").fill(address="ada@coast.example"),
    }
    flood(letter_id)
    for number in range(LITTLE):
        said = report.Said(name="", words="Bots")
        report.report(letter_id, said, report.Sent(key=f"{number:032d}", language="en"))
        own_page.ask_for_links(f"bot{number}@net{number}.example")
    minute = clock.now() + timedelta(minutes=1)
    for name, form in forms.items():
        with time_machine.travel(minute):
            before = rows()
            page = form.submit()
            assert (page.status, rows()) == (429, before)
        (words,) = page.errors
        assert words.startswith("So many people are sending this form")
        again = page.form(name)
        typed = {field: value for field, value in form.fields.items() if isinstance(value, str)}
        assert {field: again.fields[field][0] for field in typed} == typed
        with time_machine.travel(minute + timedelta(hours=1)):
            assert again.submit().status == 200
            assert rows() > before


def test_a_flood_on_the_page_leaves_the_holders_of_links_alone(visitor: Visitor, letter_id: UUID, cast: Cast) -> None:
    call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    call_id = link.id
    flood(letter_id)
    with pytest.raises(TooOften):
        flood(letter_id, name="other")
    asks = visitor.get(f"/call/{link.token(tokens.ours())}").form("address").fill(FILLED)
    flood(letter_id, call_id=call_id, name="called")
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert asks.submit().status == 429
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    signed = page.form("sign").fill(visibility="named", role="Director", authority="yes").submit()
    assert signed.heading == "You have signed"


def test_one_mailbox_or_a_program_takes_nobodys_room(letter_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "KEPT_PER_ADDRESS", 1)
    monkeypatch.setattr(request, "ODD_PER_LETTER", 1)
    for number in range(4):
        again = Sent(key=f"{number:032d}", language="en")
        request.ask(letter_id, Asked("bot@net.example", organisation="Bots"), again)
        odd = Sent(key=f"odd{number:029d}", language="en", bait="Buy")
        request.ask(letter_id, Asked(f"odd{number}@net.example", organisation="Bots"), odd)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(RequestToSign)) == 2
    flood(letter_id, posts=1)


@pytest.mark.only_on("sqlite")
def test_all_letters_together_take_so_many_requests(letter_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "KEPT_PER_LETTER", LITTLE + 1)
    monkeypatch.setattr(request, "KEPT_OF_ALL", LITTLE)
    flood(letter_id)
    with pytest.raises(TooOften):
        flood(letter_id, posts=1, name="other")


def test_who_is_turned_away_waits_for_no_lock(letter_id: UUID) -> None:
    flood(letter_id)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    with pytest.raises(TooOften):
        flood(letter_id, name="other")
    assert statements
    assert not [one for one in statements if one.startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE"))]


def test_the_coordinator_is_told_that_people_were_turned_away(visitor: Visitor, letter_id: UUID, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    path, said = f"/desk/letters/{letter_id}/requests", "more requests came in an hour than are taken"
    assert said not in visitor.get(path).words
    flood(letter_id)
    assert said in visitor.get(path).words


def test_requests_that_nobody_confirmed_are_forgotten_with_their_links(letter_id: UUID) -> None:
    flood(letter_id)
    kept = db.session.scalars(select(RequestToSign.id)).first()
    assert kept is not None
    request.confirm(kept)
    assert request.forget_unconfirmed() == 0
    with time_machine.travel(clock.now() + request.LINK_WORKS_FOR + timedelta(days=1)):
        assert request.forget_unconfirmed() == LITTLE - 1
    db.session.rollback()
    assert db.session.scalars(select(RequestToSign.id)).all() == [kept]
