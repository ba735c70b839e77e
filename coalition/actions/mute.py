"""No more of these mails, until the contact says otherwise. It declines nothing, and takes no signature away.

Said at the door, where the mail was not expected, the coordinators learn a number; said by the link for that alone, or
by a mail program, it stands at the desk.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.acts import LinkReplaced, by_link
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.invitation import Invitation, InvitationRevoked
from coalition.models.link import Link

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Shown
    from coalition.models.letter import Letter


def mute(invitation_id: UUID, *, wholly: bool, shown: Shown) -> None:
    """Mail this contact no more about the letter, or with `wholly` about anything; receipts of own acts still come.

    The coordinators are told how many did so. It declines nothing. Muting twice is muting once. Raises
    InvitationRevoked, LinkReplaced.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown, handed_over=True)
        own, now = actor.invitation, clock.now()
        assert own is not None  # noqa: S101 -- by_link says so  # nosec B101
        if _muted(session, own, wholly=wholly, now=now):
            _tell_coordinators(session, letter, now=now)


def unmute(invitation_id: UUID, *, shown: Shown) -> None:
    """Take that back, for the letter and wholly. Raises InvitationRevoked, LinkReplaced."""
    with transaction() as session:
        _letter, actor = by_link(session, invitation_id, shown, handed_over=True)
        own = actor.invitation
        assert own is not None  # noqa: S101 -- by_link says so  # nosec B101
        _unmuted(session, own)


def stop(link_id: UUID, *, wholly: bool) -> None:
    """Mute by the link for that alone, for the letter or `wholly`. Raises InvitationRevoked, LinkReplaced."""
    with transaction() as session:
        _muted(session, _by_mute_link(session, link_id), wholly=wholly, now=clock.now())


def resume(link_id: UUID) -> None:
    """Take that back, for the letter and wholly. Raises InvitationRevoked, LinkReplaced."""
    with transaction() as session:
        _unmuted(session, _by_mute_link(session, link_id))


def _by_mute_link(session: Session, link_id: UUID) -> Invitation:
    """The locked invitation of a link that stops mails: it needs no code, for it shows and answers nothing."""
    link = session.get_one(Link, link_id)
    letter_id = session.scalars(select(Invitation.letter_id).where(Invitation.id == link.invitation_id)).one()
    lock(session, letter_id)
    invitation = session.get_one(Invitation, link.invitation_id, with_for_update=True)
    if invitation.revoked_at:
        raise InvitationRevoked
    if link.revoked_at or link.epoch != invitation.epoch:
        raise LinkReplaced
    return invitation


def _muted(session: Session, own: Invitation, *, wholly: bool, now: datetime) -> bool:
    """Whether it was not muted before; muting twice is muting once."""
    is_new = own.muted_at is None
    own.muted_at = own.muted_at or now
    if wholly:
        own.contact.muted_at = own.contact.muted_at or now
    if is_new:
        _entered(session, "muted", own, now=now)
    return is_new


def _unmuted(session: Session, own: Invitation) -> None:
    if own.is_muted:
        own.muted_at = own.contact.muted_at = None
        _entered(session, "unmuted", own, now=clock.now())


def _entered(session: Session, verb: str, own: Invitation, *, now: datetime) -> None:
    by = f"contact:{own.contact_id.hex}"
    record.enter(session, verb, at=now, letter_id=own.letter_id, actor_kind="contact", by=by)


def _tell_coordinators(session: Session, letter: Letter, *, now: datetime) -> None:
    """At most one mail an hour to each: the first at once, those after it together when the hour is over."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    for account in letter.coordinators():
        recipient = f"account:{account.id.hex}"
        for hour in (this_hour, this_hour + timedelta(hours=1)):
            occasion = f"not expected:{letter.id.hex}:{hour:%Y%m%d%H}"
            if outbox.is_queued(session, "not_expected", recipient=recipient, occasion=occasion):
                continue
            outbox.queue(
                session,
                "not_expected",
                recipient=recipient,
                occasion=occasion,
                now=now,
                due_at=max(hour, now),
                letter_id=letter.id,
                kind_class="account",
            )
            break
