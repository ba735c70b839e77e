"""The ledger as a file: at the desk for the team, at the signing door for the organisation itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.database import db
from coalition.models.record import RecordEntry
from coalition.rendering.ledger import problems_of
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor


def looked_at_withheld() -> int:
    """How often the record notes that somebody looked at withheld names."""
    db.session.rollback()
    return len(db.session.scalars(select(RecordEntry).where(RecordEntry.verb == "withheld names shown")).all())


def test_a_coordinator_takes_the_ledger_along(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    visitor.sign_in(cast.coordinator)
    page = visitor.get(f"/desk/letters/{letter_id}").follow("Ledger of consents")
    pdf = page.form("form").fill(form="pdf").submit()
    assert pdf.content.startswith(b"%PDF")
    document = page.form("form").fill(form="json").submit()
    assert document.headers["Content-Disposition"] == 'attachment; filename="ledger.json"'
    assert problems_of(document.content) == []
    assert [one["organisation"] for one in json.loads(document.content)["signatures"]] == ["Kalina Press Club"]
    assert looked_at_withheld() == 0


def test_withheld_names_are_taken_along_by_a_press_that_the_record_notes(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    visitor.sign_in(cast.coordinator)
    page = visitor.get(f"/desk/letters/{letter_id}/ledger")
    document = page.form("form").fill(form="json", withheld="yes").submit()
    assert b"Northern Lights" in document.content
    assert looked_at_withheld() == 1


def test_an_organisation_takes_its_own_entries_along_under_a_name_that_tells_nothing(
    visitor: Visitor, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    page = (
        visitor.get(builders.link_path(letter_id, cast.small_member))
        .follow("See the receipt")
        .follow("What is recorded")
    )
    document = page.form("/ledger").submit("JSON")
    assert document.headers["Content-Disposition"] == 'attachment; filename="record.json"'
    assert [one["organisation"] for one in json.loads(document.content)["signatures"]] == ["Kalina Press Club"]


def test_who_has_not_answered_has_nothing_to_take_along(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    visitor.get(builders.link_path(letter_id, cast.small_member))
    invitation = builders.invitation_of(letter_id, cast.small_member)
    assert visitor.get(f"/invitation/{invitation.id}/ledger").heading == "Free the reporters"
