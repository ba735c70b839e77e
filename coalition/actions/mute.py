"""I did not expect this mail: no more of them, until the contact says otherwise; the coordinators learn a number."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from coalition import clock
from coalition.actions.acts import by_link
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Shown
    from coalition.models.letter import Letter


def mute(invitation_id: UUID, *, wholly: bool, shown: Shown) -> None:
    """Mail this contact no more about the letter, or with `wholly` about anything; receipts of own acts still come.

    The coordinators are told how many did so. It declines nothing. Muting twice is muting once. Raises
    InvitationRevoked, LinkReplaced.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown, handed_over=True)
        own, now = actor.invitation, clock.now()
        assert own is not None  # noqa: S101 -- by_link says so
        is_new = own.muted_at is None
        own.muted_at = own.muted_at or now
        own.contact.muted_at = (own.contact.muted_at or now) if wholly else own.contact.muted_at
        if is_new:
            record.enter(session, "muted", at=now, letter_id=letter.id, actor_kind="contact", by=actor.recipient)
            _tell_coordinators(session, letter, now=now)


def unmute(invitation_id: UUID, *, shown: Shown) -> None:
    """Take that back, for the letter and wholly. Raises InvitationRevoked, LinkReplaced."""
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown, handed_over=True)
        own = actor.invitation
        if own is None or not own.is_muted:
            return
        own.muted_at = own.contact.muted_at = None
        record.enter(session, "unmuted", at=clock.now(), letter_id=letter.id, actor_kind="contact", by=actor.recipient)


def _tell_coordinators(session: Session, letter: Letter, *, now: datetime) -> None:
    """At most one mail an hour to each: the first at once, those after it together when the hour is over."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    for account in letter.coordinators():
        recipient = f"account:{account.id.hex}"
        for hour in (this_hour, this_hour + timedelta(hours=1)):
            occasion = f"not expected:{letter.id.hex}:{hour:%Y%m%d%H}"
            if outbox.is_queued(session, "not_expected", recipient=recipient, occasion=occasion):
                continue
            outbox.queue(
                session,
                "not_expected",
                recipient=recipient,
                occasion=occasion,
                now=now,
                due_at=max(hour, now),
                letter_id=letter.id,
                kind_class="account",
            )
            break
