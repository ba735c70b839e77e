"""Signatures that come after publication: on a rolling letter's list at once, else in a queue at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from coalition.actions import freshen
from coalition.actions.lines import add_line
from coalition.actions.proof import Signer, signers
from coalition.models.edition import Edition, PublicLine
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter
    from coalition.models.signature import Signature

OWN_WORD: Final = frozenset(
    {"mailed_link", "own_page", "approved", "own_account", "confirmed_address", "standing_consent"}
)
"""How a signature comes that its own signer has confirmed; what others record or hand over waits for a coordinator."""


def show(session: Session, letter: Letter, signature: Signature, how: str, *, now: datetime) -> None:
    """Print a signature on a rolling letter that is published, as added since its edition; else it waits.

    Part of the act of signing, or of keeping the signature. A withheld name is counted from the next edition on.
    """
    if not letter.is_rolling or how not in OWN_WORD:
        return
    public = session.get(PublicLetter, letter.id)
    if public is None or public.retracted_at or not (signature.is_public and signature.agrees):
        return
    if not is_printed(session, signature):
        add(session, letter, public, [_signer(session, letter, signature)], now=now)


def add(session: Session, letter: Letter, public: PublicLetter, added: Sequence[Signer], *, now: datetime) -> None:
    """Write lines for signers of the locked letter, from the edition to come on; part of a verb."""
    edition = session.get_one(Edition, public.edition_id)
    day = now.astimezone(ZoneInfo(letter.zone)).date()
    for position, signer in enumerate(added, start=_next_position(session, edition)):
        add_line(session, letter, signer, position, from_edition=edition.number + 1, added_on=day)
    session.flush()
    freshen.letter(session, letter.id, now=now)


def _next_position(session: Session, edition: Edition) -> int:
    """After the last line; whoever signs a long list is not made to read it whole."""
    of_letter = select(func.max(PublicLine.position)).where(PublicLine.letter_id == edition.letter_id)
    last = session.scalar(of_letter.where(PublicLine.from_edition == edition.number + 1))
    if last is None:
        last = session.scalar(of_letter)
    return 0 if last is None else last + 1


def is_printed(session: Session, signature: Signature) -> bool:
    """Whether a line of the letter prints the signature."""
    query = select(PublicLine.id).where(
        PublicLine.letter_id == signature.letter_id, PublicLine.signature_index == signature.public_index()
    )
    return session.scalar(query.limit(1)) is not None


def first_edition(session: Session, signature: Signature) -> int | None:
    """The number of the first edition whose list prints the signature; None where none does."""
    query = select(func.min(PublicLine.from_edition)).where(
        PublicLine.letter_id == signature.letter_id, PublicLine.signature_index == signature.public_index()
    )
    return session.scalar(query)


def waiting(session: Session, letter: Letter) -> list[Signer]:
    """Who stands behind the published version by name and is not on its list, by name. Opens the vault."""
    printed = set(
        session.scalars(
            select(PublicLine.signature_index).where(
                PublicLine.letter_id == letter.id, PublicLine.signature_index.is_not(None)
            )
        )
    )
    return sorted(
        (
            one
            for one in signers(session, letter)
            if one.signature.is_public and one.signature.public_index() not in printed
        ),
        key=lambda one: one.name,
    )


def _signer(session: Session, letter: Letter, signature: Signature) -> Signer:
    if signature.is_individual:
        return Signer(signature=signature, organisation=None, is_lead=False)
    organisation = session.get_one(Organisation, signature.organisation_id)
    is_lead = any(lead.organisation_id == organisation.id for lead in letter.leads)
    return Signer(signature=signature, organisation=organisation, is_lead=is_lead)
