"""Tending the outbox: a mail is tried again, stopped, or let go once there is a mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import or_, select, true

from coalition import clock, config
from coalition.database import after_commit, db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import TeamMember
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from coalition.models.account import Account

MAY_BE_TRIED = frozenset({"deferred", "refused", "unknown", "bounced", "held"})
MAY_BE_STOPPED = frozenset({"queued", "held", "deferred"})
AT_ONCE = 500


class NoSuchMail(Exception):
    """There is no such mail, or not for this account."""


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


def retry(email_ids: Collection[UUID], *, by: Account) -> int:
    """Try mails again now. Returns how many; others went on meanwhile. Raises NoSuchMail where none is theirs."""
    with transaction() as session:
        now, done = clock.now(), 0
        may_go = bool(config.settings().mail_server or config.settings().demo)
        for row in _locked(session, email_ids, by):
            if row.state not in MAY_BE_TRIED or (row.state == "held" and not may_go):
                continue
            row.state, row.next_at, row.settled_at, row.attempts = "queued", now, None, 0
            _forget_bounce(session, row)
            _entered(session, row, "mail tried again", by)
            done += 1
        after_commit(outbox.doorbell.ring)
        return done


def stop(email_ids: Collection[UUID], *, by: Account) -> int:
    """Stop mails that have not gone out. Returns how many; others went on meanwhile. Raises NoSuchMail as `retry`."""
    with transaction() as session:
        now, done = clock.now(), 0
        for row in _locked(session, email_ids, by):
            if row.state not in MAY_BE_STOPPED:
                continue
            row.state, row.settled_at, row.last_words = "stopped", now, ""
            _entered(session, row, "mail stopped", by)
            done += 1
        return done


def in_state(state: str, *, by: Account) -> list[UUID]:
    """Every mail in a state that the account tends."""
    return list(db.session.scalars(select(OutgoingEmail.id).where(OutgoingEmail.state == state, tended_by(by))))


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


def _locked(session: Session, email_ids: Collection[UUID], by: Account) -> list[OutgoingEmail]:
    chosen = list(email_ids)
    found: list[OutgoingEmail] = []
    for start in range(0, len(chosen), AT_ONCE):
        query = select(OutgoingEmail).where(OutgoingEmail.id.in_(chosen[start : start + AT_ONCE]), tended_by(by))
        found += session.scalars(query.order_by(OutgoingEmail.id).with_for_update())
    if not found:
        raise NoSuchMail
    return found


def _forget_bounce(session: Session, row: OutgoingEmail) -> None:
    """What is tried again counts as not come back, until it does."""
    invitation = session.get(Invitation, row.invitation_id) if row.invitation_id else None
    if invitation:
        invitation.bounced_at = None
    kind, _, hexadecimal = row.recipient.partition(":")
    contact = session.get(Contact, UUID(hexadecimal)) if kind == "contact" else None
    if contact:
        contact.bounced_at = contact.bounce = None


def _entered(session: Session, row: OutgoingEmail, verb: str, by: Account, **detail: Any) -> None:
    record.enter(
        session, verb, at=clock.now(), letter_id=row.letter_id, actor_kind="account", actor_id=by.id,
        mail=row.id.hex, **detail,
    )  # fmt: skip
