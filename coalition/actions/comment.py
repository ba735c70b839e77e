"""Commenting by link: a question, a remark, other wording, a red line; and taking it back (DOMAIN §3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from coalition import clock
from coalition.actions.acts import TextChanged, by_link
from coalition.actions.carry import place_anew
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.names import UnprintableName, unprintable
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.comment import KINDS, RED_LINES, Comment
from coalition.rendering.paragraphs import ADDRESSEES, Paragraph, paragraphs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Shown
    from coalition.models.invitation import Invitation
    from coalition.models.letter import Letter
    from coalition.models.version import Text

WORDS_LIMIT = 5_000
WORDING_LIMIT = 10_000
MOST = 100
"""Comments that one invitation may bring, those taken back included."""
NOT_TO_BE_REWORDED = frozenset({"rule"})


class CommentsClosed(Exception):
    """Comments are not taken now. `until` is the moment at which that ended, where one was set."""

    def __init__(self, stage: str, until: datetime | None) -> None:
        super().__init__(stage)
        self.stage, self.until = stage, until


class NothingSaid(Exception):
    """A question or a remark without words, or a suggestion without other wording; `part` names the field."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class SaidTooLong(Exception):
    """`part` of a comment or of its answer is longer than can be kept."""

    def __init__(self, part: str, length: int, limit: int) -> None:
        super().__init__(f"{part}: {length} of {limit} characters")
        self.part, self.length, self.limit = part, length, limit


class TooManyComments(Exception):
    """An invitation brought as many comments as one may."""


class NoSuchParagraph(LookupError):
    """The text has no such paragraph."""


class NotToBeReworded(Exception):
    """Other wording is suggested for one paragraph of the text itself: not for an addressee, nor for the whole."""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is sent. `paragraph`: its key, or "" for the whole text; `answers`: a comment of one's own."""

    kind: str
    paragraph: str = ""
    words: str = ""
    wording: str = ""
    answers: UUID | None = None


def comment(invitation_id: UUID, said: Said, *, key: str, shown: Shown) -> UUID:
    """Comment on the text that was shown; the same `key` again is the same comment. Returns its id.

    Where another version is in force meanwhile, the comment follows its paragraph there at once. Raises
    InvitationRevoked, LinkReplaced, CommentsClosed, TooManyComments, NoSuchParagraph, NothingSaid, SaidTooLong,
    NotToBeReworded, UnprintableName, TextChanged for a text that this letter never showed.
    """
    said = _checked(said)
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        comment_id, now = _id_for(invitation_id, key), clock.now()
        if session.get(Comment, comment_id) is not None:
            return comment_id
        ensure_taking_comments(letter, now=now)
        _ensure_not_too_many(session, invitation_id)
        text = _text_shown(letter, shown)
        paragraph = _paragraph(text, said)
        made = Comment(
            id=comment_id,
            letter_id=letter.id,
            text_id=text.id,
            paragraph_key=said.paragraph,
            quote=paragraph.plain if paragraph else "",
            invitation_id=invitation_id,
            kind=said.kind,
            answers_id=_own_asked_back(session, invitation_id, said.answers),
            created_at=now,
        )
        made.words, made.wording = said.words or None, said.wording or None
        session.add(made)
        session.flush()
        place_anew(session, made, letter.version, now=now)
        _enter(session, letter, "commented", made, now=now)
        if actor.invitation:
            _tell_coordinators(session, letter, now=now)
        return comment_id


def take_back(invitation_id: UUID, comment_id: UUID, *, shown: Shown) -> None:
    """Take back a comment of one's own; taking it back twice is taking it back once.

    Raises InvitationRevoked, LinkReplaced, LookupError for a comment of somebody else.
    """
    with transaction() as session:
        letter, _actor = by_link(session, invitation_id, shown)
        found = session.get(Comment, comment_id)
        if found is None or found.invitation_id != invitation_id:
            raise LookupError(comment_id)
        if found.taken_back_at is None:
            found.taken_back_at = clock.now()
            _enter(session, letter, "comment taken back", found, now=found.taken_back_at)


def is_taking_comments(letter: Letter, *, now: datetime) -> bool:
    """Whether a comment sent at `now` is taken."""
    if letter.stage == "consultation":
        return letter.comments_until_at is None or now < letter.comments_until_at
    return letter.is_open_for_signing(now=now)


def ensure_taking_comments(letter: Letter, *, now: datetime) -> None:
    """Raises CommentsClosed unless a comment is taken at `now`."""
    if not is_taking_comments(letter, now=now):
        ended = letter.comments_until_at if letter.stage == "consultation" else letter.closed_at or letter.deadline_at
        raise CommentsClosed(letter.stage, ended)


