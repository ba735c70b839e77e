"""Readers on a disk so full that the database can not even be opened (SQLite: its write-ahead log finds no room)."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from coalition.actions import rebuild
from coalition.database import db
from coalition.web.public import layer
from tests import builders
from tests.outage import full

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor

pytestmark = pytest.mark.only_on("sqlite")


def test_readers_read_on_a_full_disk(visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)  # each request looks into the database
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    rebuild.rebuild()
    slug = builders.a_letter(letter_id).slug
    paths = [f"/letters/{slug}{ending}" for ending in ("", ".txt", ".json", ".pdf")] + ["/", "/feed.atom"]
    before = {path: visitor.get(path).content for path in paths}

    def no_room(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with full(), monkeypatch.context() as patched:
        patched.setattr(db.engine.dialect, "do_execute", no_room)
        assert {path: visitor.get(path).content for path in paths} == before
