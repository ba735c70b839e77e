"""A mail that was taken by a server and came back all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.emails.failures import presentable
from coalition.emails.returned import Report, note_failure

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.outgoing_email import OutgoingEmail

__all__ = ["Report", "came_back"]

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
    row.last_code, row.last_words = report.code, _said(report)
    note_failure(session, row, report, now=now)
    return True


def _said(report: Report) -> str:
    """Status and words, without any address."""
    words = presentable(report.words)
    return words if not report.status or report.status in words else f"{report.status} {words}"[:1000]
