"""Replies: mails that contacts write back. They are kept, shown and forwarded; they never sign (DOMAIN §4).

Nothing is ever sent to whoever wrote: two machines can not answer one another by way of us. How many mails one
invitation can cause is counted in the database.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from coalition import clock
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.replies import plain_line, plain_words
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

OF_PERSONS: Final = ("reply", "automatic")
"""Kinds of mail that answer an invitation."""
A_DAY: Final = timedelta(days=1)
FORWARDED_A_DAY: Final = 10
"""Replies of one invitation that are mailed on within a day; the others wait at the desk."""
READ_A_DAY: Final = 50
"""More than so many within a day no person writes: they are kept as automatic answers."""


def take_reply(session: Session, incoming: IncomingEmail, said: Mapping[str, str]) -> None:
    """Keep a mail that answers an invitation, and mail it on to the letter's coordinators; part of a verb.

    `incoming` has its kind ("reply" or "automatic"), its invitation and its time; `said` has "from_name",
    "from_address", "subject", "words" (the plain text, quotes and all) and "date" (ISO, or ""). It signs nothing.
    The bytes of the mail are not kept: they quote ours, with its link.
    """
    if incoming.invitation_id is None:
        raise ValueError("a reply is put to an invitation")
    invitation = session.get_one(Invitation, incoming.invitation_id, with_for_update=True)
    incoming.letter_id = invitation.letter_id
    incoming.said = {
        "from_name": plain_line(said.get("from_name", ""), limit=200),
        "from_address": plain_line(said.get("from_address", ""), limit=320),
        "subject": plain_line(said.get("subject", "")),
        "words": plain_words(said.get("words", "")),
        "date": said.get("date", "")[:40],
    }
    incoming.raw = None
    if incoming.kind == "reply" and _counted(session, invitation, incoming) >= READ_A_DAY:
        incoming.kind = "automatic"
    session.add(incoming)
    if incoming.kind == "reply":
        _forward(session, invitation, incoming, now=incoming.at)


def _forward(session: Session, invitation: Invitation, incoming: IncomingEmail, *, now: datetime) -> None:
    """To each coordinator, at once; what is over the cap waits at the desk and is counted in the digest."""
    if _counted(session, invitation, incoming, is_forwarded=True) >= FORWARDED_A_DAY:
        return
    session.flush()
    for account in invitation.letter.coordinators():
        outbox.queue(
            session,
            "reply_received",
            recipient=f"account:{account.id.hex}",
            occasion=f"reply:{incoming.id.hex}",
            now=now,
            letter_id=invitation.letter_id,
            kind_class="notice",
            reply=incoming.id.hex,
        )
        incoming.forwarded_at = now


def _counted(session: Session, invitation: Invitation, incoming: IncomingEmail, *, is_forwarded: bool = False) -> int:
    """How many other replies to the invitation came within a day before this one."""
    query = select(func.count(IncomingEmail.id)).where(
        IncomingEmail.invitation_id == invitation.id,
        IncomingEmail.kind.in_(OF_PERSONS),
        IncomingEmail.at > incoming.at - A_DAY,
        IncomingEmail.id != incoming.id,
    )
    if is_forwarded:
        query = query.where(IncomingEmail.forwarded_at.is_not(None))
    with session.no_autoflush:
        return session.scalar(query) or 0


def settle(letter_id: UUID, reply_id: UUID, *, is_done: bool, by: Account) -> None:
    """Mark a reply as dealt with, or open it again; done twice, it is done. Raises NotCoordinator, LookupError."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        incoming = session.get(IncomingEmail, reply_id)
        if incoming is None or incoming.letter_id != letter.id or incoming.kind not in OF_PERSONS:
            raise LookupError(reply_id)
        if is_done:
            incoming.settled_at = incoming.settled_at or clock.now()
        else:
            incoming.settled_at = None
