"""Checking a downloaded ledger at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.actions import ledger
from coalition.cli import ledgers
from coalition.cli.refusal import Refused
from coalition.database import db
from coalition.rendering.ledger import to_json
from tests import builders

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cast import Cast


def test_a_ledger_that_was_not_touched_passes_and_a_touched_one_is_named(cast: Cast, tmp_path: Path) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    content = to_json(ledger.of_letter(db.session(), builders.a_letter(letter_id)))
    file = tmp_path / "ledger.json"
    file.write_bytes(content)
    assert ledgers.check(file).startswith("Every act names a text")
    file.write_bytes(content.replace(b"ask you to act", b"ask you to wait"))
    with pytest.raises(Refused, match="does not have the fingerprint"):
        ledgers.check(file)
    file.write_bytes(b"{}")
    with pytest.raises(Refused, match="no ledger"):
        ledgers.check(file)
