"""What the search of the archive reads of a published letter: titles, decks and texts. Never who signed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from coalition.intake.names import fold
from coalition.models.edition import Edition
from coalition.models.public import PublicLetter
from coalition.models.site import SearchText
from coalition.rendering.text import to_plain

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

READ: Final = ("title", "second_title", "kicker", "short_title", "deck", "body")
"""The parts of a text that are read. Its closing and its contact line name people, and so would the list."""


def shelve(session: Session, edition: Edition) -> None:
    """Let the search find a letter by the texts of the edition that readers see now; part of a verb."""
    take_off_shelf(session, edition.letter_id)
    for language, parts in edition.printed["texts"].items():
        session.add(SearchText(letter_id=edition.letter_id, language=language, folded=_folded(parts, language)))
    session.flush()


def take_off_shelf(session: Session, letter_id: UUID) -> None:
    """Let the search find a letter no more; part of a verb."""
    session.execute(delete(SearchText).where(SearchText.letter_id == letter_id))


def shelve_missing(session: Session) -> None:
    """Shelve what was published before there was a search; part of a verb."""
    known = select(SearchText.letter_id)
    for public in session.scalars(
        select(PublicLetter).where(PublicLetter.letter_id.not_in(known), PublicLetter.retracted_at.is_(None))
    ).all():
        shelve(session, session.get_one(Edition, public.edition_id))  # our own verb, not the module  # nosec B403


def _folded(parts: dict[str, Any], language: str) -> str:
    words = [parts.get(part) or "" for part in READ if part != "body"]
    return fold(" ".join([*words, to_plain(parts["body"], language)]))
