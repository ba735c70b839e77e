"""`coalition keys …`: whether the key file is private and whole, and a fresh key to sign by."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from coalition.actions.signing_keys import change_key
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


def change() -> str:
    """Put a fresh key that signs manifests into the key file; says its fingerprint. Raises Refused."""
    settings = read_settings()
    with opened(settings):
        refuse_readable_by_others(settings.keys_path)
        try:
            fingerprint = change_key()
        except OSError as error:
            raise Refused(f"{settings.keys_path} can not be written ({error.strerror}).") from error
    return (
        f"Manifests are signed by {fingerprint} from now on. The old public key stays published.\n"
        f"Start the processes again, and copy {settings.keys_path} anew."
    )


def refuse_readable_by_others(path: Path) -> None:
    """Raises Refused where anybody but the file's owner may read or write it."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Refused(f"Others may read {path} (its mode is {mode:04o}): run `chmod 600 {path}`.")
