"""Handing a link over at the desk: shown once, listed with who made it, ended by a press."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coalition import clock
from coalition.database import db
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    return builders.an_open_letter(cast)


def path(letter_id: UUID, cast: Cast) -> str:
    invitation = builders.invitation_of(letter_id, cast.small_member)
    return f"/desk/letters/{letter_id}/invitations/{invitation.id}/hand-over"


def test_it_is_shown_once_on_an_answer_that_nothing_keeps(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    page = nadia.get(path(letter_id, cast))
    refused = page.form("/hand-over").submit()
    assert refused.status == 422
    assert "Say why mail cannot reach this person." in refused.words
    made = refused.form("/hand-over").fill(reason="Their server is down.").submit()
    (address,) = re.findall(r"/i/[\w.=-]+", made.text)
    assert made.headers["Cache-Control"] == "no-store"
    again = nadia.get(path(letter_id, cast))
    assert address not in again.text
    assert "Nadia Rahimi" in again.words
    assert "Their server is down." in again.words


def test_where_the_mail_came_back_no_reason_is_asked_for(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    builders.invitation_of(letter_id, cast.small_member).bounced_at = clock.now()
    db.session.commit()
    assert "shown only now" in nadia.get(path(letter_id, cast)).form("/hand-over").submit().words


def test_it_opens_the_letter_and_dies_when_it_is_ended(
    nadia: Visitor, letter_id: UUID, cast: Cast, visitors: Callable[..., Visitor]
) -> None:
    made = nadia.get(path(letter_id, cast)).form("/hand-over").fill(reason="x").submit()
    (address,) = re.findall(r"/i/[\w.=-]+", made.text)
    member = visitors()
    page = member.get(address)
    assert "Kalina Press Club" in page.words
    ended = nadia.get(path(letter_id, cast)).form("/end").submit()
    assert "The link works no more." in ended.words
    assert member.get(address).status == 410
    assert member.get(page.path).status == 410
    assert page.form("/sign").submit().status == 410


def test_other_teams_find_nothing(omar: Visitor, nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    made = nadia.get(path(letter_id, cast)).form("/hand-over").fill(reason="x").submit()
    end = made.form("/end").action
    assert omar.get(path(letter_id, cast)).status == 404
    token = {"csrf_token": omar.get("/desk").form("/sign-out").fields["csrf_token"]}
    assert omar.post(path(letter_id, cast), token | {"reason": "x"}).status == 404
    assert omar.post(end, token).status == 404


def test_the_organisations_page_leads_there_and_to_recording(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    page = nadia.get(f"/desk/letters/{letter_id}/organisations/{cast.small_member.organisation_id}")
    assert page.follow("A link to hand over").heading == "A link to hand over to Kalina Ivanova"
    assert page.follow("Record an answer that came in another way").heading == "Record the answer of Kalina Press Club"
