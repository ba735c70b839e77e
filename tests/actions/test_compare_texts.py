"""Redlines are computed once, when a version is put forward, and read from then on; any other two are compared anew."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select

from coalition.actions import amend
from coalition.actions.compare_texts import store_redlines
from coalition.database import db, transaction
from coalition.models.redline import Redline
from coalition.models.version import Text
from coalition.rendering import kept_redline
from coalition.rendering.kept_redline import redline_between
from tests.builders import BODY, a_letter, amended, an_open_letter
from tests.cast import Cast


def text_of(letter_id: UUID, number: int, language: str = "en") -> Text:
    found: Text = a_letter(letter_id).versions[number - 1].text(language)
    return found


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Redline)) or 0


def stored(letter_id: UUID) -> None:
    """Keep the redlines of the version in force once more."""
    with transaction() as session:
        store_redlines(session, a_letter(letter_id).version)


def test_a_version_keeps_what_changed_in_each_language_once(cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    amended(cast, letter_id)
    assert kept() == 2
    stored(letter_id)
    assert kept() == 2


def test_what_is_kept_is_read_and_not_computed_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = an_open_letter(cast)
    amended(cast, letter_id)
    monkeypatch.setattr(kept_redline, "redline", lambda *_: pytest.fail("it was computed again"))
    found = redline_between(db.session(), text_of(letter_id, 1), text_of(letter_id, 2))
    assert [(change.kind, change.new_words) for change in found.changed] == [("added", "Today.")]


def test_any_other_two_are_compared_when_they_are_asked_for_and_nothing_is_written(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    amended(cast, letter_id)
    amended(cast, letter_id, body=BODY + "\nToday, and now.\n")
    before = kept()
    found = redline_between(db.session(), text_of(letter_id, 1), text_of(letter_id, 3))
    assert [(change.kind, change.new_words) for change in found.changed] == [("added", "Today, and now.")]
    assert kept() == before


def test_a_version_that_is_being_written_keeps_nothing(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    with transaction() as session:
        store_redlines(session, a_letter(letter_id).working_version)
    assert kept() == 0


def test_the_first_version_has_nothing_to_be_compared_with(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    stored(letter_id)
    assert kept() == 0
