"""Invitations to many at once: each step is one statement for all of them, and costs little more than the rows do.

One by one, the unit of work asks and tells about every row; ten thousand waited for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, and_, insert, select, update

from coalition import tokens
from coalition.actions.new_address import mail_about
from coalition.emails import outbox
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_LINKS: Final = cast("Table", Link.__table__)


class OthersNow(Exception):
    """Meanwhile somebody was added or taken off."""


class Waiting(NamedTuple):
    """An invitation that waits for sending."""

    id: UUID
    organisation_id: UUID
    contact_id: UUID


class _Taken(NamedTuple):
    """What is needed of an invitation that is sent now."""

    id: UUID
    letter_id: UUID
    contact_id: UUID
    epoch: int
    sealed_note: bytes | None

    @property
    def note(self) -> str:
        return Invitation.note.opened(self.sealed_note, table=Invitation.__tablename__, row=self.id) or ""


def is_unsent(letter_id: UUID) -> ColumnElement[bool]:
    """The condition of invitations that wait for sending; not of who asked meanwhile not to be asked."""
    return and_(
        Invitation.letter_id == letter_id,
        Invitation.queued_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.organisation.has(Organisation.do_not_ask_at.is_(None)),
    )


def waiting(session: Session, letter_id: UUID) -> tuple[Waiting, ...]:
    """Those of a letter, in the order in which they were put on the list."""
    query = select(Invitation.id, Invitation.organisation_id, Invitation.contact_id).where(is_unsent(letter_id))
    return tuple(Waiting(*row) for row in session.execute(query.order_by(Invitation.created_at, Invitation.id)))


def queue_invitations(
    session: Session, letter_id: UUID, those: Sequence[Waiting], *, now: datetime, kind: str = "invitation"
) -> None:
    """Give each its link and the one that stops its mails, and queue the mails with both; part of a verb.

    `those` are all that wait, of a locked letter. Raises OthersNow where they are not all that wait any more.
    """
    taken = _taken(session, letter_id, now=now)
    if len(taken) != len(those) or any(one.id not in taken for one in those):
        raise OthersNow
    if not those:
        return
    ours = tokens.ours()
    links, mails = [], []
    for one in (taken[each.id] for each in those):
        for purpose in ("invitation", "mute"):
            columns = Link.columns_of(purpose, ours, epoch=one.epoch, now=now)
            links.append({**columns, "invitation_id": one.id})
        mails.append(outbox.columns_of(kind, **mail_about(kind, one, note=one.note), now=now))
    session.execute(insert(_LINKS), links)
    outbox.queue_all(session, mails)


def _taken(session: Session, letter_id: UUID, *, now: datetime) -> dict[UUID, _Taken]:
    """Mark all that wait as queued, and read them as they stand, by one statement.

    Those that the session knows already are told of it ("fetch"): whoever looks at them later reads what is true.
    """
    columns = (Invitation.id, Invitation.letter_id, Invitation.contact_id, Invitation.epoch, Invitation._note)  # noqa: SLF001 -- the sealed column itself
    statement = update(Invitation).where(is_unsent(letter_id)).values(queued_at=now).returning(*columns)
    rows = session.execute(statement.execution_options(synchronize_session="fetch"))
    return {row[0]: _Taken(*row) for row in rows}
