"""At the door: what was recorded, confirmed or objected to with one press, by whoever is known there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate
from coalition.actions.acts import standing_signature
from coalition.actions.record_on_behalf import Recording, Said, record_answers
from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.models.objection import Objection
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from coalition.models.signature import Signature
    from tests.cast import Cast
    from tests.visitor import Form, Page, Visitor


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    said = Said(way="meeting", who="Ana Petrova", role="Chair", on=clock.now().date(), words="secret words")
    record_answers(
        letter_id, Recording(uuid4(), "sign", 1, (cast.small_member.organisation_id,), said), by=cast.coordinator
    )
    return letter_id


@pytest.fixture
def page(letter_id: UUID, visitor: Visitor, cast: Cast) -> Page:
    return visitor.get(builders.link_path(letter_id, cast.small_member))


def form_of(page: Page, button: str) -> Form:
    return next(one for one in page.forms if one.has_button(button))


def signature(letter_id: UUID, cast: Cast) -> Signature:
    db.session.rollback()
    found = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert found is not None
    return found


def test_the_link_leads_to_what_was_recorded_and_the_text(page: Page) -> None:
    assert page.path.endswith("/recorded")
    assert page.heading == "It is recorded that Kalina Press Club signs"
    for words in ("Nadia Rahimi", "Ana Petrova, Chair", "(in a meeting)", "Free the reporters.", "Leave and clear"):
        assert words in page.words
    assert "secret words" not in page.text


@pytest.mark.parametrize(("button", "said"), [("Confirm for", "agrees"), ("This is not right", "did not say this")])
def test_a_form_sent_as_it_came_records_nothing(
    page: Page, letter_id: UUID, cast: Cast, button: str, said: str
) -> None:
    answer = form_of(page, button).submit(button)
    assert answer.status == 422
    assert said in answer.errors[0]
    assert len(signature(letter_id, cast).consents) == 1
    assert signature(letter_id, cast).suspended_at is None


def test_one_press_confirms_and_nothing_is_asked_any_more(page: Page, letter_id: UUID, cast: Cast) -> None:
    answer = form_of(page, "Confirm for").fill(keep="yes").submit("Confirm")
    assert "The signature is kept" in answer.heading
    assert signature(letter_id, cast).consents[-1].wording_id == "confirmed-1"
    again = page.visitor.get(builders.link_path(letter_id, cast.small_member))
    assert not again.path.endswith("/recorded")
    late = form_of(page, "This is not right").fill(object="yes").submit("This is not right")
    assert late.status == 409
    assert "answered meanwhile" in late.words


def test_one_press_objects_and_says_what_follows(page: Page, letter_id: UUID, cast: Cast) -> None:
    answer = (
        form_of(page, "This is not right").fill(object="yes", reason="Nobody asked us.").submit("This is not right")
    )
    assert answer.heading == "The signature is disputed"
    assert signature(letter_id, cast).suspended_at is not None
    (objection,) = db.session.scalars(select(Objection)).all()
    assert objection.words == "Nobody asked us."
    form_of(page, "This is not right").fill(object="yes").submit("This is not right")
    assert len(db.session.scalars(select(Objection)).all()) == 1


def test_a_long_reason_comes_back_whole(page: Page) -> None:
    answer = form_of(page, "This is not right").fill(object="yes", reason="x" * 6000).submit("This is not right")
    assert answer.status == 422
    assert form_of(answer, "This is not right").fields["reason"] == ["x" * 6000]


def test_whoever_was_only_told_can_object_too(letter_id: UUID, cast: Cast, visitors: Callable[..., Visitor]) -> None:
    kofi = db.session.scalars(select(Invitation).where(Invitation.contact_id == cast.colleague_contact_id)).one()
    page = visitors().get(builders.link_path_of(kofi))
    form_of(page, "This is not right").fill(object="yes").submit("This is not right")
    assert signature(letter_id, cast).suspended_at is not None


def test_it_works_without_cookies(letter_id: UUID, cast: Cast, visitors: Callable[..., Visitor]) -> None:
    stranger = visitors(cookies=False)
    pasted = stranger.get(builders.link_path(letter_id, cast.small_member))
    pasted = pasted.form(0).fill(link=builders.link_path(letter_id, cast.small_member)).submit()
    page = form_of(pasted, "Confirm it, or say").submit("Confirm it, or say")
    answer = form_of(page, "Confirm for").fill(keep="yes").submit("Confirm")
    assert "The signature is kept" in answer.heading


def test_the_other_pages_say_who_recorded_it_and_lead_there(page: Page, letter_id: UUID, cast: Cast) -> None:
    whole = page.follow("Back to the letter")
    assert "The coordinators recorded on" in whole.words
    assert whole.follow("Confirm it, or say that it is not right").path.endswith("/recorded")
    receipt = whole.follow("See the receipt")
    assert "because Ana Petrova said so" in receipt.words
    del letter_id, cast


def test_without_anything_recorded_the_page_is_the_letter(cast: Cast, visitor: Visitor, letter_id: UUID) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    assert "recorded" not in visitor.get(page.path.partition("?")[0] + "/recorded").heading


def test_a_link_that_was_ended_meanwhile_records_nothing(page: Page, letter_id: UUID, cast: Cast) -> None:
    circulate.revoke(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)
    assert form_of(page, "This is not right").fill(object="yes").submit("This is not right").status == 410
    assert signature(letter_id, cast).suspended_at is None
