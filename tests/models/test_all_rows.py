"""Every row of every table as lines, and back: the same on both databases, to the byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from coalition.cli import restoring, schema
from coalition.database import db, prepare
from coalition.models import all_rows, triggers
from coalition.models.all_rows import NotTheRows
from tests import builders, filled

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.databases import Databases


def lines_of(engine: sa.Engine) -> list[bytes]:
    with engine.connect() as connection:
        return list(all_rows.lines(connection))


def test_a_row_of_every_table_is_loaded_as_it_was(cast: Cast, databases: Databases, migrated_database: str) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    db.session.remove()
    filled.fill()
    said = lines_of(db.engine)
    assert 0 not in json.loads(said[-1])["end"].values()
    address = databases.copy(migrated_database)
    engine = sa.create_engine(address)
    prepare(engine)
    with engine.connect() as connection, restoring._without_foreign_keys(connection), connection.begin():
        triggers.drop(connection)
        with restoring._constraints_set_aside(connection):
            all_rows.load(connection, iter(said))
        triggers.make(connection)
        assert schema.problems(connection) == []
    assert sorted(lines_of(engine)) == sorted(said)
    engine.dispose()
    databases.drop(address)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("cast")
def test_lines_that_are_not_complete_are_refused() -> None:
    said = lines_of(db.engine)
    rows = [number for number, line in enumerate(said) if line.startswith(b"[")]
    for wrong in (
        [],
        said[:-1],
        [*said, said[-1]],
        [line for number, line in enumerate(said) if number != rows[0]],
        [b'{"rows":2,"tables":{}}\n', *said[1:]],
        [*said[: rows[0]], b"[1]\n", *said[rows[0] :]],
        [*said[: rows[0]], b"\xff\n", *said[rows[0] :]],
    ):
        with pytest.raises(NotTheRows):
            all_rows.check(iter(wrong))
