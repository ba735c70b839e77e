"""`coalition archive key`: a key pair, without any installation."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from coalition.intake import archive_key

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


def test_a_key_pair_is_a_private_file_and_one_public_line(terminal: Terminal) -> None:
    made = terminal.run("archive", "key", "key.txt")
    assert made.exit_code == 0, made.stderr
    path = terminal.folder / "key.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    private = archive_key.read_private(path.read_text("ascii"))
    assert made.stdout == archive_key.public_line(private.public_key()) + "\n"


def test_a_key_is_never_overwritten(terminal: Terminal) -> None:
    terminal.run("archive", "key", "key.txt")
    before = (terminal.folder / "key.txt").read_bytes()
    again = terminal.run("archive", "key", "key.txt")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert (terminal.folder / "key.txt").read_bytes() == before
