"""Illustrating: the photo of a letter, who made it, and its words in each language."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coalition import clock
from coalition.actions.draft import PartTooLong, checked_parts, ensure_unpublished, entered, lock, touch
from coalition.database import transaction
from coalition.intake.photos import CleanPhoto
from coalition.models.letter import Letter
from coalition.models.photo import File, Photo

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account


@dataclass(frozen=True, slots=True)
class PhotoWords:
    """What is said of a photo: who made it, under which licence, and per language what it shows and its caption."""

    credit: str
    licence: str = ""
    alternatives: dict[str, str] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)


def save_photo(letter_id: UUID, photo: CleanPhoto, *, by: Account) -> None:
    """Give the letter a photo, instead of the one it has; credit and licence stay. Raises AlreadyPublished."""
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        credit, licence = (letter.photo.credit, letter.photo.licence) if letter.photo else ("", "")
        _drop_photo(session, letter)
        digest = hashlib.sha256(photo.content).hexdigest()
        file = File(media_type=photo.media_type, content=photo.content, sha256=digest, created_at=clock.now())
        session.add(file)
        session.flush()
        row = Photo(file_id=file.id, width=photo.width, height=photo.height, credit=credit, licence=licence)
        session.add(row)
        session.flush()
        letter.photo_id = row.id
        touch(letter)
        entered(session, letter, "photo saved", by)


def describe_photo(letter_id: UUID, words: PhotoWords, *, by: Account) -> None:
    """Change who made the photo, its licence, and its words in each language. Raises PartTooLong, AlreadyPublished."""
    for name, limit in (("credit", 300), ("licence", 200)):
        if len(getattr(words, name)) > limit:
            raise PartTooLong(name, len(getattr(words, name)), limit)
    alternatives = {tag: checked_parts({"photo_alternative": said}) for tag, said in words.alternatives.items()}
    captions = {tag: checked_parts({"photo_caption": said}) for tag, said in words.captions.items()}
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        if letter.photo is not None:
            letter.photo.credit, letter.photo.licence = words.credit.strip(), words.licence.strip()
        for text in {*letter.version.texts, *letter.working_version.texts}:  # not a part of what is agreed to
            for name, value in (alternatives.get(text.language, {}) | captions.get(text.language, {})).items():
                setattr(text, name, value)
        touch(letter)
        entered(session, letter, "photo described", by)


def remove_photo(letter_id: UUID, *, by: Account) -> None:
    """Take the photo off the letter, and its bytes out of the database. Raises AlreadyPublished."""
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        _drop_photo(session, letter)
        touch(letter)
        entered(session, letter, "photo removed", by)


def _drop_photo(session: Session, letter: Letter) -> None:
    photo = letter.photo
    if photo is None:
        return
    letter.photo_id = None
    session.flush()
    file = photo.file
    session.delete(photo)
    session.flush()
    session.delete(file)
    session.flush()
    session.expire(letter, ["photo"])
