"""Everything an organisation signed, found for itself alone, and what it does about it from its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.actions import answer
from coalition.actions.acts import Actor, CodeNeeded, standing_signature
from coalition.actions.draft import lock
from coalition.actions.own_page import acting
from coalition.database import transaction
from coalition.models.consent import Consent
from coalition.models.letter import Letter
from coalition.models.signature import NoStandingSignature, Signature, organisation_index

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.own_page import Here


def of_organisation(session: Session, organisation_id: UUID) -> list[Signature]:
    """Every signature the organisation ever gave, withdrawn ones too, the newest letter first.

    No column joins an organisation with what it signed: each letter's own index is asked for it (SAFETY §3).
    """
    letters = session.execute(select(Letter.id, Letter.created_at).where(Letter.is_practice.is_(False))).all()
    indexes = {organisation_index(letter_id, organisation_id): made for letter_id, made in letters}
    found: list[Signature] = []
    for some in _by_hundreds(list(indexes)):
        found += session.scalars(select(Signature).where(Signature.organisation_index.in_(some)))
    return sorted(found, key=lambda one: (indexes[one.organisation_index or b""], one.ended_on is None), reverse=True)


def withdraw(here: Here, letter_id: UUID, *, key: str, is_proved: bool = False) -> None:
    """Withdraw the organisation's signature, at any time. Raises OwnPageClosed, NoStandingSignature, CodeNeeded."""
    _act(here, letter_id, key, answer.withdraw_by, is_proved=is_proved)


def withhold(here: Here, letter_id: UUID, *, key: str, is_proved: bool = False) -> None:
    """Withhold the name of the organisation's signature.

    Raises OwnPageClosed, NoStandingSignature, AlreadyWithheld, CodeNeeded.
    """
    _act(here, letter_id, key, answer.withhold_by, is_proved=is_proved)


def uncount(here: Here, letter_id: UUID, *, key: str, is_proved: bool = False) -> None:
    """Withhold the name, and leave the signature out of every number. Raises as `withhold`."""

    def do(session: Session, letter: Letter, actor: Actor, key: str) -> None:
        answer.withhold_by(session, letter, actor, key, is_uncounted=True)

    _act(here, letter_id, key, do, is_proved=is_proved)


def _act(
    here: Here, letter_id: UUID, key: str, do: Callable[[Session, Letter, Actor, str], None], *, is_proved: bool
) -> None:
    with transaction() as session:
        if session.get(Letter, letter_id) is None:
            raise NoStandingSignature
        letter = lock(session, letter_id)
        contact = acting(session, here)
        actor = Actor(organisation=contact.organisation, contact=contact, how="own_page")
        if not is_proved and _needs_code(session, letter, actor, key):
            raise CodeNeeded
        do(session, letter, actor, key)


def _needs_code(session: Session, letter: Letter, actor: Actor, key: str) -> bool:
    """Whether it is about a withheld name or a sensitive letter: what opened the page is not enough (SAFETY §2).

    The same form sent again is recorded already, and needs none.
    """
    signature = standing_signature(session, letter.id, actor.organisation.id)
    if signature is None or session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return False
    return letter.is_sensitive or signature.visibility != "named"


def _by_hundreds(indexes: list[bytes]) -> list[list[bytes]]:
    return [indexes[start : start + 500] for start in range(0, len(indexes), 500)]