def may_be_reworded(paragraph: Paragraph | None) -> bool:
    """Whether other wording can be suggested for a paragraph, and taken by a press."""
    return paragraph is not None and paragraph.part != ADDRESSEES and paragraph.kind not in NOT_TO_BE_REWORDED


def checked_words(part: str, words: str, limit: int) -> str:
    """Words as they are kept, without the spaces around them. Raises SaidTooLong, UnprintableName."""
    if found := unprintable(words.replace("\r\n", "").replace("\n", "").replace("\t", "")):
        raise UnprintableName(found)
    tidy = tidy_text(words).strip()
    if len(tidy) > limit:
        raise SaidTooLong(part, len(tidy), limit)
    return tidy


def _checked(said: Said) -> Said:
    """What was said as it is kept. Raises NothingSaid, SaidTooLong, UnprintableName, ValueError for another kind."""
    if said.kind not in KINDS:
        raise ValueError(said.kind)
    words = checked_words("words", said.words, WORDS_LIMIT)
    wording = checked_words("wording", said.wording, WORDING_LIMIT) if said.kind == "wording" else ""
    if not words and said.kind not in {"wording", *RED_LINES}:
        raise NothingSaid("words")
    if said.kind == "wording" and not wording:
        raise NothingSaid("wording")
    return Said(said.kind, said.paragraph, words, wording, said.answers)


def _paragraph(text: Text, said: Said) -> Paragraph | None:
    """The paragraph commented on; None for the whole text. Raises NoSuchParagraph, NotToBeReworded, NothingSaid."""
    found = next((each for each in paragraphs(text) if each.key == said.paragraph), None)
    if said.paragraph and found is None:
        raise NoSuchParagraph(said.paragraph)
    if said.kind == "wording" and not may_be_reworded(found):
        raise NotToBeReworded
    if said.kind == "wording" and found is not None and said.wording == tidy_text(found.source).strip():
        raise NothingSaid("wording")
    return found


def _text_shown(letter: Letter, shown: Shown) -> Text:
    """The text of the version that the form showed, whether it is in force still or not. Raises TextChanged."""
    for version in letter.versions:
        text: Text | None = version.text(shown.language) if version.number == shown.version else None
        if text is not None and text.shown_at and text.fingerprint == shown.fingerprint:
            return text
    raise TextChanged


def _id_for(invitation_id: UUID, key: str) -> UUID:
    """The comment's id from the key of its form: the table's own primary key lets each count once."""
    return UUID(bytes=hashlib.sha256(f"comment:{invitation_id.hex}:{key}".encode()).digest()[:16], version=4)


def _ensure_not_too_many(session: Session, invitation_id: UUID) -> None:
    if (session.scalar(select(func.count()).where(Comment.invitation_id == invitation_id)) or 0) >= MOST:
        raise TooManyComments


def _own_asked_back(session: Session, invitation_id: UUID, comment_id: UUID | None) -> UUID | None:
    """The comment of one's own that the team asked back about and that this one answers; any other is ignored."""
    asked = session.get(Comment, comment_id) if comment_id else None
    is_own = asked is not None and asked.invitation_id == invitation_id and asked.outcome == "question_back"
    return comment_id if is_own else None


def _enter(session: Session, letter: Letter, verb: str, about: Comment, *, now: datetime) -> None:
    record.enter(session, verb, at=now, letter_id=letter.id, actor_kind="contact", comment=about.id.hex)


def _tell_coordinators(session: Session, letter: Letter, *, now: datetime) -> None:
    """At most one mail an hour to each: the first comment at once, those after it together when the hour is over."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    for account in letter.coordinators():
        recipient = f"account:{account.id.hex}"
        for hour in (this_hour, this_hour + timedelta(hours=1)):
            occasion = f"comments:{letter.id.hex}:{hour:%Y%m%d%H}"
            if outbox.is_queued(session, "comment_received", recipient=recipient, occasion=occasion):
                continue
            outbox.queue(
                session,
                "comment_received",
                recipient=recipient,
                occasion=occasion,
                now=now,
                due_at=max(hour, now),
                letter_id=letter.id,
                kind_class="account",
            )
            break


def comments_of(session: Session, invitation: Invitation) -> list[Comment]:
    """What an invitation brought, the newest first."""
    query = select(Comment).where(Comment.invitation_id == invitation.id).order_by(Comment.created_at.desc())
    return list(session.scalars(query))
