"""Telling the desk, by a number and a link, that organisations ask for changes of their identity."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from coalition.emails import outbox
from coalition.models.account import Account

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

DAY: Final = timedelta(days=1)
TOLD_AT: Final = timedelta(hours=7)
"""When, in UTC, what came later on a day is told on the next."""


def tell_of_changes(session: Session, *, now: datetime) -> None:
    """At most one mail a day to each who may decide: the first change at once, later ones together; part of a verb."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    decide = or_(Account.is_administrator, Account.role == "coordinator")
    for account in session.scalars(select(Account).where(Account.ended_at.is_(None), Account.active, decide)):
        recipient = f"account:{account.id.hex}"
        for day in (today, today + DAY):
            occasion = f"changes of identity:{day:%Y%m%d}"
            if outbox.is_queued(session, "changes_waiting", recipient=recipient, occasion=occasion):
                continue
            due_at = now if day == today else day + TOLD_AT
            outbox.queue(
                session,
                "changes_waiting",
                recipient=recipient,
                occasion=occasion,
                now=now,
                due_at=due_at,
                kind_class="account",
            )
            break
