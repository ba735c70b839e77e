"""Migrations: one head, up and down on a populated database, the models' tables, and the triggers after every step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from coalition.config import folder
from coalition.database import Base, db
from coalition.models import all_rows, triggers
from tests import builders, filled

if TYPE_CHECKING:
    from tests.cast import Cast


MOMENTARY: frozenset[str] = frozenset()
"""Tables that a step down may empty, for what stands in them has no place in the older ones."""


def revisions() -> list[str]:
    """Every revision, oldest first."""
    script = ScriptDirectory(str(folder("migrations")))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory(str(folder("migrations"))).get_heads()) == 1


@pytest.mark.usefixtures("app")
def test_the_migrations_make_what_the_models_say() -> None:
    flask_migrate.check()
    assert set(inspect(db.engine).get_table_names()) == set(Base.metadata.tables) | {"alembic_version"}


def test_every_table_of_every_step_keeps_its_rows_and_promises_up_and_down(cast: Cast) -> None:
    """Down step by step with a row in every table; at each step up and down once more; then all the way up."""
    populate(cast)
    filled.fill()
    before, stand_for = rows(), versions_of_signatures()
    stopping = links_that_stop_mails()
    assert [name for name, number in before.items() if number == 0] == []
    above = revisions()[-1]
    for revision in revisions()[-2::-1]:
        flask_migrate.downgrade(revision=revision)
        ensure_triggers_fit_the_tables()
        here = contents()
        assert [name for name, lines in here.items() if not lines and name not in MOMENTARY] == []
        flask_migrate.upgrade(revision=above)
        ensure_triggers_fit_the_tables()
        assert {name: len(lines) for name, lines in contents().items() if name in here} == {
            name: len(lines) for name, lines in here.items()
        }
        flask_migrate.downgrade(revision=revision)
        assert contents() == here
        above = revision
    flask_migrate.upgrade()
    ensure_triggers_fit_the_tables()
    since = set(before) - set(here)
    # Mails of before can not be stopped by their link: the next brings one.
    assert rows() == before | dict.fromkeys(since, 0) | {"links": before["links"] - stopping}
    assert versions_of_signatures() == stand_for
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM versions WHERE put_forward_at IS NULL")) == 0
    flask_migrate.downgrade(revision="base")
    assert contents() == {}


def test_what_was_kept_under_a_changed_text_is_not_forgotten_by_going_back(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.small_member)
    db.session.remove()
    with pytest.raises(Exception, match="kept under changed texts"):
        flask_migrate.downgrade(revision="0001")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET change_class = 'typographical'",
        "DELETE FROM versions",
        "UPDATE letters SET is_practice = NOT is_practice",
        "UPDATE consents SET fingerprint = 'another'",
        "DELETE FROM consents",
        "UPDATE record SET verb = 'declined' WHERE number = 2",
        "DELETE FROM record",
        "UPDATE letters SET stage = 'draft'",
        "UPDATE texts SET body = 'another text'",
        "DELETE FROM texts",
        "UPDATE editions SET number = 9",
        "DELETE FROM editions",
    ],
)
def test_the_database_itself_refuses_to_rewrite_what_was_agreed(cast: Cast, statement: str) -> None:
    populate(cast)
    with (
        pytest.raises(Exception, match=r"append-only|does not change|stays|can not follow|for practice"),
        db.engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_the_database_itself_refuses_a_second_standing_signature(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    columns = ", ".join(column.name for column in Base.metadata.tables["signatures"].columns if column.name != "id")
    another = "X'00112233445566778899aabbccddeeff'"
    if db.engine.dialect.name == "postgresql":
        another = "gen_random_uuid()"
    copy = text(f"INSERT INTO signatures (id, {columns}) SELECT {another}, {columns} FROM signatures")  # noqa: S608 -- all of it is ours
    with pytest.raises(Exception, match=r"(?i)unique"), db.engine.begin() as connection:
        connection.execute(copy)


def populate(cast: Cast) -> None:
    """A published letter and an open one."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.declined(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    builders.an_open_letter(cast, cast.small_member, title="Another letter")
    db.session.remove()


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with db.engine.connect() as connection:
        counted = {
            name: connection.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
    return {name: int(count or 0) for name, count in counted.items()}


def contents() -> dict[str, list[bytes]]:
    """Every row of every table that is there, as a backup would carry it."""
    found: dict[str, list[bytes]] = {}
    with db.engine.connect() as connection:
        name = ""
        for line in all_rows.lines(connection):
            if line.startswith(b'{"table"'):
                name = str(json.loads(line)["table"])
                found[name] = []
            elif line.startswith(b"["):
                found[name].append(line)
    return {name: sorted(lines) for name, lines in found.items()}


def links_that_stop_mails() -> int:
    """How many links stop mails and do nothing else."""
    with db.engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM links WHERE purpose = 'mute'")) or 0)


def versions_of_signatures() -> set[tuple[object, object]]:
    """Which version each signature stands for."""
    with db.engine.connect() as connection:
        return {tuple(row) for row in connection.execute(text("SELECT id, version_id FROM signatures"))}


def ensure_triggers_fit_the_tables() -> None:
    """Exactly the promises of the tables that are there."""
    with db.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        expected = {promise.trigger for promise in triggers.PROMISES if promise.table in tables}
        assert set(triggers.present(connection)) == expected
