"""What a coordinator recorded, in the organisation's own hands: it confirms with one press, or objects with one."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.acts import (
    Answer,
    answered,
    by_link,
    count,
    enter_consent,
    standing,
    text_shown,
)
from coalition.actions.reconfirm import NothingToObjectTo, enter_objection, open_objections
from coalition.actions.tell_coordinators import tell_of_objections
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models.consent import CONFIRMED_WORDING, Consent
from coalition.models.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Shown

AGREEING = ("sign", "keep")
"""The acts by which an organisation agrees to a text."""


class NothingToConfirm(Exception):
    """The organisation has agreed itself, or what was recorded is disputed and settled first."""


def confirm(invitation_id: UUID, *, key: str, shown: Shown) -> None:
    """The organisation agrees itself to what was recorded for it: the ledger says so from then on.

    Raises InvitationRevoked, LinkReplaced, NoStandingSignature, TextChanged, NothingToConfirm.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
            return
        text, signature, now = text_shown(letter, shown), standing(session, letter, actor), clock.now()
        if not may_confirm(session, signature):
            raise NothingToConfirm
        count(session, signature, by=-1)
        signature.version_id = text.version_id
        _lift(session, signature, actor.name, now=now)
        count(session, signature)
        enter_consent(session, signature, actor, "keep", key, now=now, text=text, wording=CONFIRMED_WORDING)
        answered(session, letter, actor, Answer("kept", "sign", settles=True), key, now=now, signature=signature)


def _lift(session: Session, signature: Signature, by: str, *, now: datetime) -> None:
    """Who confirms what was recorded has nothing against it any more."""
    for objection in open_objections(session, signature):
        objection.resolved_on = now.astimezone(UTC).date()
        objection.resolution = {"how": "confirmed", "reason": "", "by": by}
    signature.suspended_at = None


def object_to_record(invitation_id: UUID, *, key: str, shown: Shown, words: str = "") -> None:
    """Say that what was recorded is not right: the line is off every list and out of every count until it is settled.

    Also after publication, and whatever text is in force: it is the recording that is objected to. The coordinators
    are told that somebody objected. Objecting twice is objecting once. Raises InvitationRevoked, LinkReplaced,
    NoStandingSignature, NothingToObjectTo.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        if outbox.is_queued(session, "receipt", recipient=actor.recipient, occasion=f"answer:{key}"):
            return
        signature, now = standing(session, letter, actor), clock.now()
        if not is_recorded(signature) or letter.stage == "cancelled":
            raise NothingToObjectTo
        if enter_objection(session, letter, signature, "recorded", words, now=now):
            disputed = Answer("disputed", "sign", settles=True)
            answered(session, letter, actor, disputed, key, now=now, signature=signature)
            tell_of_objections(session, letter, now=now)


def last_agreement(signature: Signature) -> Consent | None:
    """The act by which a signature's organisation agreed last."""
    agreed: Sequence[Consent] = [one for one in signature.consents if one.act in AGREEING]
    return agreed[-1] if agreed else None


def is_recorded(signature: Signature) -> bool:
    """Whether what it stands on was recorded by a coordinator, and not confirmed since."""
    last = last_agreement(signature)
    return last is not None and last.how == "recorded"


def may_confirm(session: Session, signature: Signature) -> bool:
    """Whether one press of the organisation makes a recorded signature its own.

    What it said against the recording itself, it lifts by confirming; any other dispute is settled first. Under a text
    of another substance it is asked whether it keeps the signature.
    """
    disputed = {one.against for one in open_objections(session, signature)} - {"recorded"}
    return not disputed and signature.agrees and is_recorded(signature)


def recorded_signatures(session: Session, letter_id: UUID) -> set[UUID]:
    """The standing signatures of a letter that were recorded and not confirmed by their organisations."""
    rows = session.execute(
        select(Consent.signature_id, Consent.how)
        .join(Signature, Signature.id == Consent.signature_id)
        .where(Signature.letter_id == letter_id, Signature.ended_on.is_(None), Consent.act.in_(AGREEING))
        .order_by(Consent.number)
    )
    last = {signature_id: how for signature_id, how in rows}  # noqa: C416 -- the last row of each counts
    return {signature_id for signature_id, how in last.items() if how == "recorded"}
