"""Telling the desk, by a number and a link, that organisations ask for changes of their identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from coalition.emails import outbox
from coalition.models.account import Account

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def tell_of_changes(session: Session, *, now: datetime) -> None:
    """At most one mail a day to each who may decide: the first change at once, later ones together; part of a verb."""
    decide = or_(Account.is_administrator, Account.role == "coordinator")
    for account in session.scalars(select(Account).where(Account.ended_at.is_(None), Account.active, decide)):
        outbox.queue_at_most_daily(
            session,
            "changes_waiting",
            recipient=f"account:{account.id.hex}",
            occasion="changes of identity",
            now=now,
            kind_class="account",
        )
