"""Who has a text open at the desk: advice to the others, a lock that keeps nobody out.

Pressing Edit takes it, saving and leaving give it back, and it lapses half an hour after the last save.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.draft import ensure_changeable, lock
from coalition.database import transaction
from coalition.models.letter import TextIsFrozen
from coalition.models.record import RecordEntry, chain_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.version import Text

LAPSE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Hold:
    """A text that somebody has open."""

    account_id: UUID
    name: str
    since: datetime
    """When Edit was pressed, or the first save came."""

    def is_by(self, account: Account) -> bool:
        """Whether it is this person's own."""
        return self.account_id == account.id


def open_text(letter_id: UUID, language: str, *, by: Account) -> None:
    """Have the text open from now on, whoever had it before.

    Raises LookupError for a language the letter does not have, TextIsFrozen, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        text = _text(letter, language)
        ensure_changeable(session, letter)
        if text.shown_at:
            raise TextIsFrozen
        text.editing_by_id, text.editing_since = by.id, clock.now()


def leave_text(letter_id: UUID, language: str, *, by: Account) -> None:
    """Stop editing. What somebody else took over meanwhile stays theirs. Raises LookupError."""
    with transaction() as session:
        text = _text(lock(session, letter_id), language)
        if text.editing_by_id == by.id:
            text.editing_by_id = text.editing_since = None


def holder(session: Session, text: Text, *, now: datetime) -> Hold | None:
    """Who has the text open; None for nobody, and where half an hour has passed without a save."""
    if text.editing_by is None or text.editing_since is None:
        return None
    saved = _last_save(session, text, text.editing_by)
    if now - max(text.editing_since, saved or text.editing_since) >= LAPSE:
        return None
    return Hold(text.editing_by.id, text.editing_by.name, text.editing_since)


def _last_save(session: Session, text: Text, account: Account) -> datetime | None:
    """When somebody last saved a text of the letter, as the record has it."""
    entry = session.scalar(
        select(RecordEntry)
        .where(
            RecordEntry.chain == chain_of(text.version.letter_id),
            RecordEntry.verb == "text saved",
            RecordEntry.actor_id == account.id.hex,
        )
        .order_by(RecordEntry.number.desc())
        .limit(1)
    )
    return entry.at if entry else None


def _text(letter: Letter, language: str) -> Text:
    text: Text | None = letter.working_version.text(language)
    if text is None:
        raise LookupError(language)
    return text
