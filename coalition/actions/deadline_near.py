"""A day before a letter's deadline its coordinators get what is open, as numbers and one link (PAGES §6)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock
from coalition.actions.draft import lock
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.emails.still_open import still_open
from coalition.models.letter import Letter

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

BEFORE: Final = timedelta(hours=24)


def tell_of_deadlines() -> int:
    """Queue the mails that are due, once for each coordinator and deadline; returns how many. A moved deadline is told.

    Where less than a day is left from the beginning, or no worker ran, it goes as soon as a worker looks: late numbers
    are worth more than none. After the deadline none goes.
    """
    now = clock.now()
    found = db.session.scalars(
        select(Letter.id).where(
            Letter.stage == "open", Letter.deadline_at.is_not(None), Letter.deadline_at <= now + BEFORE
        )
    ).all()
    db.session.rollback()
    return sum(_tell(letter_id) for letter_id in found)


def _tell(letter_id: UUID) -> int:
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        deadline = letter.deadline_at
        if letter.stage != "open" or deadline is None or not now < deadline <= now + BEFORE:
            return 0
        return _queue(session, letter, deadline, now=now)


def _queue(session: Session, letter: Letter, deadline: datetime, *, now: datetime) -> int:
    occasion = f"deadline:{letter.id.hex}:{deadline:%Y%m%d%H%M}"
    recipients = [f"account:{account.id.hex}" for account in letter.coordinators()]
    new = [
        one for one in recipients if not outbox.is_queued(session, "deadline_near", recipient=one, occasion=occasion)
    ]
    numbers = asdict(still_open(session, letter)) if new else {}
    for recipient in new:
        outbox.queue(
            session,
            "deadline_near",
            recipient=recipient,
            occasion=occasion,
            now=now,
            letter_id=letter.id,
            deadline=deadline.isoformat(),
            open=numbers,
        )
    return len(new)
