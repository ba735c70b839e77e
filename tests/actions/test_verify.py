"""What `coalition verify` finds in a database that somebody has written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from coalition import clock
from coalition.actions import annotate, verify
from coalition.actions.annotate import NoteEntry
from coalition.database import db
from coalition.models import triggers
from coalition.models.edition import Edition
from coalition.models.public import PublicBody
from coalition.rendering.bodies import etag_of
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


READ: dict[str, tuple[str, str]] = {
    "a stored answer": ("UPDATE public_bodies SET etag = 'x'", "/letters/x: what readers get there"),
    "a note": ("UPDATE notes SET kind = 'outcome'", "a note is not the one that was published"),
    "the figures": ("UPDATE editions SET figures = '{}'", "its figures is not what the database has"),
    "the number withheld": ("UPDATE editions SET withheld_count = 9", "its withheld_count is not"),
    "an edition's line": (
        "UPDATE public_lines SET from_edition = 2 WHERE position = 0",
        "stands in other editions than it did",
    ),
    "a name": ("DELETE FROM public_lines WHERE position = 1", "1 went from its list without an act"),
    "an act out of the middle": ("UPDATE consents SET number = 2", "a signature lacks one of its acts"),
    "acts": ("DELETE FROM consents", "the record tells of 3 acts “sign”, and the ledger has 0"),
    "what opens a name": (
        "UPDATE openings SET public_line_id = NULL, salt = NULL WHERE public_line_id IS NOT NULL",
        "a name that it was made with went without an act",
    ),
    "a line that may not stand": (
        "UPDATE signatures SET visibility = 'withheld'",
        "nobody’s signature stands behind the line",
    ),
}


def test_each_edit_by_sql_of_what_readers_get_is_named(letter_id: Any, cast: Cast) -> None:
    entry = NoteEntry("correction", clock.now().date(), {"en": "It was a Monday."})
    note_id = uuid4()
    annotate.write_note(letter_id, note_id, entry, by=cast.coordinator)
    annotate.publish_note(letter_id, note_id, by=cast.coordinator)
    answer = PublicBody(path="/letters/x", encoding="", content=b"x", etag=etag_of(b"x", ""), headers={}, generation=0)
    db.session.add(answer)
    db.session.commit()
    assert found() == []
    for what, (statement, words) in READ.items():
        assert not [one for one in found() if words in one], f"{what}: said before"
        written(statement)
        assert [one for one in found() if words in one], f"{what}: not named"


def test_an_edition_that_prints_other_words_than_were_agreed_to_is_named(letter_id: Any) -> None:
    written()
    edition = db.session.scalars(select(Edition).where(Edition.letter_id == letter_id)).one()
    facts = edition.printed
    for part in ("title", "body", "disclaimers"):
        said = facts["texts"]["ar"] | {part: "Other words"}
        edition.printed = facts | {"texts": facts["texts"] | {"ar": said}}
        db.session.commit()
        assert [one for one in found() if f"the {part} in ar is not what was agreed to" in one]
    edition.printed = facts | {
        "addressees": [*facts["addressees"], {"block": "cc", "styles": {}, "names": {"und": "X"}, "offices": {}}]
    }
    db.session.commit()
    assert [one for one in found() if "the addressees in en is not what was agreed to" in one]
