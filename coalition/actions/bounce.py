"""Mails that came back: put to their rows, and told to the coordinators who want it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import func, or_, select

from coalition import clock
from coalition.actions.draft import lock
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.emails.failures import presentable
from coalition.emails.returned import Report, note_failure, words_to_keep
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from coalition.models.account import Account

__all__ = ["Report", "came_back", "tell_of_bounces"]

NOT_OFTENER: Final = timedelta(hours=1)
NEWS: Final = timedelta(days=1)
"""What came back longer ago is no news: no clock that jumps and no new account brings it up again."""

NEVER_LEFT = frozenset({"held", "stopped"})


def came_back(session: Session, row: OutgoingEmail, report: Report, now: datetime) -> bool:
    """Put a report of failure to its mail: the row is "bounced", its contact and invitation know why; part of a verb.

    A report may overtake the server's own yes, so a mail in transmission can bounce. Returns whether it was news: a
    second report of the same failure, or one of a mail that never left, changes nothing.
    """
    session.flush()
    session.refresh(row, with_for_update=True)
    if row.state == "bounced" or row.state in NEVER_LEFT or not row.attempts:
        return False
    row.state, row.settled_at, row.lease_until = "bounced", now, None
    row.last_code, row.last_words = report.code, words_to_keep(row, _said(report))
    note_failure(session, row, report, now=now)
    return True


def _said(report: Report) -> str:
    """Status and words, without any address."""
    words = presentable(report.words)
    return words if not report.status or report.status in words else f"{report.status} {words}"[:1000]


def tell_of_bounces() -> int:
    """Tell the coordinators who want it of mails that were refused or came back since they were told last.

    One mail for each letter and hour at most: the first failure at once, later ones together. Returns how many.
    """
    now = clock.now()
    query = select(OutgoingEmail.letter_id).join(Letter, Letter.id == OutgoingEmail.letter_id)
    found = db.session.scalars(query.where(*_failed_after(now - NEWS), Letter.is_practice.is_(False)).distinct()).all()
    db.session.rollback()
    return sum(_tell(letter_id) for letter_id in found if letter_id)


def _tell(letter_id: UUID) -> int:
    """Under the lock of the letter, so that two workers do not tell the same twice."""
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        due = [one for one in letter.coordinators() if one.wants_alerts and _has_news(session, letter, one, now=now)]
        for account in due:
            outbox.queue(
                session,
                "mail_bounced",
                recipient=f"account:{account.id.hex}",
                occasion=f"{_occasion(letter)}{now:%Y%m%d%H%M}",
                now=now,
                letter_id=letter.id,
                kind_class="account",
            )
        return len(due)


def _has_news(session: Session, letter: Letter, account: Account, *, now: datetime) -> bool:
    told_at = session.scalar(
        select(func.max(OutgoingEmail.date)).where(
            OutgoingEmail.recipient == f"account:{account.id.hex}",
            OutgoingEmail.occasion.startswith(_occasion(letter)),
        )
    )
    if told_at is not None and told_at > now - NOT_OFTENER:
        return False
    a_second = timedelta(seconds=1)  # the date of a mail knows no parts of one
    since = max(told_at + a_second, now - NEWS) if told_at is not None else now - NEWS
    news = select(OutgoingEmail.id).where(OutgoingEmail.letter_id == letter.id, *_failed_after(since))
    return session.scalar(news.limit(1)) is not None


def _failed_after(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Mails to contacts that did not arrive. What goes to accounts and requests alarms nobody."""
    to_contacts = or_(OutgoingEmail.recipient.startswith("contact:"), OutgoingEmail.recipient.startswith("sealed:"))
    return OutgoingEmail.state.in_(("refused", "bounced")), OutgoingEmail.settled_at > moment, to_contacts


def _occasion(letter: Letter) -> str:
    return f"bounced:{letter.id.hex}:"
