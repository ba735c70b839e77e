"""Two worlds that differ only in who the withheld signatory is give the same bytes to every reader."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from coalition.actions import rebuild
from coalition.database import db
from coalition.models.public import PublicBody
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast, Member

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


def test_who_withheld_their_name_shows_nowhere(cast: Cast) -> None:
    """The same story twice in one house, on letters of one title; only the withheld signer differs."""
    with time_machine.travel(NOON, tick=False):
        one = _world(cast, cast.unnamed_member)
        other = _world(cast, cast.arabic_member)
    assert [path.replace("-2", "") for path in other] == list(one)
    for path, body in one.items():
        twin = other[path.replace("/letters/free-the-reporters", "/letters/free-the-reporters-2")]
        assert twin.replace(b"free-the-reporters-2", b"free-the-reporters") == body, path


@pytest.mark.parametrize("how", ["withdrawn", "withheld"])
def test_a_name_that_left_leaves_the_same_page_whatever_made_it_leave(cast: Cast, how: str) -> None:
    with time_machine.travel(NOON, tick=False):
        letter_id = builders.an_open_letter(cast)
        for member in (cast.small_member, cast.arabic_member):
            builders.signed(letter_id, member)
        builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
        builders.published(cast, letter_id)
        getattr(builders, how)(letter_id, cast.small_member)
        page = _bodies(letter_id)["/letters/free-the-reporters"]
    assert b"Kalina Press Club" not in page
    assert b"1 organisation whose name is withheld" in page


def _world(cast: Cast, hidden: Member) -> dict[str, bytes]:
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, hidden, is_withheld=True)
    builders.published(cast, letter_id)
    return _bodies(letter_id)


def _bodies(letter_id: object) -> dict[str, bytes]:
    rebuild.rebuild()
    db.session.rollback()
    rows = db.session.execute(
        select(PublicBody.path, PublicBody.content)
        .where(PublicBody.letter_id == letter_id, PublicBody.encoding == "")
        .order_by(PublicBody.path)
    )
    return {row.path: row.content for row in rows}
