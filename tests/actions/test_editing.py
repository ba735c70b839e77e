"""Who has a text open: taken, given back, lapsed; and nobody is ever kept out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from coalition import clock
from coalition.actions import draft, editing, team
from coalition.database import db
from coalition.models.letter import AlreadyPublished, TextIsFrozen
from coalition.models.record import RecordEntry
from tests.builders import a_draft, a_letter, an_open_letter, published
from tests.cast import Cast


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A draft of Nadia's and Omar's."""
    found = a_draft(cast)
    team.join_team(found, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    return found


def held(letter_id: UUID) -> str | None:
    """The name of who has the English text open."""
    db.session.rollback()
    hold = editing.holder(db.session(), a_letter(letter_id).working_version.text("en"), now=clock.now())
    return hold.name if hold else None


def test_whoever_opens_a_text_last_has_it(cast: Cast, letter_id: UUID) -> None:
    assert held(letter_id) is None
    editing.open_text(letter_id, "en", by=cast.coordinator)
    assert held(letter_id) == "Nadia Rahimi"
    editing.open_text(letter_id, "en", by=cast.other_coordinator)
    assert held(letter_id) == "Omar Haddad"
    editing.leave_text(letter_id, "en", by=cast.coordinator)
    assert held(letter_id) == "Omar Haddad"
    editing.leave_text(letter_id, "en", by=cast.other_coordinator)
    assert held(letter_id) is None


def test_a_save_gives_it_back_unless_its_writer_goes_on(cast: Cast, letter_id: UUID) -> None:
    draft.save_text(letter_id, "en", {"body": "One."}, by=cast.coordinator, goes_on=True)
    assert held(letter_id) == "Nadia Rahimi"
    draft.save_text(letter_id, "en", {"body": "Two."}, by=cast.other_coordinator)
    assert held(letter_id) == "Nadia Rahimi"
    draft.save_text(letter_id, "en", {"body": "Three."}, by=cast.coordinator)
    assert held(letter_id) is None


def test_a_save_of_somebody_else_does_not_prolong_it(cast: Cast, letter_id: UUID) -> None:
    start = clock.now()
    editing.open_text(letter_id, "en", by=cast.coordinator)
    with time_machine.travel(start + timedelta(minutes=20)):
        draft.save_text(letter_id, "en", {"body": "His."}, by=cast.other_coordinator)
    with time_machine.travel(start + timedelta(minutes=31)):
        assert held(letter_id) is None


def test_opening_a_text_is_advice_and_not_entered_into_the_record(cast: Cast, letter_id: UUID) -> None:
    before = db.session.query(RecordEntry).count(), a_letter(letter_id).row_version
    editing.open_text(letter_id, "en", by=cast.coordinator)
    editing.leave_text(letter_id, "en", by=cast.coordinator)
    assert (db.session.query(RecordEntry).count(), a_letter(letter_id).row_version) == before


def test_what_does_not_change_any_more_is_not_opened(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    with pytest.raises(TextIsFrozen):
        editing.open_text(letter_id, "en", by=cast.coordinator)
    with pytest.raises(LookupError):
        editing.open_text(letter_id, "fr", by=cast.coordinator)
    published(cast, letter_id)
    with pytest.raises(AlreadyPublished):
        editing.open_text(letter_id, "en", by=cast.coordinator)
