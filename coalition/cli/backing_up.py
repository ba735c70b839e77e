"""`coalition backup` and `coalition backup-key`: a sealed copy of the whole database, and the key that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coalition.actions import backups
from coalition.actions.back_up import NothingToKeep, back_up
from coalition.cli import archive_keys
from coalition.cli.refusal import Refused, opened, read_settings
from coalition.intake.archive_key import BACKUP
from coalition.intake.sealed_file import WeakPassphrase
from coalition.intake.sealed_file_words import sentence

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    from coalition.config import Settings


def make_key(path: Path) -> str:
    """Write a new private key; says what to do with it. Raises Refused."""
    line = archive_keys.make(path, BACKUP)
    return (
        f"The private key is in {path}. Move it off this machine, to two places, apart from the backups: without it\n"
        "none of them opens, and who has both reads all but the vault. They are sealed for it where the settings say\n"
        f'\n    backup_key = "{line}"\n'
    )


def write(path: Path, *, key: str, passphrase_file: Path | None) -> str:
    """Write a backup to a new file; says what is in it. Raises Refused."""
    settings = read_settings()
    secret = to_seal(settings, key=key, passphrase_file=passphrase_file)
    with opened(settings, whatever_schema=True):
        try:
            made = back_up(path, secret)
            backups.write_down(path.name, made)
        except FileExistsError as error:
            raise Refused(f"{path} is there already, and nothing is overwritten. Name another file.") from error
        except WeakPassphrase as error:
            raise Refused(sentence(error)) from error
        except NothingToKeep as error:
            raise Refused("The database has no tables yet: there is nothing to back up.") from error
        except OSError as error:
            raise Refused(f"{path} can not be written ({error.strerror}). There is no half file.") from error
    return f"{path}: {made.rows} rows as of {made.made_at:%Y-%m-%d %H:%M:%S} UTC, {made.size} bytes, sealed."


def to_seal(settings: Settings, *, key: str, passphrase_file: Path | None) -> str | X25519PublicKey:
    """What a backup is sealed with: the key that was given, the one in the settings, else a passphrase."""
    if key and passphrase_file:
        raise click.UsageError("Give either --to or --passphrase-file.")
    if passphrase_file is None and (line := key or settings.backup_key):
        return archive_keys.public(line, BACKUP)
    return passphrase(passphrase_file, is_new=True)


def to_open(*, key_file: Path | None, passphrase_file: Path | None, sealed_with: str) -> str | X25519PrivateKey:
    """What opens a backup. Raises Refused."""
    if key_file and passphrase_file:
        raise click.UsageError("Give either --key or --passphrase-file.")
    if key_file:
        return archive_keys.private(key_file, BACKUP)
    if sealed_with == "key":
        raise Refused("This backup opens with a private key: name its file with --key.")
    return passphrase(passphrase_file, is_new=False)


def passphrase(file: Path | None, *, is_new: bool) -> str:
    """The first line of a file, else what is typed unseen. Raises Refused."""
    if file is None:
        try:
            return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new))
        except click.Abort as error:
            raise click.UsageError("Nobody answers here: give --passphrase-file, or run this at a terminal.") from error
    try:
        return file.read_text("utf-8").partition("\n")[0].removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} can not be read as text in UTF-8.") from error
