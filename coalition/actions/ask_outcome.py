"""Half a year after publication the coordinators are asked what came of the letter: once, unless they said so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock
from coalition.actions.draft import lock
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models.machinery import Tick
from coalition.models.note import has_outcome
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from uuid import UUID

AFTER: Final = timedelta(days=182)
AT_LATEST: Final = timedelta(days=365)
"""A letter that was published longer ago, before anybody ran this or in a record, is not asked about."""
FACT: Final = "asked what came of "


def ask_outcomes() -> int:
    """Queue the mails that are due, once for each letter; returns for how many letters."""
    now = clock.now()
    due = db.session.scalars(
        select(PublicLetter.letter_id).where(
            PublicLetter.first_published_at <= now - AFTER,
            PublicLetter.first_published_at > now - AT_LATEST,
            PublicLetter.announced_at.is_not(None),
            PublicLetter.retracted_at.is_(None),
        )
    ).all()
    asked = {
        tick.removeprefix(FACT) for tick in db.session.scalars(select(Tick.fact).where(Tick.fact.startswith(FACT)))
    }
    db.session.rollback()
    return sum(_ask(letter_id) for letter_id in due if letter_id.hex not in asked)


def _ask(letter_id: UUID) -> bool:
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        fact = FACT + letter.id.hex
        if session.get(Tick, fact):
            return False
        session.add(Tick(fact=fact, at=now))
        if has_outcome(session, letter.id):
            return False
        for account in letter.coordinators():
            outbox.queue(
                session,
                "what_came_of_it",
                recipient=f"account:{account.id.hex}",
                occasion=f"outcome:{letter.id.hex}",
                now=now,
                letter_id=letter.id,
            )
        return True
