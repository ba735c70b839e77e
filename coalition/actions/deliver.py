"""Tending the outbox: a mail is tried again, stopped, or let go once there is a mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, true

from coalition import clock, config
from coalition.database import after_commit, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.invitation import Invitation
from coalition.models.letter import TeamMember
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from coalition.models.account import Account

MAY_BE_TRIED = frozenset({"deferred", "refused", "unknown"})
MAY_BE_STOPPED = frozenset({"queued", "held", "deferred"})


class NoSuchMail(Exception):
    """There is no such mail, or not for this account."""


class SettledMeanwhile(Exception):
    """The mail went on since the page was made: it can not be tried again or stopped in its present state."""


class NoMailServer(Exception):
    """No mail server is set up: held mails stay."""


def tended_by(account: Account) -> ColumnElement[bool]:
    """The mails that an account may look after: administrators all of them, others those of their letters."""
    if account.is_administrator:
        return true()
    letters = select(TeamMember.letter_id).where(
        TeamMember.account_id == account.id, TeamMember.ended_at.is_(None), TeamMember.role == "coordinator"
    )
    return or_(OutgoingEmail.letter_id.in_(letters), OutgoingEmail.recipient == f"account:{account.id.hex}")


def retry(email_id: UUID, *, by: Account) -> None:
    """Try a mail again now. Raises NoSuchMail, SettledMeanwhile."""
    with transaction() as session:
        row = _locked(session, email_id, by)
        if row.state not in MAY_BE_TRIED:
            raise SettledMeanwhile
        row.state, row.next_at, row.settled_at, row.attempts = "queued", clock.now(), None, 0
        invitation = session.get(Invitation, row.invitation_id) if row.invitation_id else None
        if invitation:
            invitation.bounced_at = None
        after_commit(outbox.doorbell.ring)
        _entered(session, row, "mail tried again", by)


def stop(email_id: UUID, *, by: Account) -> None:
    """Stop a mail that has not gone out. Raises NoSuchMail, SettledMeanwhile."""
    with transaction() as session:
        row = _locked(session, email_id, by)
        if row.state not in MAY_BE_STOPPED:
            raise SettledMeanwhile
        row.state, row.settled_at, row.last_words = "stopped", clock.now(), ""
        _entered(session, row, "mail stopped", by)


def release_held(*, by: Account) -> int:
    """Let the mails go that were held for want of a mail server; returns how many. Raises NoMailServer."""
    settings = config.settings()
    if not settings.mail_server and not settings.demo:
        raise NoMailServer
    with transaction() as session:
        now = clock.now()
        number = outbox.release_held(session, now=now)
        record.enter(session, "held mails let go", at=now, actor_kind="account", actor_id=by.id, number=number)
        return number


def _locked(session: Session, email_id: UUID, by: Account) -> OutgoingEmail:
    row = session.scalar(
        select(OutgoingEmail).where(OutgoingEmail.id == email_id, tended_by(by)).with_for_update()
    )  # fmt: skip
    if row is None:
        raise NoSuchMail
    return row


def _entered(session: Session, row: OutgoingEmail, verb: str, by: Account, **detail: Any) -> None:
    record.enter(
        session, verb, at=clock.now(), letter_id=row.letter_id, actor_kind="account", actor_id=by.id,
        mail=row.id.hex, **detail,
    )  # fmt: skip
