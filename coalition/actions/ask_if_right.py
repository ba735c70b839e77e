"""Once a year every organisation is asked whether what is known of it is right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models.contact import Contact
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

EVERY: Final = timedelta(days=365)
AT_ONCE: Final = 20
"""So many organisations are asked in one go: nobody's secretariat is answered by everybody in one hour."""


def ask_due() -> int:
    """Ask those who were not asked, and did not come into the directory, within a year; returns how many.

    Only contacts who want such mails are asked. Nobody is asked who stands under "do not ask" or is dissolved.
    """
    if db.session.scalar(_due(clock.now()).limit(1)) is None:
        db.session.rollback()
        return 0
    with transaction() as session:
        now = clock.now()
        found = session.scalars(_due(now).limit(AT_ONCE).with_for_update()).all()
        for organisation in found:
            organisation.asked_if_right_at = now
            for contact in organisation.contacts:
                if contact.ended_at or contact.erased_at or contact.muted_at or not contact.wants_updates:
                    continue
                outbox.queue(
                    session,
                    "is_this_right",
                    recipient=f"contact:{contact.id.hex}",
                    occasion=f"right:{now.date().isoformat()}",
                    now=now,
                )
        return len(found)


def _due(now: datetime) -> Select[Organisation]:
    """Organisations whose year is over, with somebody to ask."""
    before = now - EVERY
    return (
        select(Organisation)
        .where(
            Organisation.created_at < before,
            Organisation.asked_if_right_at.is_(None) | (Organisation.asked_if_right_at < before),
            Organisation.erased_at.is_(None),
            Organisation.merged_at.is_(None),
            Organisation.do_not_ask_at.is_(None),
            Organisation.standing != "dissolved",
            Organisation.contacts.any(
                Contact.ended_at.is_(None)
                & Contact.erased_at.is_(None)
                & Contact.muted_at.is_(None)
                & Contact.wants_updates.is_(True)
            ),
        )
        .order_by(Organisation.created_at)
    )
