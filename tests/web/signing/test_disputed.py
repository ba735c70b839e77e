"""A signature that is off the list: what its organisation says of it, and that coordinators are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import dispute, reconfirm
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.emails import letters
from coalition.models.letter import Tally
from coalition.models.objection import Objection
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    return letter_id


def told() -> list[str]:
    """What waits for coordinators about disputes."""
    db.session.rollback()
    rows = [
        one
        for one in db.session.scalars(select(OutgoingEmail))
        if one.context_or_empty.get("kind") == "objection_received"
    ]
    return [letters.make(db.session(), row).text for row in rows]


def test_a_suspended_organisation_says_its_word_at_its_door(
    visitor: Visitor, visitors: Callable[..., Visitor], cast: Cast, letter_id: UUID
) -> None:
    builders.joined(cast, letter_id, cast.other_coordinator_id)
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    dispute.suspend(letter_id, cast.small_member.organisation_id, reason="The chair says no.", by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    empty = page.form("not-us").submit()
    assert (empty.status, empty.errors) == (422, ["Write what your organisation says"])
    sent = page.form("not-us").fill(reason="The board agreed on 1 March.")
    assert [sent.submit().heading for _ in range(2)] == ["The signature is disputed"] * 2
    listed = nadia.get(f"/desk/letters/{letter_id}/disputes").words
    assert listed.count("The board agreed on 1 March.") == 1
    assert "Kalina Ivanova:" in listed
    assert len(told()) == 3  # Omar of the suspension at once, both of the word, Omar an hour later


@pytest.mark.only_on("sqlite")  # what a page answers does not hang on the database
def test_a_word_after_it_was_settled_is_kept_and_recorded_nowhere(
    visitor: Visitor, cast: Cast, letter_id: UUID
) -> None:
    dispute.suspend(letter_id, cast.small_member.organisation_id, reason="In doubt.", by=cast.coordinator)
    form = visitor.get(builders.link_path(letter_id, cast.small_member)).form("not-us").fill(reason="We agreed.")
    [objection] = dispute.to_settle(db.session(), letter_id)
    dispute.release(letter_id, objection.id, reason="They did.", by=cast.coordinator)
    late = form.submit()
    assert late.status == 409
    assert "settled meanwhile" in late.words


def test_coordinators_are_led_to_where_it_is_settled_whatever_was_said(cast: Cast, letter_id: UUID) -> None:
    builders.amended(cast, letter_id, "typographical", body=builders.BODY + "\nNow!\n")
    builders.objected(letter_id, cast.small_member)
    [mail] = told()
    assert f"/desk/letters/{letter_id}?state=suspended" in mail
    invitation = builders.invitation_of(letter_id, cast.small_member)
    reconfirm.dispute(invitation.id, shown=builders.shown_to(invitation))
    assert f"/desk/letters/{letter_id}/disputes" in told()[0]


def test_who_confirms_what_was_recorded_lifts_what_it_said_against_it(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.recorded(cast, letter_id, cast.small_member)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    against = next(one for one in page.forms if one.has_button("This is not right"))
    against.fill(object="yes").submit("This is not right")
    again = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert "This signature is disputed" in again.words
    again = again.follow("Confirm it, or say that it is not right")
    form = next(one for one in again.forms if one.has_button("Confirm for"))
    assert "The signature is kept" in form.fill(keep="yes").submit("Confirm").heading
    db.session.rollback()
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert signature.suspended_at is None
    assert db.session.scalars(select(Objection.id).where(Objection.resolved_on.is_(None))).all() == []
    assert db.session.get_one(Tally, letter_id).signed == 1
