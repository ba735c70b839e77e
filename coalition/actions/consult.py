"""Consulting: a letter goes out for comments before it is signed, and back to that when it has to (DOMAIN §2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.acts import last_answered, standing_facts, standing_signature
from coalition.actions.circulate import NothingToSend, NumberChanged, queue_all, sending
from coalition.actions.draft import ensure_unpublished, entered, lock, touch
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.texts import tidy_text
from coalition.models.comment import Comment
from coalition.models.invitation import ASKED, Invitation
from coalition.models.letter import COMMENT_AUDIENCES, Letter, StaleEdit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

REASON_LIMIT = 2_000


class NoCommentsDeadline(Exception):
    """A consultation has a time until which comments are taken, and it lies ahead."""


class NoObjectionTooLate(Exception):
    """Who says nothing can be taken to have no objection only while something can still be said."""


class WorseThanSaid(Exception):
    """Those invited were told otherwise: `setting` would now be worse for them."""

    def __init__(self, setting: str) -> None:
        super().__init__(setting)
        self.setting = setting


class ReasonMissing(Exception):
    """Those who signed or were asked are told why."""


@dataclass(frozen=True, slots=True)
class CommentSettings:
    """Until when comments are taken, who sees them, and until when silence is no objection to the text (never more)."""

    until_at: datetime | None
    audience: str = "team"
    no_objection_until_at: datetime | None = None


def settings_of(letter: Letter) -> CommentSettings:
    """The settings as they are kept."""
    return CommentSettings(letter.comments_until_at, letter.comment_audience, letter.no_objection_until_at)


def state_of_settings(letter: Letter) -> str:
    """What tells one state of the settings from another: a form shows it, and gives it back when saving."""
    return hashlib.sha256(repr(settings_of(letter)).encode()).hexdigest()[:32]


def save_comment_settings(letter_id: UUID, settings: CommentSettings, *, by: Account, seen: str | None = None) -> None:
    """Save them. Once those invited were told, they change only in favour of who wrote or kept silent on their word.

    Raises NoCommentsDeadline, NoObjectionTooLate, WorseThanSaid, StaleEdit, AlreadyPublished, ValueError for an unknown
    audience.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        if seen is not None and seen != state_of_settings(letter):
            raise StaleEdit
        _ensure_fit(letter, settings, now=clock.now())
        if letter.version.put_forward_at is not None:
            _ensure_no_worse(settings_of(letter), settings)
        _keep(letter, settings)
        touch(letter)
        entered(session, letter, "comment settings saved", by, **_detail(settings))


def open_consultation(letter_id: UUID, *, by: Account, number: int, seal: str | None = None) -> int:
    """Open a draft for comments, or ask more organisations in one that is; returns to how many people it was sent.

    The text is frozen with that. `number` is to how many people the page said, `seal` the one of its `Sending`. Raises
    NumberChanged, NothingToSend, NoCommentsDeadline, IllegalMove.
    """
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        due = sending(session, letter)
        if len(due.waiting) != number or seal not in {None, due.seal}:
            raise NumberChanged
        if letter.version.text(letter.authoritative_language).is_empty or not due.waiting:
            raise NothingToSend
        if letter.comments_until_at is None or letter.comments_until_at <= now:
            raise NoCommentsDeadline
        if letter.stage != "consultation":
            letter.move_to("consultation", now=now)
            letter.version.put_forward(now=now)
            touch(letter)
        queue_all(session, letter, due, now=now, kind="consultation")
        entered(session, letter, "sent for comments", by, number=number, version=letter.version.number)
        return number


