"""`coalition letter …`: letters come in from letter files, go out as such, and are published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from coalition import config
from coalition.actions import give_away, take_over
from coalition.actions import publish as publishing
from coalition.actions.check import check
from coalition.cli import acting
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.intake import letter_file as files
from coalition.intake.letter_file import LetterFile, LetterFileError
from coalition.intake.photos import PhotoRefused
from coalition.models.letter import AlreadyPublished, Letter
from coalition.rendering.findings import finding_words

if TYPE_CHECKING:
    from pathlib import Path

    from coalition.actions.check import Check, Finding

RECORD = "taken over from a record"
"""Why remarks about a letter of the past are passed over: it was published so."""


def import_file(path: Path, *, address: str | None) -> str:
    """Take over the letter of a letter file; its slug. Raises Refused."""
    with opened():
        by = acting.account(address)
        letter_file = _with_photo(_read(path), path.parent)
        try:
            letter_id = take_over.import_letter(letter_file, by=by)
        except PhotoRefused as error:
            raise Refused("The photo can not be used: it is no whole picture in JPEG, PNG or WebP.") from error
        return str(db.session.get_one(Letter, letter_id).slug)


def export(slug: str) -> bytes:
    """The letter file of a letter. Raises Refused."""
    with opened():
        return files.write(give_away.export_letter(the_letter(slug).id))


def publish(slug: str, *, reason: str, address: str | None) -> str:
    """Publish a closed letter; its public address. What the check list points out goes to stderr. Raises Refused."""
    with opened():
        by, letter = acting.account(address), the_letter(slug)
        found = check(db.session(), letter)
        for finding in found.findings:
            click.echo(sentence(finding), err=True)
        overrides = _overrides(letter, found, reason)
        try:
            publishing.publish(letter.id, by=by, overrides=overrides)
        except AlreadyPublished as error:
            raise Refused(f"{slug} is published already.") from error
        return f"{config.settings().root}/letters/{db.session.get_one(Letter, letter.id).slug}"


def _read(path: Path) -> LetterFile:
    try:
        return files.read(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} can not be read ({error.strerror}).") from error
    except LetterFileError as error:
        raise Refused("\n".join(files.sentence(problem) for problem in error.problems)) from error


def _with_photo(letter_file: LetterFile, folder: Path) -> LetterFile:
    """The letter with the bytes of a photo that lies beside the letter file."""
    photo = letter_file.photo
    if photo is None or not photo.file:
        return letter_file
    try:
        content = (folder / photo.file).read_bytes()
    except OSError as error:
        raise Refused(f"The photo {folder / photo.file} can not be read ({error.strerror}).") from error
    return replace(letter_file, photo=replace(photo, content=content))


def the_letter(slug: str) -> Letter:
    """The letter of that slug. Raises Refused."""
    letter = db.session.scalar(select(Letter).where(Letter.slug == slug))
    if letter is None:
        raise Refused(f"There is no letter called {slug}.")
    return letter


def _overrides(letter: Letter, found: Check, reason: str) -> dict[str, str]:
    """The reason for each finding that is passed over. Raises Refused where something stands in the way."""
    if found.stops:
        raise Refused("Nothing is published: correct what stands above first.")
    reason = reason.strip() or (RECORD if letter.imported_at else "")
    if found.findings and not reason:
        raise Refused("Nothing is published: correct what stands above, or say by --reason why it may stand.")
    return {finding.key: reason for finding in found.findings}


def sentence(finding: Finding) -> str:
    """What the check list found, for the person at the terminal."""
    return finding_words(finding.code, finding.facts, language="en", zone="UTC")
