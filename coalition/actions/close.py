"""Closing: by hand, or by itself once the deadline and its grace have passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions import take_off
from coalition.actions.acts import standing_facts
from coalition.actions.draft import lock
from coalition.actions.one_by_one import one_by_one
from coalition.actions.persons import standing_persons, tell_news
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from coalition.models.account import Account


def close(letter_id: UUID, *, by: Account) -> None:
    """Close a letter by hand. Raises IllegalMove."""
    with transaction() as session:
        letter = lock(session, letter_id)
        _close(session, letter)
        record.enter(
            session, "closed", at=clock.now(), letter_id=letter.id, actor_kind="account", actor_id=by.id, how="by hand"
        )


def close_due() -> list[UUID]:
    """Close every letter whose deadline and grace have passed, each once; returns their ids.

    One that can not be closed keeps no other open: what went wrong is raised after the last.
    """
    candidates = db.session.scalars(
        select(Letter.id).where(Letter.stage == "open", Letter.deadline_at.is_not(None))
    ).all()
    return one_by_one(candidates, _close_if_due)


def _close_if_due(letter_id: UUID) -> bool:
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        if not letter.is_due_to_close(now=now):
            return False
        _close(session, letter)
        record.enter(session, "closed", at=now, letter_id=letter.id, how="deadline")
        return True


def _close(session: Session, letter: Letter) -> None:
    """Change the stage and tell those who signed that signing is over."""
    now = clock.now()
    letter.move_to("closed", now=now)
    letter.row_version += 1
    if session.get(PublicLetter, letter.id):
        take_off.bodies(session, letter.id)  # words that ask to sign vanish with the signing
    for invitation in session.scalars(_answered(letter.id)):
        facts = standing_facts(session, invitation)
        if not facts["has_signed"]:
            continue
        outbox.queue(
            session,
            "closed",
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"closed:{letter.id.hex}:{now.timestamp():.6f}",
            now=now,
            letter_id=letter.id,
            invitation_id=invitation.id,
            at=now.isoformat(),
            **facts,
        )
    for signature in standing_persons(session, letter):
        if signature.is_on_list:
            tell_news(session, letter, signature, "closed", now=now)


def _answered(letter_id: UUID) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.letter_id == letter_id, Invitation.answered_at.is_not(None), Invitation.revoked_at.is_(None)
    )
