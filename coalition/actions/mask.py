"""Masking: a name leaves every list at once, while the signature stands. Only the organisation itself reveals.

A coordinator masks on the own letter; an administrator, or the organisation from its own page, masks all its lines at
once, and sees no letter by it. The mask is a dated fact over the signature, and the record says who put it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select

from coalition import clock
from coalition.actions import take_off, tell
from coalition.actions.acts import Actor, standing_signature
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import lock
from coalition.actions.reconfirm import day_of
from coalition.actions.taken_over_names import take_lines_off
from coalition.actions.team import NotAllowed
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.contact import Contact
from coalition.models.edition import PublicLine
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.record import RecordEntry, chain_of
from coalition.models.signature import NoStandingSignature, Signature, organisation_index

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

MASKED: Final = "masked"
"""The record's word for each mask; its sealed detail says of whom, and by whom: "team", "house" or "organisation"."""


class NotYourMask(Exception):
    """The team did not put this mask there: who did lifts it, by having the name published."""


def mask(letter_id: UUID, organisation_id: UUID, *, by: Account) -> None:
    """Take an organisation's name off every list of a letter, for a coordinator of it; the organisation is told.

    Masking twice is masking once. Raises NotCoordinator, and NoStandingSignature where no name stands there: also
    where it is withheld, so that nobody learns of a withheld signature by trying.
    """
    with transaction() as session:
        letter, signature = _named(session, letter_id, organisation_id, by)
        if signature.masked_at is None:
            now = clock.now()
            _put_on(session, letter, signature, "team", now=now, by=by)
            _tell(session, letter, signature, by, is_masked=True, now=now)


def unmask(letter_id: UUID, organisation_id: UUID, *, by: Account) -> None:
    """Take the team's own mask off again, for a coordinator; the organisation is told, and can mask or withhold.

    A published letter prints the name from its next edition on.
    Raises NotCoordinator, NoStandingSignature, NotYourMask.
    """
    with transaction() as session:
        letter, signature = _named(session, letter_id, organisation_id, by)
        if signature.masked_at is None:
            return
        if masked_by(session, signature) != "team":
            raise NotYourMask
        now = clock.now()
        signature.masked_at = None
        record.enter(
            session, "unmasked", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id,
            organisation=organisation_id.hex,
        )  # fmt: skip
        _tell(session, letter, signature, by, is_masked=False, now=now)


def mask_everywhere(organisation_id: UUID, *, by: Account | Contact, lines: Collection[UUID] = ()) -> int:
    """Take an organisation's name off every list at once; returns how many lines readers could see until now.

    For an administrator, or for a contact of the organisation from its own page. Letters that are not published are
    masked too, and not counted: whoever masks learns nothing of them. `lines`, of `taken_over_names.lines_named_like`,
    go as well. Each contact is told once. Raises NotAllowed.
    """
    is_house = not isinstance(by, Contact)
    if not (by.is_administrator if not isinstance(by, Contact) else by.organisation_id == organisation_id):
        raise NotAllowed
    by_id = by.id
    with transaction() as session:
        organisation = session.get_one(Organisation, organisation_id)
        now, visible, masked = clock.now(), 0, 0
        signed = _signed_by(session, organisation_id)
        take_off.lock_letters(session, [*signed, *_printing(session, lines)])
        for letter_id in signed:
            letter = lock(session, letter_id)
            signature = standing_signature(session, letter_id, organisation_id)
            if signature is None or signature.visibility != "named":
                continue
            if signature.masked_at and masked_by(session, signature) != "team":
                continue  # a mask of the team is covered by this one: no coordinator lifts what the organisation asked
            visible += _is_printed(session, signature)
            masked += 1
            _put_on(session, letter, signature, "house" if is_house else "organisation", now=now)
        taken_over = take_lines_off(session, organisation, lines, now=now) if lines else 0
        if masked or taken_over:
            _tell_everybody(session, organisation, now=now)
        record.enter(
            session, "masked everywhere", at=now, actor_kind="account" if is_house else "contact",
            actor_id=by_id if is_house else None, organisation=organisation_id.hex,
        )  # fmt: skip
        return visible + taken_over


