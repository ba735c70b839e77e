"""Translating: whose words in which language were checked, and which version of the authoritative text they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import clock
from coalition.actions.draft import ensure_changeable, entered, lock, state_of_text, touch
from coalition.database import transaction
from coalition.models.letter import Letter, StaleEdit

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.models.account import Account
    from coalition.models.version import Text


class NothingToCheck(Exception):
    """There is no text in that language yet, or it is the one that governs: it follows nothing."""


class StillLagging(Exception):
    """The translation follows an older version than the one that it would be checked against."""


def mark_checked(letter_id: UUID, language: str, *, by: Account, seen: str) -> None:
    """Note that `by` compared a translation with the authoritative text; the next change of its words undoes it.

    `seen` is `sides_of` as the page showed it. Raises NothingToCheck, StillLagging, StaleEdit, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_changeable(session, letter)
        text = _translation(letter, language)
        if text.is_lagging:
            raise StillLagging
        _ensure_seen(seen, text)
        text.state, text.checked_by_id, text.checked_at = "checked", by.id, clock.now()
        touch(letter)
        entered(session, letter, "translation checked", by, language=language, version=text.version.number)


def confirm_follows(letter_id: UUID, language: str, *, by: Account, seen: str) -> None:
    """Note that a lagging translation says what the authoritative text says now: its words need no change.

    Where it was checked before, it is checked by `by` now. `seen` is `sides_of` as the page showed it. Raises
    NothingToCheck, StaleEdit, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_changeable(session, letter)
        text = _translation(letter, language)
        _ensure_seen(seen, text)
        original = text.version.text(letter.authoritative_language)
        text.translates_text_id = original.id if original else None
        if text.state == "checked":
            text.checked_by_id, text.checked_at = by.id, clock.now()
        touch(letter)
        entered(session, letter, "translation confirmed", by, language=language, version=text.version.number)


def sides_of(text: Text) -> str:
    """What tells one state of a translation beside its original from another."""
    original = text.version.text(text.version.letter.authoritative_language)
    return f"{state_of_text(text)}.{state_of_text(original) if original else ''}"


def _translation(letter: Letter, language: str) -> Text:
    text: Text | None = letter.working_version.text(language)
    if text is None or text.is_empty or language == letter.authoritative_language:
        raise NothingToCheck
    return text


def _ensure_seen(seen: str, text: Text) -> None:
    if seen != sides_of(text):
        raise StaleEdit
