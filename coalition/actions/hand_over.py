"""A link by another channel: where mail does not reach a contact, a coordinator hands one over (DOMAIN §3, SAFETY §2).

It is never the mailed link: nobody at the desk sees that one. What is done by it is its own kind of act, of which
everybody known at the organisation is told; that it was made is recorded, and told to the contact's address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from coalition import clock, config, tokens
from coalition.actions import tell
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.invitation import Invitation, InvitationRevoked
from coalition.models.letter import NotOpenForSigning
from coalition.models.link import Link
from coalition.models.record import RecordEntry, chain_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter

MADE, ENDED = "link handed over", "handed-over link ended"


class ReasonMissing(Exception):
    """Mail reaches this contact as far as is known: why another link is needed has to be said."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A link that was made to be handed over, for the page of its invitation."""

    id: UUID
    made_at: datetime
    by: UUID | None
    """The account that made it."""
    reason: str
    is_live: bool


def make_link(invitation_id: UUID, *, by: Account, reason: str = "") -> str:
    """Make a link to hand over and return its address: it is shown once and found nowhere again.

    One that was made before for the same invitation ends with that. Raises NotCoordinator, InvitationRevoked,
    NotOpenForSigning before the letter went out and once it is cancelled, ReasonMissing.
    """
    with transaction() as session:
        invitation, letter = _locked(session, invitation_id, by)
        now = clock.now()
        if not invitation.is_live or invitation.contact.ended_at is not None:
            raise InvitationRevoked
        if letter.version.put_forward_at is None or letter.stage == "cancelled":
            raise NotOpenForSigning(letter.stage, letter.closed_at)
        if not reason.strip() and not is_out_of_reach(invitation):
            raise ReasonMissing
        _end_earlier(session, invitation, now=now)
        link = Link.for_invitation(invitation, tokens.ours(), now=now, channel="hand")
        session.add(link)
        session.flush()
        _entered(session, letter, MADE, by, now=now, link=link.id.hex, invitation=invitation.id.hex,
                 reason=reason.strip())  # fmt: skip
        _tell(session, letter, invitation, link, by, now=now)
        return f"{config.settings().root}/i/{link.token(tokens.ours())}"


def end_link(letter_id: UUID, link_id: UUID, *, by: Account) -> UUID:
    """End a handed-over link; sessions that it opened end with it. Returns the id of its invitation.

    Raises NotCoordinator, LookupError.
    """
    with transaction() as session:
        link = session.get(Link, link_id)
        invitation = link.invitation if link is not None and link.channel == "hand" else None
        if link is None or invitation is None or invitation.letter_id != letter_id:
            raise LookupError(link_id)
        _, letter = _locked(session, invitation.id, by)
        if link.revoked_at is None:
            now = clock.now()
            link.revoked_at = now
            _entered(session, letter, ENDED, by, now=now, link=link.id.hex, invitation=invitation.id.hex)
        return invitation.id


def is_out_of_reach(invitation: Invitation) -> bool:
    """Whether mail to the contact came back, as far as is known now."""
    return invitation.bounced_at is not None or invitation.contact.bounced_at is not None


def handed_over(session: Session, letter: Letter) -> dict[UUID, list[HandedOver]]:
    """The links of a letter that were made to be handed over, by invitation, the newest first. Opens the vault."""
    links = session.scalars(
        select(Link)
        .join(Invitation, Invitation.id == Link.invitation_id)
        .where(Invitation.letter_id == letter.id, Link.channel == "hand")
        .order_by(Link.created_at.desc())
    ).all()
    made = _entries(session, letter) if links else {}
    found: dict[UUID, list[HandedOver]] = {}
    for link in links:
        entry = made.get(link.id.hex)
        assert link.invitation is not None  # noqa: S101 -- the join says so  # nosec B101
        found.setdefault(link.invitation.id, []).append(
            HandedOver(
                id=link.id,
                made_at=link.created_at,
                by=UUID(entry.actor_id) if entry is not None and entry.actor_id else None,
                reason=(entry.detail or {}).get("reason", "") if entry is not None else "",
                is_live=link.revoked_at is None and link.epoch == link.invitation.epoch and link.invitation.is_live,
            )
        )
    return found


def _entries(session: Session, letter: Letter) -> dict[str, RecordEntry]:
    entries = session.scalars(
        select(RecordEntry).where(RecordEntry.chain == chain_of(letter.id), RecordEntry.verb == MADE)
    )
    return {str((entry.detail or {}).get("link", "")): entry for entry in entries}


def _end_earlier(session: Session, invitation: Invitation, *, now: datetime) -> None:
    for link in invitation.links:
        if link.channel == "hand" and link.revoked_at is None:
            link.revoked_at = now
    session.flush()


def _tell(session: Session, letter: Letter, invitation: Invitation, link: Link, by: Account, *, now: datetime) -> None:
    """Tell the contact's own address: whoever reads there and agreed to nothing can say so."""
    tell.give_link(session, invitation, now=now)
    outbox.queue(
        session,
        "link_handed_over",
        recipient=f"contact:{invitation.contact_id.hex}",
        occasion=f"handed over:{link.id.hex}",
        now=now,
        letter_id=letter.id,
        invitation_id=invitation.id,
        maker=by.name,
        at=now.isoformat(),
    )


def _locked(session: Session, invitation_id: UUID, by: Account) -> tuple[Invitation, Letter]:
    """An invitation and its letter, the letter locked first. Raises NotCoordinator."""
    letter_id = session.scalars(select(Invitation.letter_id).where(Invitation.id == invitation_id)).one()
    letter = lock(session, letter_id)
    if by.id not in {account.id for account in letter.coordinators()}:
        raise NotCoordinator
    return session.get_one(Invitation, invitation_id, with_for_update=True), letter


def _entered(session: Session, letter: Letter, verb: str, by: Account, *, now: datetime, **detail: Any) -> None:
    record.enter(session, verb, at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id, **detail)
