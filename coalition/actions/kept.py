"""What is kept of a letter archive beside the letter's rows, and the archive's facts that are read from rows.

A consent that was given elsewhere is no consent here: ledger, objections and invitations of an archive stay what they
were written down as, in the vault, and go out again with the next archive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.intake.facts_as_json import as_value, facts_of
from coalition.intake.letter_archive_facts import (
    Author,
    Comment,
    Course,
    Evidence,
    Invitation,
    PrivateNote,
    Signature,
    TeamEdition,
    Version,
)
from coalition.models.archive import LetterArchive

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter


@dataclass(frozen=True, slots=True)
class People:
    """Who wrote and who settled a comment that is a row here: no account or contact of ours."""

    author: Author
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class KeptText:
    """What a text of the archive has that its row can not have."""

    fingerprint: str = ""
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class KeptNote:
    """What a note of an archive has that its row can not have: who wrote it, and that signers were to be told."""

    by: str = ""
    tells_signers: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The facts of an archive that are no rows here."""

    course: Course | None = None
    texts: dict[str, KeptText] = field(default_factory=dict)
    """By the version's number and the language: "2/en"."""
    people: dict[str, People] = field(default_factory=dict)
    """By the comment's id, 32 hexadecimal digits."""
    versions: tuple[Version, ...] = ()
    """Versions put forward after the one that was published: they are no part of the record that is published here."""
    comments: tuple[Comment, ...] = ()
    """The comments on those."""
    signatures: tuple[Signature, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    editions: tuple[TeamEdition, ...] = ()
    private_notes: tuple[PrivateNote, ...] = ()
    notes: dict[str, KeptNote] = field(default_factory=dict)
    """By the note's id, 32 hexadecimal digits."""


def kept_of(session: Session, letter: Letter) -> Kept:
    """What is kept of the archive that a letter came from; of any other letter, nothing. Opens the vault."""
    row = session.scalar(select(LetterArchive).where(LetterArchive.letter_id == letter.id))
    return Kept() if row is None else facts_of(Kept, row.content)


def keep(session: Session, letter: Letter, kept: Kept) -> None:
    """Keep it with the letter."""
    row = LetterArchive(letter_id=letter.id)
    row.content = as_value(kept)
    session.add(row)


def text_key(number: int, language: str) -> str:
    """The name of a text in `Kept.texts`."""
    return f"{number}/{language}"
