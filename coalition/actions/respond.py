"""Answering comments at the desk: taken, taken with edits, not taken, a question back; and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.amend import begun
from coalition.actions.comment import (
    WORDING_LIMIT,
    WORDS_LIMIT,
    NothingSaid,
    NotToBeReworded,
    checked_words,
    may_be_reworded,
)
from coalition.actions.draft import checked_parts, ensure_unpublished, entered, lock, touch
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models.comment import OUTCOMES, Comment
from coalition.models.version import Text
from coalition.rendering.paragraphs import Paragraph, follow, paragraphs, with_wording

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.version import Version


class AlreadyAnswered(Exception):
    """A colleague answered it, or its author took it back."""


class ParagraphChanged(Exception):
    """The paragraph is not what it was: `then` as its author saw it, `now` as it is, "" where it is gone."""

    def __init__(self, then: str, now: str) -> None:
        super().__init__("the paragraph changed")
        self.then, self.now = then, now


@dataclass(frozen=True, slots=True)
class Reply:
    """What the team answers. `wording` is for "taken_with_edits"; `seen`: the paragraph that the page showed."""

    outcome: str
    words: str = ""
    wording: str = ""
    seen: str = ""
    by_hand: bool = False
    """Somebody edited the text already: nothing is replaced."""


def answer_comment(letter_id: UUID, comment_id: UUID, reply: Reply, *, by: Account) -> None:
    """Answer a comment; its author is told. Other wording that is taken goes into the version the team is writing.

    That version is begun where nobody has. Raises AlreadyAnswered, NothingSaid, SaidTooLong, UnprintableName,
    ParagraphChanged, NotToBeReworded, NotShownYet or AlreadyPublished where the text changes no more, PartTooLong,
    LookupError for a comment on another letter.
    """
    reply = _checked(reply)
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        comment = session.get(Comment, comment_id, with_for_update=True)
        if comment is None or comment.letter_id != letter_id:
            raise LookupError(comment_id)
        if comment.taken_back_at or comment.outcome not in {None, "question_back"}:
            raise AlreadyAnswered
        wording = reply.wording if reply.outcome == "taken_with_edits" else ""
        if reply.outcome == "taken":
            wording = comment.wording or ""
        if wording and not reply.by_hand:
            _reword(session, letter, comment, wording, seen=reply.seen, by=by)
        comment.outcome, comment.settled_at, comment.settled_by_id = reply.outcome, now, by.id
        comment.reply = reply.words or None
        touch(letter)
        entered(session, letter, "comment answered", by, comment=comment.id.hex, outcome=reply.outcome)
        _tell_author(session, letter, comment, "" if reply.by_hand else wording, now=now)


def credits_of(session: Session, version: Version) -> list[Comment]:
    """The comments whose wording went into a version, in the order in which it was taken; for the team's eyes only."""
    query = (
        select(Comment)
        .join(Text, Text.id == Comment.now_text_id)
        .where(Text.version_id == version.id, Comment.outcome.in_(("taken", "taken_with_edits")))
        .order_by(Comment.settled_at)
    )
    return [one for one in session.scalars(query) if one.wording]


def paragraph_to_reword(session: Session, letter: Letter, comment: Comment) -> tuple[Text | None, Paragraph | None]:
    """The text that the team is writing, and what the comment's paragraph became in it; None where it is gone."""
    text_id, key = comment.place
    before = session.get_one(Text, text_id)
    text: Text | None = letter.working_version.text(before.language)
    if text is None:
        return None, None
    found = {each.key: each for each in paragraphs(text)}
    became = key if text is before else follow(paragraphs(before), found.values()).get(key)
    return text, found.get(became or "")


def source_of(session: Session, comment: Comment) -> str:
    """The paragraph where the comment stands, as typed; what its author read where it is gone."""
    text_id, key = comment.place
    each = next((one for one in paragraphs(session.get_one(Text, text_id)) if one.key == key), None)
    return each.source if each else comment.quote


def _checked(reply: Reply) -> Reply:
    """The answer as it is kept. Raises NothingSaid, SaidTooLong, UnprintableName, ValueError for another outcome."""
    if reply.outcome not in OUTCOMES:
        raise ValueError(reply.outcome)
    words = checked_words("words", reply.words, WORDS_LIMIT)
    wording = checked_words("wording", reply.wording, WORDING_LIMIT)
    if reply.outcome in {"not_taken", "question_back"} and not words:
        raise NothingSaid("words")
    if reply.outcome == "taken_with_edits" and not wording and not reply.by_hand:
        raise NothingSaid("wording")
    return Reply(reply.outcome, words, "" if reply.by_hand else wording, reply.seen, reply.by_hand)


def _reword(session: Session, letter: Letter, comment: Comment, wording: str, *, seen: str, by: Account) -> None:
    """Put the wording where the paragraph stands in the version the team is writing."""
    ensure_unpublished(session, letter)
    then, key = source_of(session, comment), comment.place[1]
    if letter.version.put_forward_at is not None:
        begun(session, letter, by=by)
    text, target = paragraph_to_reword(session, letter, comment)
    if text is None or target is None:
        raise ParagraphChanged(then, "")
    if not may_be_reworded(target):
        raise NotToBeReworded
    if target.key not in {key, seen}:
        raise ParagraphChanged(then, target.source)
    typed = " ".join(wording.split()) if target.part == "title" else wording
    part = with_wording(getattr(text, target.part), target, typed)
    setattr(text, target.part, checked_parts({target.part: part})[target.part])
    text.reworked()
    session.flush()
    now_there = [each for each in paragraphs(text) if each.part == target.part and each.start <= target.start]
    comment.now_text_id, comment.now_key = text.id, now_there[-1].key if now_there else ""


def _tell_author(session: Session, letter: Letter, comment: Comment, wording: str, *, now: datetime) -> None:
    """The author gets the quote, the answer and the new wording; nobody is there for one that came in a file."""
    if comment.invitation is None or comment.invitation.revoked_at:
        return
    outbox.queue(
        session,
        "comment_answered",
        recipient=f"contact:{comment.invitation.contact_id.hex}",
        occasion=f"comment:{comment.id.hex}:{now:%Y%m%d%H%M%S%f}",
        now=now,
        letter_id=letter.id,
        invitation_id=comment.invitation_id,
        comment=comment.id.hex,
        outcome=comment.outcome,
        reply=comment.reply or "",
        wording=wording,
    )
