"""Freshness: an organisation whose last word is old by the time of the release is asked whether it still stands."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from coalition import clock
from coalition.actions.acts import standing_facts, standing_signature
from coalition.actions.draft import ensure_unpublished, entered, lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models.consent import Consent
from coalition.models.invitation import Invitation
from coalition.models.letter import NotOpenForSigning
from coalition.models.signature import Signature

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter


def stale_signatures(session: Session, letter: Letter, *, now: datetime) -> list[Signature]:
    """The signatures on the list whose organisation agreed last more than the letter's `freshness_days` ago.

    None where the letter does not ask for freshness. Those that wait for an answer anyway are not among them.
    """
    if letter.freshness_days is None:
        return []
    oldest = (now - timedelta(days=letter.freshness_days)).astimezone(UTC).date()
    last = (
        select(func.max(Consent.on))
        .where(Consent.signature_id == Signature.id, Consent.act.in_(("sign", "keep")))
        .scalar_subquery()
    )
    query = select(Signature).where(
        Signature.letter_id == letter.id,
        Signature.kind == "organisation",
        Signature.ended_on.is_(None),
        Signature.suspended_at.is_(None),
        Signature.version_id.in_(letter.agreed_version_ids),
        last < oldest,
    )
    return list(session.scalars(query))


def is_stale(session: Session, letter: Letter, signature: Signature, *, now: datetime) -> bool:
    """Whether this one is among them."""
    return any(one.id == signature.id for one in stale_signatures(session, letter, now=now))


def ask_whether_it_stands(letter_id: UUID, *, by: Account) -> int:
    """Write to each organisation whose last word is old, at most once a day; returns to how many contacts.

    Raises NotOpenForSigning for a letter that is neither open nor closed, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        ensure_unpublished(session, letter)
        if letter.stage not in {"open", "closed"}:
            raise NotOpenForSigning(letter.stage, letter.closed_at)
        stale = {one.id for one in stale_signatures(session, letter, now=now)}
        told = [one for one in session.scalars(_answered(letter)) if _signature_id(session, one) in stale]
        sent = sum(_queue(session, letter, one, now=now) for one in told)
        entered(session, letter, "asked whether it stands", by, number=sent)
        return sent


def _signature_id(session: Session, invitation: Invitation) -> UUID | None:
    signature = standing_signature(session, invitation.letter_id, invitation.organisation_id)
    return signature.id if signature else None


def _answered(letter: Letter) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.letter_id == letter.id, Invitation.answered_at.is_not(None), Invitation.revoked_at.is_(None)
    )


def _queue(session: Session, letter: Letter, invitation: Invitation, *, now: datetime) -> bool:
    recipient, occasion = f"contact:{invitation.contact_id.hex}", f"stands:{invitation.id.hex}:{now:%Y%m%d}"
    if outbox.is_queued(session, "still_agree", recipient=recipient, occasion=occasion):
        return False
    outbox.queue(
        session,
        "still_agree",
        recipient=recipient,
        occasion=occasion,
        now=now,
        letter_id=letter.id,
        invitation_id=invitation.id,
        **standing_facts(session, invitation),
    )
    return True
