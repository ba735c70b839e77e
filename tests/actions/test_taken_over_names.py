"""A name that a record of the past prints can leave as well, where somebody says that it is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import mask, take_over
from coalition.actions.taken_over_names import lines_named_like
from coalition.database import db
from coalition.intake.letter_file import Line, ListGroup
from coalition.models.edition import PublicLine
from coalition.models.organisation import Organisation
from tests import builders
from tests.actions.test_take_over import a_record
from tests.web.signing.own import at_own_page

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Visitor

NAMES = ("Zebra Watch", "KALINA  Press Club", "Kalina Press Club", "بيت كتّاب عمّان")


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A published letter of the past with those names, two of them like Kalina's."""
    record = a_record(groups=(ListGroup(tuple(Line({"und": name}) for name in NAMES), {"en": "Those who signed"}),))
    letter_id = take_over.import_letter(record, by=cast.coordinator)
    builders.published(cast, letter_id)
    return letter_id


def lines_of(member: Member) -> list[PublicLine]:
    db.session.rollback()
    return lines_named_like(db.session(), db.session.get_one(Organisation, member.organisation_id))


def test_lines_are_found_by_every_name_however_it_is_written(cast: Cast, letter_id: UUID) -> None:
    assert [one.printed["und"] for one in lines_of(cast.small_member)] == list(NAMES[1:3])
    assert [one.printed["und"] for one in lines_of(cast.arabic_member)] == [NAMES[3]]
    assert lines_of(cast.unnamed_member) == []
    assert builders.a_letter(letter_id).slug


def test_only_what_was_chosen_goes_and_nothing_of_others(cast: Cast, letter_id: UUID, visitor: Visitor) -> None:
    chosen = lines_of(cast.small_member)[0].id
    stranger = lines_of(cast.arabic_member)[0].id
    gone = mask.mask_everywhere(cast.small_member.organisation_id, by=cast.coordinator, lines=[chosen, stranger])
    assert gone == 1
    left = db.session.scalars(select(PublicLine.printed).where(PublicLine.letter_id == letter_id)).all()
    assert sorted(one["und"] for one in left) == sorted(set(NAMES) - {NAMES[1]})
    page = visitor.get(f"/letters/{builders.a_letter(letter_id).slug}").text
    assert NAMES[1] not in page
    assert NAMES[2] in page


@pytest.mark.only_on("sqlite")  # what a page offers does not hang on the database
def test_the_organisation_chooses_on_its_own_page(cast: Cast, letter_id: UUID, visitor: Visitor) -> None:
    page = at_own_page(visitor, cast.small_member.contact_id)
    assert "Taken over from records: which of these are you?" in page.words
    line = lines_of(cast.small_member)[1].id
    assert page.form("hide").fill(line=str(line), confirm="yes").submit().status == 200
    assert [one.id == line for one in lines_of(cast.small_member)] == [False]
    assert builders.a_letter(letter_id).slug


@pytest.mark.only_on("sqlite")  # as above
def test_an_administrator_is_shown_them(cast: Cast, letter_id: UUID, visitor: Visitor) -> None:
    visitor.sign_in(cast.coordinator)
    path = f"/desk/directory/{cast.small_member.organisation_id}/hide"
    page = visitor.get(path)
    assert "What we asked for" in page.words
    line = lines_of(cast.small_member)[0].id
    done = page.form("hide").fill(line=str(line), confirm="yes").submit()
    assert "The name has left 1 published list." in done.words
    assert builders.a_letter(letter_id).slug
