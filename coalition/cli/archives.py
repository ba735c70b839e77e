"""`coalition letter archive` and `open-archive`: a letter as its team knows it, sealed, and taken over from that."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from coalition.actions import unarchive
from coalition.actions.archive import archive_letter
from coalition.actions.circulate import NotCoordinator
from coalition.cli import acting, archive_keys
from coalition.cli.backing_up import passphrase
from coalition.cli.letters import the_letter
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.intake import letter_archive, letter_file, sealed_file
from coalition.intake.letter_file import LetterFileError
from coalition.intake.photos import PhotoRefused
from coalition.intake.sealed_file import SealedFileError, WeakPassphrase
from coalition.intake.sealed_file_words import sentence
from coalition.models.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey


def secret_to_seal(passphrase_file: Path | None, key: str) -> str | X25519PublicKey:
    """The public key of a line; else the passphrase in a file; else as it is typed, twice alike. Raises Refused."""
    if key and passphrase_file:
        raise click.UsageError("Give either --to or --passphrase-file.")
    if key:
        return archive_keys.public(key)
    return passphrase(passphrase_file, is_new=True)


def write(slug: str, file: Path, secret: str | X25519PublicKey, *, address: str | None) -> None:
    """Write the archive of a letter to a new file that only its owner can read. Raises Refused."""
    with opened(), _in_words():
        by, letter = acting.account(address), the_letter(slug)
        with _new_file(file) as place:
            try:
                place.append(archive_letter(letter.id, secret, by=by))
            except NotCoordinator as error:
                words = f"{by.email} does not coordinate this letter. Name one who does with --as."
                raise Refused(words) from error


def content(file: Path, passphrase_file: Path | None, key_file: Path | None) -> bytes:
    """What is in an archive. Needs no installation. Raises Refused."""
    if key_file and passphrase_file:
        raise click.UsageError("Give either --key or --passphrase-file.")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Refused(f"{file} can not be read ({error.strerror}).") from error
    with _in_words():
        if key_file:
            return sealed_file.opened(data, archive_keys.private(key_file))
        if sealed_file.needs(data) == "key":
            raise Refused("This archive opens with a private key: name its file with --key.")
        return sealed_file.opened(data, passphrase(passphrase_file, is_new=False))


def take_over(data: bytes, *, address: str | None) -> str:
    """Take over the letter of an opened archive; its slug. Raises Refused."""
    with opened(), _in_words():
        by = acting.account(address)
        letter_id = unarchive.take_over_archive(letter_archive.read(data), by=by)
        return str(db.session.get_one(Letter, letter_id).slug)


def write_private(data: bytes, file: Path) -> None:
    """Write what is in an archive to a new file that only its owner can read. Raises Refused."""
    with _new_file(file) as place:
        place.append(data)


@contextmanager
def _new_file(file: Path) -> Iterator[list[bytes]]:
    """A new file, mode 0600, for the one value that is put into the list; gone again where none comes."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(f"{file} is there already. Name another file.") from error
    except OSError as error:
        raise Refused(f"{file} can not be written ({error.strerror}).") from error
    place: list[bytes] = []
    try:
        with os.fdopen(descriptor, "wb") as new:
            yield place
            new.write(place[0])
    except BaseException:
        file.unlink()
        raise


@contextmanager
def _in_words() -> Iterator[None]:
    """What is refused, as a sentence."""
    try:
        yield
    except (SealedFileError, WeakPassphrase) as error:
        raise Refused(sentence(error)) from error
    except LetterFileError as error:
        raise Refused("\n".join(letter_file.sentence(problem) for problem in error.problems)) from error
    except PhotoRefused as error:
        raise Refused("The photo can not be used: it is no whole picture in JPEG, PNG or WebP.") from error
