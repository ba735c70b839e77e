"""Telling of what was released: ten minutes after it is public the feeds have it, and the mails go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition import clock
from coalition.actions import call_webhooks, persons, take_off
from coalition.actions.acts import standing_facts
from coalition.actions.draft import lock
from coalition.actions.one_by_one import one_by_one
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.edition import Edition
from coalition.models.invitation import Invitation
from coalition.models.public import UNDO, PublicLetter

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.signature import Signature


def announce(letter_id: UUID, *, by: Account) -> bool:
    """Tell of a release at once, without waiting for the end of its ten minutes; says whether that was still to do.

    Of a letter that was retracted before that, nothing is told.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        public = session.get(PublicLetter, letter.id, with_for_update=True)
        if public is None or public.undo_until is None:
            return False
        now = clock.now()
        record.enter(session, "announced", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id)
        tell_everybody(session, letter, session.get_one(Edition, public.edition_id), now=now)
        return True


def announce_due() -> list[UUID]:
    """Tell of every release whose ten minutes are over, each once; returns the letters' ids.

    One that can not be told of keeps back no other: what went wrong is raised after the last.
    """
    query = select(PublicLetter.letter_id).where(
        PublicLetter.announced_at.is_(None),
        PublicLetter.retracted_at.is_(None),
        PublicLetter.first_published_at <= clock.now() - UNDO,
    )
    return one_by_one(db.session.scalars(query).all(), _announce_if_due)


def _announce_if_due(letter_id: UUID) -> bool:
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        public = session.get(PublicLetter, letter.id, with_for_update=True)
        if public is None or public.undo_until is None or now < public.undo_until:
            return False
        record.enter(session, "announced", at=now, letter_id=letter.id)
        tell_everybody(session, letter, session.get_one(Edition, public.edition_id), now=now)
        return True


def tell_everybody(session: Session, letter: Letter, edition: Edition, *, now: datetime) -> None:
    """Let the feeds have the letter, tell other programs and write to those who signed; part of a verb.

    From now on nothing is undone.
    """
    session.get_one(PublicLetter, letter.id).announced_at = now
    take_off.site_bodies(session)
    call_webhooks.tell(session, letter.id, "published", now=now)
    _tell_signers(session, letter, edition, now=now)
    _tell_persons(session, letter, now=now)


def number_told(session: Session, letter: Letter) -> int:
    """How many people are written to when the letter is told of. Opens the vault."""
    return len(_signed(session, letter)) + len(_persons(session, letter))


def _signed(session: Session, letter: Letter) -> list[tuple[Invitation, dict[str, Any]]]:
    """Whoever answered for an organisation that has signed, with what the mail says of its signature."""
    query = select(Invitation).where(Invitation.letter_id == letter.id, Invitation.answered_at.is_not(None))
    found = [(one, standing_facts(session, one)) for one in session.scalars(query) if one.is_live]
    return [(invitation, facts) for invitation, facts in found if facts["has_signed"]]


def _persons(session: Session, letter: Letter) -> list[Signature]:
    return [one for one in persons.standing_persons(session, letter) if one.is_on_list]


def _tell_signers(session: Session, letter: Letter, edition: Edition, *, now: datetime) -> None:
    for invitation, facts in _signed(session, letter):
        outbox.queue(
            session,
            "published",
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"published:{letter.id.hex}:{edition.number}",
            now=now,
            letter_id=letter.id,
            invitation_id=invitation.id,
            **facts,
        )


def _tell_persons(session: Session, letter: Letter, *, now: datetime) -> None:
    for signature in _persons(session, letter):
        persons.tell_news(session, letter, signature, "published", now=now)
