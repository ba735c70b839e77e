"""Readers while the database is gone, and on a disk so full that it says so to each statement: every form is there."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from coalition.actions import rebuild
from coalition.database import db
from coalition.web.public import layer
from tests import builders
from tests.outage import full, gone

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor

ENDINGS = ("", "/ar", ".txt", ".md", ".json", ".csv", ".pdf", "/editions")


@pytest.fixture
def before(visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What readers are answered at each address of a published letter, and around it."""
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)  # each request looks into the database
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    rebuild.rebuild()
    path = f"/letters/{builders.a_letter(letter_id).slug}"
    return {one: visitor.get(one).content for one in [*(path + ending for ending in ENDINGS), "/", "/feed.atom"]}


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
