"""Readers while the database is gone, and on a disk so full that it says so to each statement: every form is there."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from coalition.database import db
from tests.outage import full, gone

if TYPE_CHECKING:
    from tests.visitor import Visitor


def test_readers_read_every_form_while_the_database_is_gone(visitor: Visitor, before: dict[str, bytes]) -> None:
    with gone():
        assert {path: visitor.get(path).content for path in before} == before


@pytest.mark.only_on("sqlite")
def test_readers_read_every_form_on_a_full_disk(
    visitor: Visitor, before: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with full(), monkeypatch.context() as patched:
        patched.setattr(db.engine.dialect, "do_execute", no_room)
        assert {path: visitor.get(path).content for path in before} == before
