"""We need until then: an organisation says by which day it answers, and nobody reminds it before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from coalition import clock
from coalition.actions.acts import by_link, standing_signature
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.signature import AlreadySigned

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from coalition.actions.acts import Shown
    from coalition.models.invitation import Invitation
    from coalition.models.letter import Letter

LONGEST: Final = timedelta(days=365)
"""The latest day that can be named where signing has no end."""


class DayIsPast(Exception):
    """The day is over where the contact lives."""


class DayTooLate(Exception):
    """Signing is over by then; `last` is the last day that can be named."""

    def __init__(self, last: date) -> None:
        super().__init__(last.isoformat())
        self.last = last


def need_until(invitation_id: UUID, day: date, *, key: str, shown: Shown) -> None:
    """Say that the organisation answers by `day`: reminders pause until it is over. Signs nothing, declines nothing.

    A later form names another day. Raises InvitationRevoked, LinkReplaced, HandedOver, NotOpenForSigning,
    AlreadySigned, DayIsPast, DayTooLate.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        own = actor.invitation
        assert own is not None  # noqa: S101 -- by_link says so  # nosec B101
        if outbox.is_queued(session, "receipt", recipient=actor.recipient, occasion=f"answer:{key}"):
            return
        now = clock.now()
        letter.ensure_open_for_signing(now=now, form_opened_at=shown.opened_at)
        if standing_signature(session, letter.id, actor.organisation.id):
            raise AlreadySigned
        if day < today_of(own, now=now):
            raise DayIsPast
        if day > last_day(letter, now=now):
            raise DayTooLate(last_day(letter, now=now))
        own.expected_on = day
        record.enter(session, "asked for time", at=now, letter_id=letter.id, actor_kind="contact", by=actor.recipient)
        outbox.queue(
            session,
            "receipt",
            recipient=actor.recipient,
            occasion=f"answer:{key}",
            now=now,
            letter_id=letter.id,
            invitation_id=own.id,
            act="more_time",
            number=letter.version.number,
            person=actor.name,
            role="",
            at=now.isoformat(),
            printed_name="",
            is_withheld=False,
            fingerprint="",
            expected_on=day.isoformat(),
        )


def last_day(letter: Letter, *, now: datetime) -> date:
    """The last day on which an answer is taken, in the letter's zone."""
    until = letter.deadline_at or now + LONGEST
    return until.astimezone(ZoneInfo(letter.zone)).date()


def today_of(invitation: Invitation, *, now: datetime) -> date:
    """The day it is where the contact lives."""
    return now.astimezone(ZoneInfo(invitation.contact.zone)).date()
