"""Telling a letter's coordinators, by a number and a link, that signatures are disputed; never whose (SAFETY §3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from coalition.emails import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter


def tell_of_objections(session: Session, letter: Letter, *, now: datetime, but: Account | None = None) -> None:
    """At most one mail an hour to each: the first objection at once, later ones together; part of a verb.

    `but` is who did it, and knows.
    """
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    for account in letter.coordinators():
        if but is not None and account.id == but.id:
            continue
        recipient = f"account:{account.id.hex}"
        for hour in (this_hour, this_hour + timedelta(hours=1)):
            occasion = f"objections:{letter.id.hex}:{hour:%Y%m%d%H}"
            if outbox.is_queued(session, "objection_received", recipient=recipient, occasion=occasion):
                continue
            outbox.queue(
                session,
                "objection_received",
                recipient=recipient,
                occasion=occasion,
                now=now,
                due_at=max(hour, now),
                letter_id=letter.id,
                kind_class="account",
            )
            break
