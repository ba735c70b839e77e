"""The page proof: before release every signer sees the page with its own line, and may object to it in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.acts import standing_facts, standing_signature
from coalition.actions.draft import ensure_unpublished, entered, lock
from coalition.actions.persons import standing_persons, tell_news
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models.invitation import Invitation
from coalition.models.letter import NotOpenForSigning

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter


class NobodyToShow(Exception):
    """No signature stands behind the text in force: there is nobody to show a proof to."""


class ProofUntilInThePast(Exception):
    """The time until which one can object to the proof has passed, or was not given."""


def send_proof(letter_id: UUID, *, until_at: datetime, by: Account) -> int:
    """Show everybody on the list the page as it will be published, and let them object until `until_at`.

    It may be shown again, with another time. Returns how many people are written to. Raises NobodyToShow,
    ProofUntilInThePast, NotOpenForSigning for a letter that is neither open nor closed, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        ensure_unpublished(session, letter)
        if letter.stage not in {"open", "closed"}:
            raise NotOpenForSigning(letter.stage, letter.closed_at)
        if until_at <= now:
            raise ProofUntilInThePast
        told = _signers(session, letter)
        persons = [one for one in standing_persons(session, letter) if one.is_on_list]
        if not told and not persons:
            raise NobodyToShow
        letter.proof_sent_at, letter.proof_until_at = now, until_at
        letter.row_version += 1
        for invitation in told:
            _queue(session, letter, invitation, now=now)
        for signature in persons:
            tell_news(session, letter, signature, "page_proof", now=now, sent_at=now.isoformat())
        number = len(told) + len(persons)
        entered(session, letter, "proof shown", by, number=number, until=until_at.isoformat())
        return number


def _signers(session: Session, letter: Letter) -> list[Invitation]:
    """The contacts whose own answer is a signature that the edition would be made with."""
    answered = session.scalars(
        select(Invitation).where(
            Invitation.letter_id == letter.id, Invitation.answered_at.is_not(None), Invitation.revoked_at.is_(None)
        )
    )
    signed = ((one, standing_signature(session, letter.id, one.organisation_id)) for one in answered)
    return [one for one, signature in signed if signature is not None and signature.is_on_list]


def _queue(session: Session, letter: Letter, invitation: Invitation, *, now: datetime) -> None:
    outbox.queue(
        session,
        "page_proof",
        recipient=f"contact:{invitation.contact_id.hex}",
        occasion=f"proof:{invitation.id.hex}:{now.timestamp():.6f}",
        now=now,
        letter_id=letter.id,
        invitation_id=invitation.id,
        sent_at=now.isoformat(),
        **standing_facts(session, invitation),
    )
