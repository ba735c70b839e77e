"""Notices of a relay about mails of ours: each is taken once and put to its row, like a report that comes by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coalition import config
from coalition.actions.receive import forget_what_is_not_ours, put_report
from coalition.database import transaction
from coalition.emails.failures import presentable
from coalition.emails.return_paths import row_of
from coalition.emails.returned import words_to_keep
from coalition.intake.mail.relays import COMPLAINED
from coalition.models.incoming_email import IncomingEmail
from coalition.models.outgoing_email import OutgoingEmail
from coalition.vault import blind_index, blind_indexes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.intake.mail.relays import Notice

SAID_OF_COMPLAINT: Final = "Reported as spam."
"""What the row says where the relay has no words of its own; like a server's words, it is not translated."""
log = structlog.get_logger(__name__)


def hear(notice: Notice, *, now: datetime) -> None:
    """Take in one notice whose sender was proven; a second time, or about a mail that is not ours, nothing changes."""
    try:
        with transaction() as session:
            key = blind_index("relay_notice", notice.once)
            keys = blind_indexes("relay_notice", notice.once)
            if session.scalar(select(IncomingEmail.id).where(IncomingEmail.key.in_(keys))) is not None:
                return
            forget_what_is_not_ours(session, now)
            mail = IncomingEmail(kind="unmatched", key=key, at=now)
            session.add(mail)
            row = _row(session, notice)
            if row is not None:
                _put(session, mail, row, notice)
            kind = mail.kind
    except IntegrityError:
        return  # another process took the very same notice in between
    log.info("a relay's notice came in", kind=kind)


def _row(session: Session, notice: Notice) -> OutgoingEmail | None:
    """The mail it speaks of: by its random Message-ID, else by the return path that we signed."""
    if notice.name:
        message_id = f"<{notice.name}@{config.settings().mail_host}>"
        found = session.scalar(select(OutgoingEmail).where(OutgoingEmail.message_id == message_id))
        if found is not None:
            return found
    row_id = row_of(notice.return_path)
    return session.get(OutgoingEmail, row_id) if row_id else None


def _put(session: Session, mail: IncomingEmail, row: OutgoingEmail, notice: Notice) -> None:
    put_report(session, mail, row, notice.report)
    if notice.report.action != COMPLAINED:
        return
    # A complaint arrived: the mail did too. It stops nothing by itself; somebody has to look at it.
    mail.kind = "automatic"
    if row.state == "accepted":
        row.last_code, row.last_words = None, words_to_keep(row, presentable(notice.report.words or SAID_OF_COMPLAINT))
