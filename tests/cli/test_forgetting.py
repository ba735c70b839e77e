"""`coalition forget` at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

pytestmark = pytest.mark.only_on("sqlite")


def test_what_is_not_due_is_not_forgotten_and_said_so(installed: Terminal) -> None:
    assert installed.run("forget", "--dry-run").stdout == "Nothing is due.\n"
    said = installed.run("forget", "no-such-letter")
    assert (said.exit_code, said.stderr) == (1, "There is no letter no-such-letter.\n")
