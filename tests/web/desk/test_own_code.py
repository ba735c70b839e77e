"""The desk's own organisation on a sensitive letter: each act of the account needs a code from its mailbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import answer, reconfirm
from coalition.actions.acts import CodeNeeded, standing_signature
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.link import Link
from coalition.models.step_up_code import StepUpCode
from tests import builders
from tests.stepping_up import another, code_form, mailed_codes, make_sensitive
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

SIGN = {"visibility": "named", "role": "Coordinator “for all”", "authority": "yes"}


def an_own_signature(visitor: Visitor, cast: Cast, act: str, *, visibility: str = "named") -> UUID:
    """An open letter, that the desk's own organisation can answer so."""
    letter_id = builders.an_open_letter(cast)
    if act != "sign":
        visitor.get(path_of(letter_id, "sign")).form("/sign").fill(SIGN | {"visibility": visibility}).submit()
    if act == "keep":
        builders.amended(cast, letter_id)
    return letter_id


def send(visitor: Visitor, letter_id: UUID, act: str) -> Page:
    """Open the page and do it."""
    page = visitor.get(path_of(letter_id, "sign"))
    if act == "sign":
        return page.form("/sign").fill(SIGN | {"name-en": "Free Voices “& Sons”"}).submit()
    return page.form(f"/{act}").fill({"keep": {"keep": "yes"}, "withdraw": {"sure": "yes"}}[act]).submit()


def acts() -> list[str]:
    """What the ledger has."""
    db.session.rollback()
    return [one.act for one in db.session.scalars(select(Consent).order_by(Consent.number))]


DONE = {"sign": ["sign"], "keep": ["sign", "keep"], "withdraw": ["sign", "withdraw"]}


@pytest.mark.parametrize("act", DONE)
def test_each_act_is_recorded_with_the_code_from_the_mailbox_and_not_without(
    nadia: Visitor, cast: Cast, act: str
) -> None:
    letter_id = make_sensitive(an_own_signature(nadia, cast, act))
    asked = send(nadia, letter_id, act)
    assert acts() == DONE[act][:-1]
    [(address, code)] = mailed_codes()
    assert address == cast.coordinator.email
    assert code not in asked.text
    wrong = code_form(asked).fill(code=another(code)).submit()
    assert (wrong.status, "You can try 4 more times." in wrong.words) == (422, True)
    assert acts() == DONE[act][:-1]
    form = code_form(wrong).fill(code=code)
    assert form.submit().path == path_of(letter_id, "sign")
    assert acts() == DONE[act]
    form.submit()
    assert acts() == DONE[act]
    if act == "sign":
        signature = standing_signature(db.session(), letter_id, cast.coordinator.organisation_id)
        assert signature is not None
        assert signature.printed_names["und"] == "Free Voices “& Sons”"
        assert signature.role == "Coordinator “for all”"
    db.session.rollback()
    assert all(one.link.account_id == cast.coordinator.id for one in db.session.scalars(select(StepUpCode)))


def test_a_withheld_name_is_withdrawn_with_a_code_on_any_letter(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_own_signature(nadia, cast, "withdraw", visibility="withheld")
    asked = send(nadia, letter_id, "withdraw")
    assert acts() == ["sign"]
    [(_, code)] = mailed_codes()
    code_form(asked).fill(code=code).submit()
    assert acts() == ["sign", "withdraw"]


@pytest.mark.parametrize("act", DONE)
def test_the_verb_itself_refuses_without_a_code(nadia: Visitor, cast: Cast, act: str) -> None:
    letter_id = make_sensitive(an_own_signature(nadia, cast, act))
    shown = replace(builders.shown_to(builders.invitation_of(letter_id, cast.small_member)), is_proved=False)
    form = answer.SigningForm("k" * 32, shown, "Nadia", "Coordinator", {"und": "Free Voices"}, is_withheld=False)
    verb: Callable[[], object] = {
        "sign": lambda: answer.sign_at_desk(letter_id, form, by=cast.coordinator),
        "keep": lambda: reconfirm.keep_at_desk(letter_id, key="k" * 32, shown=shown, by=cast.coordinator),
        "withdraw": lambda: answer.withdraw_at_desk(letter_id, key="k" * 32, shown=shown, by=cast.coordinator),
    }[act]
    with pytest.raises(CodeNeeded):
        verb()
    assert acts() == DONE[act][:-1]


def test_a_code_is_over_after_ten_minutes_and_dies_of_five_tries(nadia: Visitor, cast: Cast) -> None:
    letter_id = make_sensitive(an_own_signature(nadia, cast, "sign"))
    first, second = send(nadia, letter_id, "sign"), send(nadia, letter_id, "sign")
    codes = [code for _, code in mailed_codes()]
    assert len(codes) == 2
    assert code_form(first).fill(code=codes[1]).submit().status == 422
    for _ in range(4):
        code_form(first).fill(code=another(codes[0])).submit()
    assert "works no more" in code_form(first).fill(code=codes[0]).submit().words
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        late = code_form(second).fill(code=codes[1]).submit()
        assert (late.status, "This code works no more." in late.words) == (422, True)
    assert acts() == []


def test_a_code_of_one_session_is_of_no_use_in_another(
    nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id = make_sensitive(an_own_signature(nadia, cast, "sign"))
    asked = code_form(send(nadia, letter_id, "sign"))
    [(_, code)] = mailed_codes()
    elsewhere = visitors()
    elsewhere.sign_in(cast.coordinator)
    fields = {name: values for name, values in asked.fields.items() if name not in {"csrf_token", "another_code"}}
    token = elsewhere.get(path_of(letter_id, "sign")).form("/sign").fields["csrf_token"]
    refused = elsewhere.post(path_of(letter_id, "sign"), fields | {"csrf_token": token, "code": code})
    assert refused.status == 422
    assert acts() == []


def test_the_row_that_codes_of_an_account_belong_to_opens_nothing(nadia: Visitor, cast: Cast) -> None:
    letter_id = make_sensitive(an_own_signature(nadia, cast, "sign"))
    for _ in range(2):
        send(nadia, letter_id, "sign")
    db.session.rollback()
    live = Link.revoked_at.is_(None) & (Link.account_id == cast.coordinator.id)
    assert db.session.scalar(select(func.count()).select_from(Link).where(live)) == 0
    assert db.session.scalar(select(func.count(func.distinct(StepUpCode.link_id)))) == 1
