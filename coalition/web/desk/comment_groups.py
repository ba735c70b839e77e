"""Comments as the team works through them: by paragraph, with what was actually said for and against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition.database import db
from coalition.models.comment import Comment
from coalition.models.invitation import Invitation
from coalition.models.version import Text
from coalition.rendering.paragraphs import Paragraph, paragraphs

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter

FILTERS = ("open", "answered", "red", "orphaned", "all")


@dataclass(slots=True)
class Group:
    """The comments on one paragraph, or on the whole text; in the text that governs where the two fit together."""

    text: Text
    paragraph: Paragraph | None
    position: int
    """Among the paragraphs of its text; -1 for the whole of it."""
    is_orphaned: bool
    comments: list[Comment] = field(default_factory=list)

    def red_lines(self, kind: str) -> int:
        """How many organisations said so last, of all that drew a red line here."""
        latest: dict[UUID, str] = {}
        for one in sorted(self.comments, key=lambda each: each.created_at):
            if one.is_red_line and one.still_counts and one.invitation:
                latest[one.invitation.organisation_id] = one.kind
        return sum(said == kind for said in latest.values())


def comments_on(session: Session, letter: Letter) -> list[Comment]:
    """Every comment on a letter, the oldest first; those taken back are no longer said."""
    query = (
        select(Comment)
        .where(Comment.letter_id == letter.id, Comment.taken_back_at.is_(None))
        .options(joinedload(Comment.invitation).joinedload(Invitation.organisation))
        .order_by(Comment.created_at, Comment.id)
    )
    return list(session.scalars(query))


def is_shown(comment: Comment, chosen: str) -> bool:
    """Whether a comment is one of those that a filter shows."""
    return {
        "open": comment.is_open and comment.orphaned_at is None,
        "answered": comment.outcome is not None,
        "red": comment.is_red_line,
        "orphaned": comment.orphaned_at is not None,
    }.get(chosen, True)


def groups_of(session: Session, letter: Letter, comments: list[Comment]) -> list[Group]:
    """The comments by paragraph, in the order of reading; what is said in a translation stands with the original.

    Paragraphs of two languages are the same where both texts have the same kinds of them in the same order.
    """
    read = _Reader(session, letter)
    found: dict[tuple[object, ...], Group] = {}
    for comment in comments:
        group = read.group_of(comment)
        key = (group.text.id, group.position, group.is_orphaned, group.paragraph.key if group.paragraph else "")
        found.setdefault(key, group).comments.append(comment)
    return sorted(found.values(), key=lambda one: _order(letter, one))


def _order(letter: Letter, group: Group) -> tuple[object, ...]:
    """The text in force first, then what is being written, then what was before; what is gone comes last."""
    number, in_force = group.text.version.number, letter.version.number
    is_governing = group.text.language == letter.authoritative_language
    age = (number < in_force, abs(number - in_force))
    return group.is_orphaned, *age, not is_governing, group.text.language, group.position


class _Reader:
    """Reads each text once."""

    def __init__(self, session: Session, letter: Letter) -> None:
        self.session, self.letter = session, letter
        self.known: dict[UUID, list[Paragraph]] = {}

    def group_of(self, comment: Comment) -> Group:
        """Where a comment belongs."""
        text_id, key = comment.place
        text = self.session.get_one(Text, text_id)
        own = self._paragraphs(text)
        position = next((at for at, each in enumerate(own) if each.key == key), -1) if key else -1
        governing = text.version.text(self.letter.authoritative_language)
        if governing is not None and governing is not text and self._kinds(governing) == self._kinds(text):
            text, own = governing, self._paragraphs(governing)
        return Group(text, own[position] if position >= 0 else None, position, comment.orphaned_at is not None)

    def _paragraphs(self, text: Text) -> list[Paragraph]:
        if text.id not in self.known:
            self.known[text.id] = paragraphs(text)
        return self.known[text.id]

    def _kinds(self, text: Text) -> list[tuple[str, int]]:
        return [(each.kind, each.level) for each in self._paragraphs(text)]


def open_comments(letter: Letter) -> tuple[int, bool]:
    """How many comments wait for an answer, and whether there is any at all."""
    query = select(Comment.outcome).where(Comment.letter_id == letter.id, Comment.taken_back_at.is_(None))
    outcomes = db.session.scalars(query).all()
    return sum(one is None for one in outcomes), bool(outcomes)


def counts_of(comments: list[Comment]) -> dict[str, int]:
    """How many comments each filter shows."""
    counted: dict[str, int] = defaultdict(int)
    for comment in comments:
        for chosen in FILTERS:
            counted[chosen] += is_shown(comment, chosen)
    return counted
