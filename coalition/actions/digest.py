"""The digest: each morning, in numbers, what happened with the letters that somebody coordinates.

It is bound to the account's own day by its occasion, so any number of workers queue it once; a worker that slept a week
queues one, and a clock set back none. It covers the time since the last one, at most a week: nothing is told twice.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from coalition import clock
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.emails.words import NewsNumbers
from coalition.models.account import Account
from coalition.models.comment import Comment
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.letter import TeamMember
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import RequestToSign

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

MORNING: Final = time(8)
EVENING: Final = time(20)
"""Who was not reached by then is not woken: the next morning's digest covers it."""
A_DAY: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=7)
OCCASION: Final = "digest:"


def queue_digests() -> int:
    """Queue the digests that are due and have something to tell; returns how many. Writes nothing else."""
    now = clock.now()
    due = [account.id for account in _readers() if _facts(db.session(), account, now=now) is not None]
    db.session.rollback()
    return sum(_queue(account_id) for account_id in due)


def _readers() -> list[Account]:
    coordinates = select(TeamMember.account_id).where(TeamMember.role == "coordinator", TeamMember.ended_at.is_(None))
    query = select(Account).where(
        Account.wants_digest, Account.active, Account.ended_at.is_(None), Account.id.in_(coordinates)
    )
    return list(db.session.scalars(query))


def _day(account: Account, *, now: datetime) -> date | None:
    """The day, where the account is, whose digest is due now; None at night."""
    local = now.astimezone(ZoneInfo(account.zone))
    return local.date() if MORNING <= local.time() < EVENING else None


def _queue(account_id: UUID) -> bool:
    """Queue one account's digest, unless another worker was faster."""
    with transaction() as session:
        account, now = session.get_one(Account, account_id, with_for_update=True), clock.now()
        facts = _facts(session, account, now=now)
        if facts is not None:
            outbox.queue(session, "digest", recipient=_recipient(account), now=now, **facts)
        return facts is not None


def _facts(session: Session, account: Account, *, now: datetime) -> dict[str, Any] | None:
    """What a digest that is due now tells, and its occasion; None where none is due, or it was queued."""
    day = _day(account, now=now)
    if day is None:
        return None
    occasion = f"{OCCASION}{day}"
    if outbox.is_queued(session, "digest", recipient=_recipient(account), occasion=occasion):
        return None
    since = _since(session, account, day)
    letters = _news(session, account.id, since, _morning(day, account))
    return {"occasion": occasion, "since": since.isoformat(), "letters": letters} if letters else None


def _recipient(account: Account) -> str:
    return f"account:{account.id.hex}"


def _morning(day: date, account: Account) -> datetime:
    """Eight o'clock on that day where the account is: the zone's rules say which instant it is."""
    return datetime.combine(day, MORNING, ZoneInfo(account.zone))


def _since(session: Session, account: Account, day: date) -> datetime:
    """Where the last digest ended, whatever the zone was then; a day ago for the first one."""
    before = session.scalar(
        select(func.max(OutgoingEmail.occasion)).where(
            OutgoingEmail.recipient == _recipient(account),
            OutgoingEmail.occasion.startswith(OCCASION),
            OutgoingEmail.occasion < f"{OCCASION}{day}",
        )
    )
    earliest = _morning(day - LONGEST, account)
    if before is None:
        return _morning(day - A_DAY, account)
    return max(_morning(date.fromisoformat(before.removeprefix(OCCASION)), account), earliest)


def _news(session: Session, account_id: UUID, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The letters with which something happened, the latest letter first, with their numbers."""
    ids = session.scalars(
        select(TeamMember.letter_id)
        .where(TeamMember.account_id == account_id, TeamMember.role == "coordinator", TeamMember.ended_at.is_(None))
        .order_by(TeamMember.joined_at.desc(), TeamMember.letter_id)
    ).all()
    counted = {
        "answers": _counted(
            session, Invitation.letter_id, Invitation.answered_at, since, until, each=Invitation.organisation_id
        ),
        "comments": _counted(
            session, Comment.letter_id, Comment.created_at, since, until,
            Comment.invitation_id.is_not(None), Comment.taken_back_at.is_(None),
        ),
        "requests": _counted(
            session, RequestToSign.letter_id, RequestToSign.confirmed_at, since, until,
            RequestToSign.quarantined_at.is_(None),
        ),
        "bounces": _counted(session, Invitation.letter_id, Invitation.bounced_at, since, until),
        "replies": _counted(
            session, IncomingEmail.letter_id, IncomingEmail.at, since, until, IncomingEmail.kind == "reply"
        ),
    }  # fmt: skip
    found = [
        (letter_id, NewsNumbers(**{name: numbers.get(letter_id, 0) for name, numbers in counted.items()}))
        for letter_id in ids
    ]
    return [{"id": letter_id.hex, "news": asdict(news)} for letter_id, news in found if news != NewsNumbers()]


def _counted(
    session: Session,
    letter_id: Any,
    moment: Any,
    since: datetime,
    until: datetime,
    *conditions: ColumnElement[bool],
    each: Any = None,
) -> dict[UUID, int]:
    """How many rows of each letter have their moment in that time; of each `each` one is counted."""
    number = func.count() if each is None else func.count(each.distinct())
    query = select(letter_id, number).where(moment >= since, moment < until, *conditions).group_by(letter_id)
    return {one: count for one, count in session.execute(query) if one is not None}
