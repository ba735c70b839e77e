"""Lines of long lists that a process keeps: never longer than they are true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import cut, freshen, rebuild
from coalition.actions.pace import STORES, Pace
from coalition.database import db
from coalition.models.public import PublicBody, PublicLetter
from coalition.rendering import bodies, kept_lines
from coalition.rendering.bodies import Turn
from coalition.rendering.edition import printed_letter
from tests import builders
from tests.builders import an_open_letter

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture(autouse=True)
def every_list_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_lines, "WORTH_KEEPING", 1)
    monkeypatch.setattr(kept_lines, "_kept", {})


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A rolling letter that is published with one name."""
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=False, by=cast.coordinator)
    builders.published_open(cast, letter_id)
    return letter_id


def names(letter_id: UUID) -> tuple[set[str], int]:
    letter = printed_letter(db.session(), db.session.get_one(PublicLetter, letter_id), may_keep=True)
    return {line.names["und"] for line in letter.lines}, letter.serial


def test_lines_are_read_once_and_what_is_added_stands_beside_them(cast: Cast, letter_id: UUID) -> None:
    before, serial = names(letter_id)
    assert serial
    builders.signed(letter_id, cast.arabic_member)
    after, same = names(letter_id)
    assert len(after) == len(before) + 1
    assert same == serial


def test_a_name_that_was_taken_off_is_in_nothing_that_was_kept(cast: Cast, letter_id: UUID) -> None:
    rebuild.rebuild()
    before, serial = names(letter_id)
    builders.withdrawn(letter_id, cast.small_member)
    after, other = names(letter_id)
    assert len(after) == len(before) - 1
    assert other != serial


def test_storing_answers_lets_stand_what_was_kept(cast: Cast, letter_id: UUID) -> None:
    rebuild.rebuild()
    _, serial = names(letter_id)
    builders.signed(letter_id, cast.arabic_member)
    assert rebuild.rebuild() > 0
    assert names(letter_id)[1] == serial


def test_nobody_who_writes_is_told_what_was_kept(letter_id: UUID) -> None:
    letter = printed_letter(db.session(), db.session.get_one(PublicLetter, letter_id))
    assert letter.serial == 0


def test_what_proves_an_edition_is_not_made_anew_for_what_was_added(letter_id: UUID) -> None:
    about = [one for one in bodies.answers(db.session()) if one.letter_id == letter_id]
    proofs = {one.path for one in about if one.turn is Turn.NEVER}
    assert proofs
    anew = {one.path for turn in Turn for one in bodies.answers_about(db.session(), letter_id, turn) if turn < 3}
    assert {one.path for one in about} - anew == proofs


def test_what_must_wait_for_its_share_keeps_its_mark(cast: Cast, letter_id: UUID) -> None:
    rebuild.rebuild()
    builders.signed(letter_id, cast.arabic_member)
    pace = Pace()
    pace.spend(Turn.SOON, 2 * STORES[Turn.SOON])
    rebuild.rebuild(pace)
    assert "Amman" not in stored(letter_id, ".txt")
    assert freshen.due(db.session(), now=clock.now())[letter_id].turns == {Turn.SOON}
    assert pace.seconds_to_wait() is not None
    assert rebuild.rebuild() > 0
    assert "Amman" in stored(letter_id, ".txt")
    assert letter_id not in freshen.due(db.session(), now=clock.now())


def stored(letter_id: UUID, ending: str) -> str:
    slug = db.session.get_one(PublicLetter, letter_id).slug
    content = db.session.scalar(
        select(PublicBody.content).where(PublicBody.path == f"/letters/{slug}{ending}", PublicBody.encoding == "")
    )
    assert content is not None
    return content.decode()
