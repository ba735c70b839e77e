"""The record: whoever alters, removes or puts in an entry breaks the chain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from coalition.database import db
from coalition.models.record import ChainBroken, RecordEntry, verify
from tests import builders
from tests.cast import Cast


@pytest.fixture
def chain(cast: Cast) -> list[RecordEntry]:
    """The entries of a letter that one member signed, let go by the database: a thief may change them."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    entries = select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number)
    found = list(db.session.scalars(entries))
    db.session.expunge_all()
    return found


def test_the_chain_as_it_was_written_holds(chain: list[RecordEntry]) -> None:
    assert len(chain) > 3
    assert verify(chain) == chain[-1].hash


@pytest.mark.parametrize("column", ["verb", "actor_kind", "actor_id", "detail_hash", "previous_hash", "hash"])
def test_an_altered_entry_is_found(chain: list[RecordEntry], column: str) -> None:
    setattr(chain[1], column, "altered")
    with pytest.raises(ChainBroken, match="entry"):
        verify(chain)


def test_an_act_moved_in_time_is_found(chain: list[RecordEntry]) -> None:
    chain[-1].at -= timedelta(hours=1)
    with pytest.raises(ChainBroken):
        verify(chain)


def test_an_entry_taken_out_is_found(chain: list[RecordEntry]) -> None:
    with pytest.raises(ChainBroken):
        verify([chain[0], *chain[2:]])


def test_an_entry_put_in_is_found(chain: list[RecordEntry]) -> None:
    with pytest.raises(ChainBroken):
        verify([*chain[:2], chain[1], *chain[2:]])


def test_two_entries_that_changed_places_are_found(chain: list[RecordEntry]) -> None:
    with pytest.raises(ChainBroken):
        verify([chain[1], chain[0], *chain[2:]])
