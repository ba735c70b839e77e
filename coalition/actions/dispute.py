"""Disputed signatures at the desk: a coordinator suspends a line at once, releases it, or ends it; each with a reason.

A suspended line is out of every list and every count. What the organisation objected to in a text or a page proof, it
lifts itself; "this was not us", an objection to what was recorded, and the desk's own suspensions are settled here.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions import persons, tell
from coalition.actions.acts import Actor, count, standing_signature
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import lock
from coalition.actions.reconfirm import enter_objection, open_objections
from coalition.actions.tell_coordinators import tell_of_objections
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.objection import OWN, Objection
from coalition.models.organisation import Organisation
from coalition.models.signature import NoStandingSignature, Signature

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter


class NoReason(Exception):
    """A suspension and its end have a reason: the organisation is told it."""


class SettledMeanwhile(Exception):
    """A colleague settled it, or the organisation withdrew."""


def suspend(letter_id: UUID, organisation_id: UUID, *, reason: str, by: Account) -> None:
    """Take an organisation's line off every list and out of every count at once; it is told, with the reason.

    Raises NotCoordinator, NoReason, and NoStandingSignature where no name stands there, withheld ones included.
    """
    reason = _said(reason)
    with transaction() as session:
        letter = _coordinated(session, letter_id, by)
        signature = standing_signature(session, letter_id, organisation_id)
        if signature is None or signature.visibility != "named":
            raise NoStandingSignature
        now = clock.now()
        if enter_objection(session, letter, signature, "disputed", reason, now=now):
            _enter(session, letter, "suspended", signature, by, now=now)
            _tell(session, letter, signature, by, "suspended", reason, now=now)
            tell_of_objections(session, letter, now=now, but=by)


def release(letter_id: UUID, objection_id: UUID, *, reason: str, by: Account) -> None:
    """Settle one objection: the signature stands again, unless another is open. The organisation is told, and why.

    A published letter prints the name again from its next edition on.
    Raises NotCoordinator, NoReason, SettledMeanwhile.
    """
    reason = _said(reason)
    with transaction() as session:
        letter = _coordinated(session, letter_id, by)
        objection, signature = _open(session, letter, objection_id)
        now = clock.now()
        _resolve(objection, "released", reason, by, now=now)
        session.flush()
        if not open_objections(session, signature):
            signature.suspended_at = None
            count(session, signature)
        _enter(session, letter, "released", signature, by, now=now)
        _tell(session, letter, signature, by, "released", reason, now=now)


def end(letter_id: UUID, objection_id: UUID, *, reason: str, by: Account) -> None:
    """Settle it the other way: the signature ends, as if it had been withdrawn. The organisation is told, and why.

    Raises NotCoordinator, NoReason, SettledMeanwhile.
    """
    reason = _said(reason)
    with transaction() as session:
        letter = _coordinated(session, letter_id, by)
        _objection, signature = _open(session, letter, objection_id)
        now = clock.now()
        for one in open_objections(session, signature):
            _resolve(one, "ended", reason, by, now=now)
        signature.ended_on, signature.ended_how = now.astimezone(UTC).date(), "ended"
        _enter(session, letter, "dispute ended", signature, by, now=now)
        _tell(session, letter, signature, by, "ended", reason, now=now)


def to_settle(session: Session, letter_id: UUID) -> list[Objection]:
    """The open objections of a letter that are settled at the desk, the oldest first."""
    query = (
        select(Objection)
        .join(Signature, Signature.id == Objection.signature_id)
        .where(
            Signature.letter_id == letter_id,
            Signature.ended_on.is_(None),
            Objection.resolved_on.is_(None),
            Objection.against.not_in(OWN),
        )
    )
    return sorted(session.scalars(query), key=lambda one: (one.on, one.id))


def _said(reason: str) -> str:
    if not reason.strip():
        raise NoReason
    return reason.strip()


def _coordinated(session: Session, letter_id: UUID, by: Account) -> Letter:
    letter = lock(session, letter_id)
    if by.id not in {account.id for account in letter.coordinators()}:
        raise NotCoordinator
    return letter


def _open(session: Session, letter: Letter, objection_id: UUID) -> tuple[Objection, Signature]:
    objection = session.get(Objection, objection_id, with_for_update=True)
    if objection is None or objection.resolved_on is not None or objection.against in OWN:
        raise SettledMeanwhile
    signature: Signature = objection.signature
    if signature.letter_id != letter.id or signature.ended_on is not None:
        raise SettledMeanwhile
    return objection, signature


def _resolve(objection: Objection, how: str, reason: str, by: Account, *, now: datetime) -> None:
    objection.resolved_on = now.astimezone(UTC).date()
    objection.resolution = {"how": how, "reason": reason, "by": by.name}


def _enter(session: Session, letter: Letter, verb: str, signature: Signature, by: Account, *, now: datetime) -> None:
    record.enter(
        session, verb, at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id, signature=signature.id.hex
    )


def _tell(
    session: Session, letter: Letter, signature: Signature, by: Account, how: str, reason: str, *, now: datetime
) -> None:
    """Everybody at the organisation who has to do with the letter is told; else the person who signed."""
    if signature.is_individual:
        persons.tell_news(session, letter, signature, how, now=now, reason=reason)
        return
    organisation = session.get_one(Organisation, signature.organisation_id)
    for invitation in tell.others(session, letter, Actor(organisation, account=by, how="own_account"), now=now):
        tell.give_link(session, invitation, now=now)
        outbox.queue(
            session,
            "suspended" if how == "suspended" else "dispute_settled",
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"{how}:{signature.id.hex}:{now.timestamp():.6f}",
            now=now,
            letter_id=letter.id,
            invitation_id=invitation.id,
            how=how,
            reason=reason,
            is_withheld=signature.visibility != "named",
        )