def mask_again(session: Session, signature_id: UUID, *, now: datetime) -> bool:
    """Mask a name that stands, or would stand, on a list again since a restore, and had left it; part of a verb.

    Says whether it was so. Why it had left, by withdrawing or withholding, is not known any more: nobody but its
    organisation brings it back.
    """
    signature = session.get(Signature, signature_id)
    if signature is None or signature.masked_at is not None:
        return False
    stands = signature.ended_on is None and signature.visibility == "named"
    printed = select(PublicLine.id).where(PublicLine.signature_index == signature.public_index())
    if not stands and session.scalar(printed.limit(1)) is None:
        return False
    _put_on(session, lock(session, signature.letter_id), signature, "house", now=now)
    return True


def lines_of(session: Session, organisation_id: UUID) -> int:
    """How many lines of published letters name the organisation now, of those that it signed here."""
    return sum(
        _is_printed(session, signature)
        for letter_id in _signed_by(session, organisation_id)
        if (signature := standing_signature(session, letter_id, organisation_id)) is not None
    )


def masked_by(session: Session, signature: Signature) -> str:
    """Who put the present mask there: "team", "house" or "organisation"; "" where the record does not say."""
    entries = session.scalars(
        select(RecordEntry)
        .where(RecordEntry.chain == chain_of(signature.letter_id), RecordEntry.verb == MASKED)
        .order_by(RecordEntry.number.desc())
    )
    for entry in entries:
        detail = entry.detail or {}
        if detail.get("organisation") == signature.organisation:
            return str(detail.get("whose", ""))
    return ""


def _named(session: Session, letter_id: UUID, organisation_id: UUID, by: Account) -> tuple[Letter, Signature]:
    letter = lock(session, letter_id)
    if by.id not in {account.id for account in letter.coordinators()}:
        raise NotCoordinator
    signature = standing_signature(session, letter_id, organisation_id)
    if signature is None or signature.visibility != "named":
        raise NoStandingSignature
    return letter, signature


def _signed_by(session: Session, organisation_id: UUID) -> list[UUID]:
    """The letters on which the organisation's signature stands, in one order for every process that locks them."""
    indexes = {organisation_index(one, organisation_id): one for one in session.scalars(select(Letter.id))}
    found: list[UUID] = []
    present = list(indexes)
    for start in range(0, len(present), 500):
        query = select(Signature.letter_id).where(
            Signature.organisation_index.in_(present[start : start + 500]), Signature.ended_on.is_(None)
        )
        found += session.scalars(query)
    return sorted(found)


def _printing(session: Session, lines: Collection[UUID]) -> list[UUID]:
    """The letters whose lists have these lines."""
    return list(session.scalars(select(PublicLine.letter_id).where(PublicLine.id.in_(lines)).distinct()))


def _is_printed(session: Session, signature: Signature) -> bool:
    query = select(PublicLine.id).where(
        PublicLine.signature_index == signature.public_index(), PublicLine.until_edition.is_(None)
    )
    return session.scalar(query.limit(1)) is not None


def _put_on(
    session: Session, letter: Letter, signature: Signature, whose: str, *, now: datetime, by: Account | None = None
) -> None:
    """The mask, and everything public without the name, in this transaction."""
    signature.masked_at = day_of(now)
    take_off.signature(session, signature)
    record.enter(
        session, MASKED, at=now, letter_id=letter.id, actor_kind="account" if by else "system",
        actor_id=by.id if by else None, organisation=signature.organisation, whose=whose,
    )  # fmt: skip


def _tell(
    session: Session, letter: Letter, signature: Signature, by: Account, *, is_masked: bool, now: datetime
) -> None:
    """Everybody at the organisation who has to do with the letter is told, each with a link of their own."""
    organisation = session.get_one(Organisation, signature.organisation_id)
    for invitation in tell.others(session, letter, Actor(organisation, account=by, how="own_account"), now=now):
        is_first = tell.give_link(session, invitation, now=now)
        outbox.queue(
            session,
            "masked",
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"masked:{signature.id.hex}:{now.timestamp():.6f}",
            now=now,
            letter_id=letter.id,
            invitation_id=invitation.id,
            is_masked=is_masked,
            is_first=is_first,
        )


def _tell_everybody(session: Session, organisation: Organisation, *, now: datetime) -> None:
    contacts = session.scalars(
        select(Contact).where(
            Contact.organisation_id == organisation.id,
            Contact.ended_at.is_(None),
            Contact.erased_at.is_(None),
            Contact.known_through_letter_id.is_(None),
        )
    )
    for contact in contacts:
        outbox.queue(
            session,
            "masked_everywhere",
            recipient=f"contact:{contact.id.hex}",
            occasion=f"masked-everywhere:{now.timestamp():.6f}",
            now=now,
            organisation=organisation.id.hex,
        )
