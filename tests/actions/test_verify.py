"""What `coalition verify` finds in a database that somebody has written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from coalition.actions import verify
from coalition.database import db
from coalition.models import triggers
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """A published letter that Kalina and Sami sign by name, and Daria unnamed."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    for member in (cast.small_member, cast.arabic_member):
        builders.signed(letter_id, member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    return letter_id


def found() -> list[str]:
    db.session.rollback()
    return list(verify.problems(db.session()))


def written(*statements: str) -> None:
    """What somebody with write access does to the database, its triggers out of the way."""
    db.session.rollback()
    with db.engine.begin() as connection:
        triggers.drop(connection)
        for statement in statements:
            connection.execute(text(statement))


def test_what_was_done_by_our_verbs_verifies_also_after_names_went(letter_id: Any, cast: Cast) -> None:
    assert found() == []
    builders.withheld(letter_id, cast.small_member)
    builders.withdrawn(letter_id, cast.arabic_member)
    assert found() == []


EDITS: dict[str, tuple[str, str]] = {
    "an entry's verb": ("UPDATE record SET verb = 'x' WHERE number = 2 AND chain <> 'house'", "was altered"),
    "an entry's sealed detail": (
        "UPDATE record SET nonce = detail WHERE number = 2 AND chain <> 'house'",
        "the detail of entry 2",
    ),
    "a record without its end": (
        "DELETE FROM record WHERE chain <> 'house' AND number > 1",
        "the record is shorter than it was",
    ),
    "the house's record without its end": (
        "DELETE FROM record WHERE chain = 'house' AND number > 1",
        "the record of the house is shorter",
    ),
    "a tally": ("UPDATE tallies SET signed = signed + 1", "the tally says 4 signed, and there are 3"),
    "a tally of who was asked": (
        "UPDATE tallies SET invited = invited + 1",
        "the tally says 4 invited, and there are 3",
    ),
    "a tally of who declined": ("UPDATE tallies SET declined = 7", "the tally says 7 declined, and there are"),
    "a text": (
        "UPDATE texts SET body = 'Other words' WHERE language = 'en'",
        "is not the one that has its fingerprint",
    ),
    "a fingerprint": ("UPDATE consents SET fingerprint = 'x'", "names a text that is not there"),
    "a manifest": ("UPDATE manifests SET sha256 = 'x' WHERE language = 'en'", "its bytes were changed"),
    "a printed name": (
        "UPDATE public_lines SET affiliation = 'forged'",
        "is not the one that was committed to",
    ),
    "a line that nobody signed": ("DELETE FROM openings WHERE salt IS NOT NULL", "was put there since"),
    "a commitment": ("UPDATE commitments SET hash = substr(hash, 2) || 'z'", "its commitments is not what"),
    "an edition's number": ("UPDATE editions SET number = 7", "its edition is not what"),
}


@pytest.mark.usefixtures("letter_id")
def test_each_edit_by_sql_is_named() -> None:
    assert found() == []
    for what, (statement, words) in EDITS.items():
        assert not [one for one in found() if words in one], f"{what}: said before"
        written(statement)
        assert [one for one in found() if words in one], f"{what}: not named"
