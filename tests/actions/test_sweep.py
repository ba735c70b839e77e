"""Erased means gone: no byte of what was erased is in the files of the database after the next sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from coalition import clock
from coalition.actions import directory, forget, sweep
from coalition.actions.sweep import EVERY, NotSwept
from coalition.database import db, transaction
from coalition.models.contact import Contact
from coalition.models.machinery import Tick
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast


def files() -> list[Path]:
    """The files in which the database keeps contacts; on PostgreSQL those of the table and its indexes."""
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        return [one for one in (path, path.with_name(path.name + "-wal")) if one.exists()]
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        paths = connection.scalars(
            text(
                "SELECT pg_relation_filepath(oid) FROM pg_class WHERE oid = 'contacts'::regclass OR oid IN "
                "(SELECT indexrelid FROM pg_index WHERE indrelid = 'contacts'::regclass)"
            )
        ).all()
    try:
        return [folder / str(one) for one in paths if (folder / str(one)).exists()]
    except PermissionError:
        pytest.skip("the files of this PostgreSQL are not ours to read")


def is_there(canary: bytes) -> bool:
    """Whether the bytes stand in a file of the database."""
    db.session.remove()
    db.engine.dispose()
    return any(canary in one.read_bytes() for one in files())


def test_what_was_erased_of_a_contact_is_in_no_file(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    contact = db.session.get_one(Contact, cast.small_member.contact_id)
    canaries = {"name": contact._name, "address": contact._address, "index": contact.address_index}
    assert all(is_there(bytes(one or b"")) for one in canaries.values())
    for number in range(40):  # pages are split and filled, so that values move about before they go
        entry = directory.ContactEntry(f"r{number}@reporters.example", f"Reporter {number}")
        directory.add_contact(cast.small_member.organisation_id, entry, by=cast.coordinator)
    with transaction() as session:
        contact = session.get_one(Contact, cast.small_member.contact_id)
        canaries["index of now"] = contact.address_index
        forget.erase_contact(session, contact, now=clock.now())
    assert sweep.sweep_if_wanted()
    assert [name for name, one in canaries.items() if is_there(bytes(one or b""))] == []
    assert db.session.scalar(select(func.count()).select_from(Tick).where(Tick.fact == "sweep")) == 0
    assert builders.a_letter(letter_id).stage == "open"


@pytest.mark.only_on("sqlite")
def test_files_are_swept_once_an_hour_and_only_where_something_was_erased(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not sweep.sweep_if_wanted()
    for member, is_swept in ((cast.small_member, True), (cast.arabic_member, False)):
        with transaction() as session:
            forget.erase_contact(session, session.get_one(Contact, member.contact_id), now=clock.now())
        assert sweep.sweep_if_wanted() is is_swept
    later = clock.now() + EVERY
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sweep.sweep_if_wanted()


@pytest.mark.only_on("sqlite")
def test_a_log_that_somebody_reads_is_swept_the_next_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PATIENCE", 1)
    reader = db.engine.connect()
    reader.execute(text("SELECT count(*) FROM contacts")).all()
    with transaction() as session:
        forget.erase_contact(session, session.get_one(Contact, cast.small_member.contact_id), now=clock.now())
    with pytest.raises(NotSwept):
        sweep.sweep_if_wanted()
    reader.close()
    assert sweep.sweep_if_wanted()
