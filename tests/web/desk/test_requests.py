"""Requests to sign at the desk: what helps to decide, one press, a rule whose number is shown, a day to undo."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate, close, request
from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.models.request import RequestToSign
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor


def a_request(cast: Cast, letter_id: UUID, *, name: str = "", address: str = "") -> UUID:
    """A confirmed request; its id."""
    request_id = builders.asked(cast, letter_id, name=name, address=address)
    request.confirm(request_id)
    return request_id


def decision_of(request_id: UUID) -> str | None:
    db.session.rollback()
    return db.session.get_one(RequestToSign, request_id).decision


def test_a_request_is_shown_with_what_helps_to_tell_who_asks(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    a_request(cast, letter_id, name="Kalina Press-Club", address="somebody@gmail.com")
    page = nadia.get(f"/desk/letters/{letter_id}/requests")
    for words in ("Kalina Press-Club", "a free mail service", "by the open call", "We report from there."):
        assert words in page.words
    assert f"Take as a contact of {cast.small_member.name} and invite" in page.words


def test_an_odd_name_is_pointed_out_in_the_queue(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    a_request(cast, letter_id, name="REPORTERS OF THE WHOLE COAST")
    assert "Look at the name:" in nadia.get(f"/desk/letters/{letter_id}/requests").words


def test_the_queue_does_not_tell_who_signed_with_the_name_withheld(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    a_request(cast, letter_id, name=cast.unnamed_member.name, address="x@lights.example")
    path = f"/desk/letters/{letter_id}/requests"
    before = nadia.get(path).words
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    assert nadia.get(path).words == before


def test_one_press_invites(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    request_id = a_request(cast, letter_id)
    path = f"/desk/letters/{letter_id}/requests"
    done = nadia.get(path).form(str(request_id)).submit("Add as a guest and invite")
    assert "The invitation is on its way." in done.words
    assert decision_of(request_id) == "invited"


def test_a_refusal_needs_a_reason_and_can_be_taken_back(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    request_id = a_request(cast, letter_id)
    path = f"/desk/letters/{letter_id}/requests"
    form = nadia.get(path).form(str(request_id))
    assert form.submit("Refuse").status == 422
    form.fill(reason="late").submit("Refuse")
    assert decision_of(request_id) == "refused"
    back = nadia.get(f"{path}?show=decided").form("undo").submit()
    assert "1 request waits again." in back.words
    assert decision_of(request_id) is None


def filled(shown: Page) -> dict[str, str]:
    """The form that refuses those who are shown, with a reason."""
    fields = next(form.fields for form in shown.forms if "seal" in form.fields)
    return {name: values[0] for name, values in fields.items()} | {"reason": "other"}


def test_a_rule_shows_its_number_before_it_refuses(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    caught = [a_request(cast, letter_id, name=f"Spam {secrets.token_hex(3)}") for _ in range(2)]
    spared = a_request(cast, letter_id)
    path = f"/desk/letters/{letter_id}/requests/rule"
    shown = nadia.get(f"{path}?by=words&value=spam")
    assert "Refuse 2 requests" in shown.words
    late = a_request(cast, letter_id, name="Spam again")
    answer = nadia.post(path, filled(shown))
    assert answer.status == 409
    assert {decision_of(one) for one in (*caught, late, spared)} == {None}
    shown = nadia.get(f"{path}?by=words&value=spam")
    nadia.post(path, filled(shown))
    assert {decision_of(one) for one in (*caught, late)} == {"refused"}
    assert decision_of(spared) is None


def test_what_was_set_aside_is_listed_apart_and_freed(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    for _ in range(4):
        builders.asked(cast, letter_id, address="ada@coast.example")
    path = f"/desk/letters/{letter_id}/requests"
    assert "1 set aside" in nadia.get(path).words
    aside = nadia.get(f"{path}?show=aside")
    assert "too many of its address, domain or letter in a day" in aside.words
    held = db.session.scalars(select(RequestToSign.id).where(RequestToSign.quarantined_at.is_not(None))).one()
    freed = aside.form("free").fill(request=held.hex).submit()
    assert "stays set aside" in freed.words


def test_an_invited_organisation_asks_to_be_added_after_closing_and_loses_nothing_it_typed(
    nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    member = visitors()
    page = member.get(builders.link_path(letter_id, cast.small_member))
    close.close(letter_id, by=cast.coordinator)
    late = page.form("sign").fill(visibility="named", role="Treasurer", authority="yes").submit()
    assert late.status == 409
    asking = late.form("/ask")
    assert asking.submit().status == 422
    done = asking.fill(confirm="yes").submit()
    assert "The coordinators decide, and write to you." in done.words
    queue = nadia.get(f"/desk/letters/{letter_id}/requests")
    assert "Its own link proves who asks." in queue.words
    assert "Treasurer" in queue.words
    late_id = db.session.scalars(select(RequestToSign.id)).one()
    accepted = queue.form(str(late_id)).submit("Accept")
    assert "waits until the letter is open or rolling again" in accepted.words
    assert db.session.scalars(select(Invitation)).one().answered_at is None
    circulate.extend(letter_id, deadline_at=clock.now() + timedelta(days=1), by=cast.coordinator)
    again = member.get(builders.link_path(letter_id, cast.small_member))
    assert again.form("sign").fields["role"] == ["Treasurer"]
