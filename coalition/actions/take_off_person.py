"""A coordinator takes a person's line off at once: masked, or suspended with a reason; the person is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import clock
from coalition.actions import take_off
from coalition.actions.circulate import NotCoordinator
from coalition.actions.dispute import NoReason
from coalition.actions.draft import entered, lock
from coalition.actions.persons import tell_news
from coalition.actions.reconfirm import day_of, enter_objection
from coalition.database import transaction
from coalition.models.signature import NoStandingSignature, Signature

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter


def mask_person(letter_id: UUID, signature_id: UUID, *, by: Account) -> None:
    """Take a person's name off every list; the signature stands. Masking twice is masking once.

    Raises NotCoordinator, NoStandingSignature.
    """
    with transaction() as session:
        letter, signature = _standing(session, letter_id, signature_id, by)
        if signature.masked_at is None:
            now = clock.now()
            signature.masked_at = day_of(now)
            take_off.signature(session, signature)
            entered(session, letter, "person masked", by, signature=signature.id.hex)
            tell_news(session, letter, signature, "masked", now=now)


def unmask_person(letter_id: UUID, signature_id: UUID, *, by: Account) -> None:
    """Take the mask off again: a published letter prints the name from its next edition on.

    Raises NotCoordinator, NoStandingSignature.
    """
    with transaction() as session:
        letter, signature = _standing(session, letter_id, signature_id, by)
        if signature.masked_at is not None:
            now = clock.now()
            signature.masked_at = None
            entered(session, letter, "person unmasked", by, signature=signature.id.hex)
            tell_news(session, letter, signature, "unmasked", now=now)


def suspend_person(letter_id: UUID, signature_id: UUID, *, reason: str, by: Account) -> None:
    """Take a person's line off every list and out of every count until that is settled, as with organisations.

    Raises NotCoordinator, NoReason, NoStandingSignature.
    """
    if not reason.strip():
        raise NoReason
    with transaction() as session:
        letter, signature = _standing(session, letter_id, signature_id, by)
        now = clock.now()
        if enter_objection(session, letter, signature, "disputed", reason, now=now):
            entered(session, letter, "suspended", by, signature=signature.id.hex)
            tell_news(session, letter, signature, "suspended", now=now, reason=reason.strip())


def _standing(session: Session, letter_id: UUID, signature_id: UUID, by: Account) -> tuple[Letter, Signature]:
    letter = lock(session, letter_id)
    if by.id not in {account.id for account in letter.coordinators()}:
        raise NotCoordinator
    signature = session.get(Signature, signature_id, with_for_update=True)
    is_here = signature is not None and signature.letter_id == letter.id and signature.is_individual
    if signature is None or not is_here or signature.ended_on is not None:
        raise NoStandingSignature
    return letter, signature
