"""Erasing again, after a restore, what the journal says was erased: the copy that came back still holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition import clock
from coalition.actions import arrange, end_again, forget, mask, retention
from coalition.actions.draft import lock
from coalition.actions.persons import signature_of_request
from coalition.actions.sign_for_oneself import end_as_withdrawn
from coalition.database import transaction
from coalition.models.contact import Contact
from coalition.models.edition import ListGroup
from coalition.models.ends import NAME
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.request import RequestToSign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.journal import Erasure


def _contact(session: Session, contact_id: UUID, now: datetime) -> bool:
    contact = session.get(Contact, contact_id)
    if contact is None or contact.erased_at is not None:
        return False
    forget.erase_contact(session, contact, now=now)
    return True


def _organisation(session: Session, organisation_id: UUID, now: datetime) -> bool:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.erased_at is not None:
        return False
    forget.erase_organisation(session, organisation, now=now)
    return True


def _person(session: Session, request_id: UUID, now: datetime) -> bool:
    request = session.get(RequestToSign, request_id)
    if request is not None:
        lock(session, request.letter_id)
    signature = signature_of_request(session, request) if request is not None else None
    if request is None or signature is None:
        return False
    if signature.ended_on is None:  # they withdrew before they were erased, and the copy is older than both
        end_as_withdrawn(session, signature, now=now)
    forget.erase_person(session, request, signature, now=now)
    return True


def _letter(session: Session, letter_id: UUID, now: datetime) -> bool:
    letter = session.get(Letter, letter_id, with_for_update=True)
    return letter is not None and retention.forget_again(session, letter, now=now)


def _name(session: Session, signature_id: UUID, now: datetime) -> bool:
    return mask.mask_again(session, signature_id, now=now)


def _unnamed(session: Session, row_id: UUID, _now: datetime) -> bool:
    row = session.get(ListGroup, row_id)
    if row is None or not row.unnamed:
        return False
    lock(session, row.letter_id)
    arrange.empty_unnamed(session, row)
    return True


ERASE: Final[dict[str, Callable[[Session, UUID, datetime], bool]]] = {
    "contact": _contact,
    "organisation": _organisation,
    "person": _person,
    "letter": _letter,
    arrange.UNNAMED: _unnamed,
    NAME: _name,
}
"""Each kind of the journal, and what erases it; that says whether there was still something to erase."""


class UnknownKind(Exception):
    """The journal has an erasure that this version can not do."""


def ensure_known(erasures: Iterable[Erasure]) -> None:
    """Raises UnknownKind."""
    for one in erasures:
        if one.kind not in ERASE and one.kind not in end_again.END:
            raise UnknownKind(one.kind)


def count(entries: Iterable[Erasure]) -> int:
    """How many of a journal's lines are erasures: what a backup tells, and a restore has to have."""
    return sum(one.kind in ERASE for one in entries)


def replay(erasures: Iterable[Erasure]) -> int:
    """Erase everything that is not erased in the present database; how much that was. May be done again at any time.

    What ended is left to `end_again`.
    """
    ensure_known(erasures)
    done = 0
    for one in erasures:
        if one.kind not in ERASE:
            continue
        with transaction() as session:
            done += ERASE[one.kind](session, one.id, clock.now())
    return done
