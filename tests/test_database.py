"""A direct transaction keeps what every transaction promises: whole or not at all, one at a time, told of once kept."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import bindparam, insert, select

from coalition import clock
from coalition.database import Base, after_commit, before_commit, db, direct_transaction, transaction
from coalition.models.key_use import KeyUse
from coalition.statements import Constant, Objected

WRITE: Final = Constant(insert(Base.metadata.tables[KeyUse.__tablename__]), "purpose", "key_id", "since")
READ: Final = Constant(select(KeyUse.key_id).where(KeyUse.purpose == bindparam("purpose")))


def kept(purpose: str) -> list[str]:
    """What stands in the database, as another transaction sees it."""
    db.session.rollback()
    return list(db.session.scalars(select(KeyUse.key_id).where(KeyUse.purpose == purpose)))


@pytest.mark.usefixtures("app")
def test_a_direct_transaction_is_kept_whole_and_told_of_after() -> None:
    told: list[list[str]] = []
    row = {"purpose": "trial", "key_id": "one", "since": clock.now()}
    with direct_transaction() as connection:
        WRITE.run(connection, row)
        before_commit(lambda: told.append([key for (key,) in READ.run(connection, {"purpose": "trial"})]))
        after_commit(lambda: told.append(kept("trial")))
        assert told == []
    assert told == [["one"], ["one"]]


@pytest.mark.usefixtures("app")
def test_a_direct_transaction_that_fails_leaves_nothing_and_tells_nobody() -> None:
    told: list[str] = []
    row = {"purpose": "trial", "key_id": "one", "since": clock.now()}

    def fail() -> None:
        with direct_transaction() as connection:
            WRITE.run(connection, row)
            after_commit(lambda: told.append("kept"))
            WRITE.run(connection, row)

    with pytest.raises(Objected):
        fail()
    assert (kept("trial"), told) == ([], [])
    with transaction():
        assert told == []  # the next writer has its turn, and hears nothing of it


@pytest.mark.usefixtures("app")
def test_no_transaction_begins_within_a_direct_one_nor_the_other_way_round() -> None:
    with direct_transaction(), pytest.raises(RuntimeError), transaction():
        pass
    with transaction(), pytest.raises(RuntimeError), direct_transaction():
        pass
