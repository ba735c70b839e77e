"""Persons who sign a sensitive letter for themselves: each of their acts needs a code from their mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import request as verbs
from coalition.actions import show_proof, sign_for_oneself
from coalition.actions.acts import CodeNeeded
from coalition.database import db
from coalition.models.objection import Objection
from coalition.models.request import RequestToSign
from coalition.models.step_up_code import StepUpCode
from tests import builders, persons
from tests.stepping_up import another, code_form, mailed_codes, make_sensitive
from tests.web.public.test_individuals import a_letter, acts, own_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

DAY = timedelta(days=1)


def a_person(cast: Cast, decision: str) -> UUID:
    """Ana's request on a sensitive letter, where she can answer so."""
    letter_id = make_sensitive(a_letter(cast))
    request_id = persons.signed(cast, letter_id, "Ana Brkic")
    if decision == "keep":
        builders.amended(cast, letter_id)
    if decision == "object":
        show_proof.send_proof(letter_id, until_at=clock.now() + DAY, by=cast.coordinator)
    return request_id


def send(visitor: Visitor, request_id: UUID, decision: str) -> Page:
    """Open the page and send one answer."""
    page = visitor.get(own_page(request_id))
    assert "each answer needs a code" in page.words
    if decision == "name":
        return page.form("name").fill(name="Ana “A.” Brkić").submit()
    said = {"words": "Not my title,\r\nnor my “name”."} if decision == "object" else {}
    return page.form("signature").fill(decision=decision, **said).submit()


def objections() -> list[str]:
    """What was said against signatures."""
    db.session.rollback()
    return [one.words for one in db.session.scalars(select(Objection))]


DONE = {
    "keep": (["sign", "keep"], []),
    "object": (["sign"], ["Not my title,\nnor my “name”."]),
    "withdraw": (["sign", "withdraw"], []),
    "name": (["sign", "printed_name"], []),
}


@pytest.mark.parametrize("decision", DONE)
def test_each_act_is_recorded_with_the_code_from_the_mailbox_and_not_without(
    visitor: Visitor, cast: Cast, decision: str
) -> None:
    request_id = a_person(cast, decision)
    asked = send(visitor, request_id, decision)
    assert (acts(), objections()) == (["sign"], [])
    [(address, code)] = mailed_codes()
    assert address == "ana@mail.example"
    assert code not in asked.text
    wrong = code_form(asked).fill(code=another(code)).submit()
    assert (wrong.status, "You can try 4 more times." in wrong.words) == (422, True)
    assert (acts(), objections()) == (["sign"], [])
    form = code_form(wrong).fill(code=code)
    assert form.submit().path == own_page(request_id)
    assert (acts(), objections()) == DONE[decision]
    assert form.submit().path == own_page(request_id)
    assert (acts(), objections()) == DONE[decision]
    assert db.session.scalar(select(func.count()).select_from(StepUpCode)) == 0


@pytest.mark.parametrize("decision", DONE)
def test_the_verb_itself_refuses_without_a_code(cast: Cast, decision: str) -> None:
    request_id = a_person(cast, decision)
    seen = persons.seen(request_id)
    act: Callable[[], None] = {
        "keep": lambda: sign_for_oneself.keep(request_id, key="k" * 32, seen=seen),
        "object": lambda: sign_for_oneself.object_to(request_id, key="k" * 32, seen=seen, against="page_proof"),
        "withdraw": lambda: sign_for_oneself.withdraw(request_id, key="k" * 32),
        "name": lambda: sign_for_oneself.correct_name(request_id, key="k" * 32, name="Ana"),
    }[decision]
    with pytest.raises(CodeNeeded):
        act()
    assert (acts(), objections()) == (["sign"], [])


def test_who_signs_for_themselves_confirms_with_a_code_and_takes_back_without(visitor: Visitor, cast: Cast) -> None:
    letter_id = make_sensitive(a_letter(cast))
    request_id = persons.asked(letter_id, is_confirmed=False)
    asked = visitor.get(own_page(request_id)).form().fill(was_us="yes").submit()
    assert db.session.get_one(RequestToSign, request_id).confirmed_at is None
    with pytest.raises(CodeNeeded):
        verbs.confirm(request_id)
    [(address, code)] = mailed_codes()
    assert address == "ana@mail.example"
    assert code_form(asked).fill(code=another(code)).submit().status == 422
    assert db.session.get_one(RequestToSign, request_id).confirmed_at is None
    form = code_form(asked).fill(code=code)
    assert [form.submit().heading for _ in range(2)] == ["Your address is confirmed"] * 2
    other = persons.asked(letter_id, "Ben Roth", is_confirmed=False)
    assert visitor.get(own_page(other)).form().fill(was_us="no").submit().heading == "It was not you"


def test_a_code_is_over_after_ten_minutes_and_another_one_can_be_sent(visitor: Visitor, cast: Cast) -> None:
    request_id = a_person(cast, "withdraw")
    asked = send(visitor, request_id, "withdraw")
    [(_, code)] = mailed_codes()
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        late = code_form(asked).fill(code=code).submit()
        assert (late.status, "This code works no more." in late.words) == (422, True)
        assert acts() == ["sign"]
        again = code_form(late).fill(another_code="yes").submit()
        assert code_form(again).has_field("code")
        codes = db.session.scalars(select(StepUpCode)).all()
        assert len(codes) == 1


def test_after_five_tries_the_right_code_is_of_no_use(visitor: Visitor, cast: Cast) -> None:
    asked = send(visitor, a_person(cast, "withdraw"), "withdraw")
    [(_, code)] = mailed_codes()
    for _ in range(5):
        code_form(asked).fill(code=another(code)).submit()
    assert "works no more" in code_form(asked).fill(code=code).submit().words
    assert acts() == ["sign"]


def test_a_code_is_for_the_page_it_was_asked_on_and_for_what_was_typed_there(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    request_id = a_person(cast, "withdraw")
    asked = send(visitors(), request_id, "withdraw")
    elsewhere = send(visitors(), request_id, "withdraw")
    codes = [code for _, code in mailed_codes()]
    assert len(codes) == 2
    name = code_form(send(visitors(), request_id, "name"))
    for form in (
        code_form(elsewhere).fill(code=codes[0]),
        code_form(asked).fill(code=codes[1]),
        name.fill(code=codes[0]),
    ):
        assert form.submit().status == 422
    assert acts() == ["sign"]


def test_what_was_kept_is_withdrawn_from_the_same_page_after(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    request_id = persons.signed(cast, letter_id)
    builders.amended(cast, letter_id)
    page = visitor.get(own_page(request_id))
    for decision in ("keep", "withdraw"):
        page.form("signature").fill(decision=decision).submit()
    assert acts() == ["sign", "keep", "withdraw"]


def test_a_letter_that_is_not_sensitive_asks_for_no_code(visitor: Visitor, cast: Cast) -> None:
    request_id = persons.signed(cast, a_letter(cast))
    page = visitor.get(own_page(request_id))
    assert "needs a code" not in page.words
    assert page.form("signature").fill(decision="withdraw").submit().heading == "You have withdrawn your signature"
    assert mailed_codes() == []
