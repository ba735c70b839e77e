"""Whose a mail is while it is delivered: claimed by one statement, for so long; taken back when a worker was killed.

Functions here are part of a transaction of `delivery`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Table, select, update

from coalition.models.outgoing_email import WAITING, OutgoingEmail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

LEASE: Final = timedelta(minutes=10)
"""Over four times the transport's patience: a mail still being sent is never taken for lost."""
_TABLE: Final = cast("Table", OutgoingEmail.__table__)
SILENT: Final = {"synchronize_session": False}


def claim(session: Session, limit: int, *, until: datetime, now: datetime) -> list[UUID]:
    """Take up to `limit` mails that are due, by one statement; nobody else gets them before `until`."""
    due = (
        select(OutgoingEmail.id)
        .where(OutgoingEmail.state.in_(WAITING), OutgoingEmail.next_at <= now)
        .order_by(OutgoingEmail.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.scalars(
        update(OutgoingEmail)
        .where(OutgoingEmail.id.in_(due.scalar_subquery()))
        .values(state="claimed", lease_until=until)
        .returning(OutgoingEmail.id)
        .execution_options(**SILENT)
    )
    return list(claimed)


def begin(session: Session, held: Mapping[UUID, datetime], *, now: datetime) -> set[UUID]:
    """Mark claimed mails as on their way, under a new lease; returns those that are.

    `held` says until when each was claimed: what was stopped at the desk, or taken over since, is not begun.
    """
    begun: set[UUID] = set()
    for ends in set(held.values()):
        mine = [row_id for row_id, until in held.items() if until == ends]
        statement = (
            update(_TABLE)
            .where(_TABLE.c.id.in_(mine), _TABLE.c.state == "claimed", _TABLE.c.lease_until == ends)
            .values(state="transmitting", lease_until=now + LEASE, attempts=_TABLE.c.attempts + 1)
            .returning(_TABLE.c.id)
        )
        begun.update(session.scalars(statement))
    return begun


def expire(session: Session, *, now: datetime) -> None:
    """Take back what a killed worker had: claimed mails wait again, those in transmission are in doubt.

    A lease that ends later than any that is given now was given before the clock went back: it lasts one lease from
    now, so that whoever holds it can still finish.
    """
    leased, ends = OutgoingEmail.state.in_(("claimed", "transmitting")), OutgoingEmail.lease_until
    _set(session, leased, ends > now + LEASE, lease_until=now + LEASE)
    over = ends < now
    _set(session, OutgoingEmail.state == "claimed", over, state="queued", lease_until=None)
    transmitting = OutgoingEmail.state == "transmitting"
    in_doubt = OutgoingEmail.in_doubt_at.is_not(None)
    _set(session, transmitting, over, in_doubt, state="unknown", lease_until=None, settled_at=now)
    _set(session, transmitting, over, state="deferred", lease_until=None, next_at=now, in_doubt_at=now)


def give_back(session: Session, mine: Iterable[UUID], leases: Iterable[datetime]) -> None:
    """What a worker claimed, under these leases, and did not begin waits again, for whoever comes next."""
    _set(session, *_still_mine(mine, leases), state="queued", lease_until=None)


def put_off(
    session: Session, mine: Iterable[UUID], leases: Iterable[datetime], *, to: datetime, code: int | None, words: str
) -> None:
    """What a worker claimed and did not begin waits until `to`; no attempt is counted, for none was made."""
    reason = {"last_code": code, "last_words": words[:1000]}
    _set(session, *_still_mine(mine, leases), state="deferred", lease_until=None, next_at=to, **reason)


def _still_mine(mine: Iterable[UUID], leases: Iterable[datetime]) -> tuple[Any, ...]:
    """What of it is claimed by the same worker: whoever took it over has another lease."""
    ours = OutgoingEmail.lease_until.in_(list(leases))
    return OutgoingEmail.id.in_(list(mine)), OutgoingEmail.state == "claimed", ours


def _set(session: Session, *where: Any, **values: Any) -> None:
    session.execute(update(OutgoingEmail).where(*where).values(**values).execution_options(**SILENT))