def back_to_consultation(letter_id: UUID, settings: CommentSettings, *, reason: str, by: Account) -> None:
    """Ask for comments again on an open letter. Nobody can sign meanwhile; signatures wait, and all are told why.

    Raises ReasonMissing, NoCommentsDeadline, NoObjectionTooLate, WorseThanSaid for a wider audience, IllegalMove,
    AlreadyPublished.
    """
    words = tidy_text(reason).strip()[:REASON_LIMIT]
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        ensure_unpublished(session, letter)
        if not words:
            raise ReasonMissing
        if settings.until_at is None:
            raise NoCommentsDeadline
        _ensure_fit(letter, settings, now=now)
        if _is_wider(letter.comment_audience, settings.audience):
            raise WorseThanSaid("audience")
        letter.move_to("consultation", now=now)
        _keep(letter, settings)
        touch(letter)
        _tell_again(session, letter, words, now=now)
        entered(session, letter, "back to consultation", by, reason=words, **_detail(settings))


def said_nothing(session: Session, letter: Letter) -> list[UUID]:
    """The organisations that were asked for comments and made none; no signature comes of that, ever."""
    asked = session.scalars(
        select(Invitation.organisation_id)
        .where(
            Invitation.letter_id == letter.id,
            Invitation.queued_at.is_not(None),
            Invitation.revoked_at.is_(None),
            Invitation.part.in_(ASKED),
        )
        .distinct()
    ).all()
    spoke = set(
        session.scalars(
            select(Invitation.organisation_id)
            .join(Comment, Comment.invitation_id == Invitation.id)
            .where(Comment.letter_id == letter.id, Comment.taken_back_at.is_(None))
        )
    )
    return [one for one in asked if one not in spoke]


def _ensure_fit(letter: Letter, settings: CommentSettings, *, now: datetime) -> None:
    if settings.audience not in COMMENT_AUDIENCES:
        raise ValueError(settings.audience)
    is_new = settings.until_at != letter.comments_until_at
    if settings.until_at is not None and is_new and settings.until_at <= now:
        raise NoCommentsDeadline
    silent = settings.no_objection_until_at
    if silent is not None and (settings.until_at is None or silent > settings.until_at):
        raise NoObjectionTooLate
    if silent is not None and silent != letter.no_objection_until_at and silent <= now:
        raise NoObjectionTooLate


def _ensure_no_worse(said: CommentSettings, settings: CommentSettings) -> None:
    """Raises WorseThanSaid for less time, for more eyes, for silence that counts where nobody was told so."""
    if said.until_at is not None and (settings.until_at is None or settings.until_at < said.until_at):
        raise WorseThanSaid("until")
    if _is_wider(said.audience, settings.audience):
        raise WorseThanSaid("audience")
    silent = settings.no_objection_until_at
    if silent is not None and (said.no_objection_until_at is None or silent < said.no_objection_until_at):
        raise WorseThanSaid("no_objection")


def _is_wider(before: str, after: str) -> bool:
    return COMMENT_AUDIENCES.index(after) > COMMENT_AUDIENCES.index(before)


def _keep(letter: Letter, settings: CommentSettings) -> None:
    letter.comments_until_at, letter.comment_audience = settings.until_at, settings.audience
    letter.no_objection_until_at = settings.no_objection_until_at


def _detail(settings: CommentSettings) -> dict[str, str]:
    silent = settings.no_objection_until_at
    return {
        "until": settings.until_at.isoformat() if settings.until_at else "",
        "audience": settings.audience,
        "no_objection": silent.isoformat() if silent else "",
    }


def _tell_again(session: Session, letter: Letter, reason: str, *, now: datetime) -> None:
    """Tell everybody who was asked that comments are open again, but for those who declined or withdrew."""
    asked = session.scalars(
        select(Invitation).where(
            Invitation.letter_id == letter.id,
            Invitation.queued_at.is_not(None),
            Invitation.revoked_at.is_(None),
            Invitation.takes_part(),
        )
    )
    for invitation in asked:
        has_signed = standing_signature(session, letter.id, invitation.organisation_id) is not None
        if not has_signed and last_answered(session, letter.id, invitation.organisation_id) is not None:
            continue
        outbox.queue(
            session,
            "consulted_again",
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"consulted:{invitation.id.hex}:{letter.row_version}",
            now=now,
            letter_id=letter.id,
            invitation_id=invitation.id,
            reason=reason,
            **standing_facts(session, invitation),
        )
