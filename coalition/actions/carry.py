"""Carrying comments over: what still counts follows its paragraph into the next version, or is marked as orphaned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.models.comment import Comment
from coalition.models.version import Text
from coalition.rendering.paragraphs import follow, paragraphs

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.version import Version


def carry(session: Session, after: Version, *, now: datetime) -> None:
    """Let every comment of the letter that still counts follow its paragraph into `after`, within the transaction.

    One whose paragraph, or whose language, is not there any more is marked orphaned and keeps the place it had.
    """
    comments = session.scalars(
        select(Comment).where(
            Comment.letter_id == after.letter_id, Comment.taken_back_at.is_(None), Comment.orphaned_at.is_(None)
        )
    )
    became: dict[UUID, dict[str, str | None]] = {}
    for comment in comments:
        if comment.still_counts:
            _carry_one(session, comment, after, became, now=now)


def place_anew(session: Session, comment: Comment, in_force: Version, *, now: datetime) -> None:
    """Let one comment that was made on an older text stand where its paragraph stands in the version in force."""
    _carry_one(session, comment, in_force, {}, now=now)


def _carry_one(
    session: Session,
    comment: Comment,
    after: Version,
    became: dict[UUID, dict[str, str | None]],
    *,
    now: datetime,
) -> None:
    text_id, key = comment.place
    before = session.get_one(Text, text_id)
    if before.version_id == after.id:
        return
    text = after.text(before.language)
    if text is None or text.is_empty:
        comment.orphaned_at = now
        return
    if before.id not in became:
        became[before.id] = follow(paragraphs(before), paragraphs(text))
    now_key = became[before.id].get(key) if key else ""
    if now_key is None:
        comment.orphaned_at = now
        return
    comment.now_text_id, comment.now_key = text.id, now_key
