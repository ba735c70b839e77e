"""`coalition keys check`: is the key file private and whole, and does it open the database."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from coalition.cli.refusal import Refused, opened, read_settings
from coalition.keys import PURPOSES

if TYPE_CHECKING:
    from pathlib import Path


def check() -> str:
    """Look through the key file of this installation; says what is well. Raises Refused."""
    settings = read_settings()
    with opened(settings):  # reads every purpose, and opens what was sealed when the coalition was founded
        refuse_readable_by_others(settings.keys_path)
    return f"{settings.keys_path}: private, with keys for {', '.join(PURPOSES)}; it opens the database."


def refuse_readable_by_others(path: Path) -> None:
    """Raises Refused where anybody but the file's owner may read or write it."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Refused(f"Others may read {path} (its mode is {mode:04o}): run `chmod 600 {path}`.")
