"""What a thief of the database file learns, without the keys (docs/what-a-stolen-file-shows.md)."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select, text

from coalition import config
from coalition.database import db
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast

REASON = "Our board fears reprisals in the capital"
RED_LINE = "The ministry would close us over this sentence"
NAMES_NOBODY = ("signatures", "consents", "objections")
"""The tables that tell of every signature but not whose it is."""


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A published letter: one member signed, one withheld its name, one declined and said why."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True, name="Northern Lights")
    builders.declined(letter_id, cast.arabic_member, reason=REASON)
    builders.published(cast, letter_id)
    return letter_id


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("letter_id")
def test_the_file_names_no_contact_and_no_act_of_who_withheld_or_declined(cast: Cast) -> None:
    path = Path(config.settings().database_url.removeprefix("sqlite:///"))
    stolen = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    members = (cast.small_member, cast.arabic_member, cast.unnamed_member)
    private = [part for member in members for part in (member.address, member.contact.name)]
    for words in (*private, REASON, "reprisals", '"declined"', "Director"):
        assert words.encode() not in stolen, words
        assert words.encode("utf-16-le") not in stolen, words


@pytest.mark.usefixtures("letter_id")
def test_who_withheld_or_declined_is_named_in_the_directory_alone(cast: Cast) -> None:
    for member in (cast.unnamed_member, cast.arabic_member):
        assert _tables_with(member.name.casefold()) == {"organisations"}


def _tables_with(words: str) -> set[str]:
    """The tables where words stand in plain, in whatever column."""
    return {
        table.name
        for table in db.metadata.sorted_tables
        for row in db.session.execute(select(table))
        if any(words in _readable(value).casefold() for value in row)
    }


def _readable(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        ("invitations.answer", "answered_at IS NOT NULL"),
        ("record.detail", "verb = 'answered'"),
        ("signatures.printed_names", "1 = 1"),
        ("signatures.person", "1 = 1"),
        ("outgoing_emails.context", "occasion = 'sealed'"),
    ],
)
@pytest.mark.usefixtures("letter_id")
def test_no_sealed_value_tells_by_its_length_what_it_says(column: str, rows: str) -> None:
    table, _, name = column.partition(".")
    lengths = db.session.scalars(text(f"SELECT length({name}) FROM {table} WHERE {rows}")).all()  # noqa: S608 -- our own words
    assert len(lengths) >= 2
    assert len(set(lengths)) == 1, lengths


@pytest.fixture
def amended_letter_id(cast: Cast) -> UUID:
    """A letter whose text changed under three signatures, one withheld: kept, objected to, and commented on."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True, name="Northern Lights")
    builders.said(letter_id, cast.unnamed_member, RED_LINE, on="Free the reporters", kind="cannot_while_stands")
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.small_member)
    builders.kept(letter_id, cast.unnamed_member)
    builders.amended(cast, letter_id, "typographical", body=builders.BODY + "\nToday!\n")
    builders.objected(letter_id, cast.unnamed_member)
    return letter_id


@pytest.mark.usefixtures("amended_letter_id")
def test_no_instant_joins_a_signature_with_who_was_asked() -> None:
    """Invitations, comments and the record say when somebody acted: a signature that said so too would be theirs."""
    for table in db.metadata.sorted_tables:
        if table.name in NAMES_NOBODY:
            for row in db.session.execute(select(table)):
                instants = [value for value in row if isinstance(value, datetime) and value.time() != time()]
                assert not instants, (table.name, instants)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("amended_letter_id")
def test_the_file_tells_no_word_of_a_comment_nor_who_kept_or_objected() -> None:
    path = Path(config.settings().database_url.removeprefix("sqlite:///"))
    stolen = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    for words in (RED_LINE, "ministry", '"kept"', '"objected"', "keep_asked", "text_corrected", "still_agree"):
        assert words.encode() not in stolen, words
        assert words.encode("utf-16-le") not in stolen, words


@pytest.mark.usefixtures("amended_letter_id")
def test_who_withheld_is_named_in_the_directory_alone_after_the_text_changed(cast: Cast) -> None:
    assert _tables_with(cast.unnamed_member.name.casefold()) == {"organisations"}


@pytest.mark.usefixtures("amended_letter_id")
def test_the_outbox_tells_nobody_apart_by_what_they_are_asked() -> None:
    """Who signed is asked to keep, who did not is told of the new version: the rows look alike."""
    rows = db.session.execute(
        text("SELECT kind_class, invitation_id, recipient FROM outgoing_emails WHERE occasion = 'sealed'")
    ).all()
    assert len(rows) >= 9
    assert {row[0] for row in rows} <= {"notice", "answer"}
    assert {row[1] for row in rows} == {None}
    assert all(row[2].startswith("sealed:") for row in rows)
