"""Drills that take a while: they run with `make drills` (drills/), which sets the variable, and not with all tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from coalition.actions import rebuild
from coalition.web.public import layer
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor

collect_ignore_glob = [] if os.environ.get("COALITION_TEST_DRILLS") else ["test_*.py"]

ENDINGS: Final = ("", "/ar", ".txt", ".md", ".json", ".csv", ".pdf", "/editions")


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
