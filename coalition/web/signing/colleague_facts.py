"""What the pages tell of colleagues: to whom it was passed on, what waits for whose approval, until when one needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition import clock, languages
from coalition.actions import pending_approvals
from coalition.actions.circulate import is_expected
from coalition.database import db
from coalition.models.approval import Approval
from coalition.models.invitation import Invitation
from coalition.web.signing.names import printed
from coalition.web.signing.showing import moment

if TYPE_CHECKING:
    from coalition.web.signing.visit import Visit


def colleague_facts(visit: Visit) -> dict[str, Any]:
    """What stands beside the letter for this contact: each part is empty or None where there is nothing to say."""
    own = visit.invitation
    asked_from, asked_of = (
        pending_approvals.asked_from(db.session(), own),
        pending_approvals.asked_of(db.session(), own),
    )
    is_awaited = own.answered_at is None and is_expected(own, now=clock.now())
    return {
        "passed_to": _passed_to(visit),
        "waits_for": _asked(visit, asked_from, asked_from.approver) if asked_from else None,
        "to_approve": _asked(visit, asked_of, asked_of.asked_from) if asked_of else None,
        "expected_by": languages.date_words(own.expected_on, visit.language) if own.expected_on and is_awaited else "",
        "is_muted": own.is_muted,
        "is_muted_wholly": own.contact.muted_at is not None,
    }


def is_before_a_colleague(visit: Visit) -> bool:
    """Whether a prepared signature waits for a yes, theirs or a colleague's: it is decided or taken back first."""
    session, own = db.session(), visit.invitation
    return bool(pending_approvals.asked_from(session, own) or pending_approvals.asked_of(session, own))


def prepared_facts(visit: Visit, approval: Approval) -> dict[str, Any]:
    """Exactly what would be signed: the line in each language of the letter, and whether it is published."""
    prepared = approval.prepared
    names = prepared["printed_names"]
    return {
        "id": str(approval.id),
        "is_withheld": prepared["is_withheld"],
        "is_uncounted": bool(prepared.get("is_uncounted")),
        "note": prepared["note"],
        "by": prepared["by"],
        "lines": [
            {"language": tag, "direction": languages.direction(tag), "name": printed(names, tag)}
            for tag in visit.letter.readable_languages
        ],
    }


def last_decided(visit: Visit) -> dict[str, Any] | None:
    """How the last approval that this contact asked for, or was asked for, ended; None where none did."""
    own = visit.invitation.id
    approval = db.session.scalars(
        select(Approval)
        .where((Approval.asked_from_id == own) | (Approval.approver_id == own), Approval.decided_at.is_not(None))
        .order_by(Approval.decided_at.desc())
    ).first()
    if approval is None or approval.decided_at is None:
        return None
    other = approval.approver if approval.asked_from_id == own else approval.asked_from
    return {
        "decision": approval.decision,
        "is_own": approval.approver_id == own,
        "colleague": other.contact.name or other.contact.address or "",
        "at": moment(approval.decided_at, visit),
        "iso": approval.decided_at.isoformat(),
    }


def _passed_to(visit: Visit) -> list[dict[str, str]]:
    """To whom this contact passed it on, and who can still answer by that."""
    query = (
        select(Invitation)
        .where(
            Invitation.passed_from_id == visit.invitation.id,
            Invitation.part == "colleague",
            Invitation.revoked_at.is_(None),
        )
        .order_by(Invitation.created_at)
    )
    return [
        {
            "name": one.contact.name or one.contact.address or "",
            "at": moment(one.created_at, visit),
            "iso": one.created_at.isoformat(),
        }
        for one in db.session.scalars(query)
    ]


def _asked(visit: Visit, approval: Approval, other: Invitation) -> dict[str, str]:
    return {
        "colleague": other.contact.name or other.contact.address or "",
        "at": moment(approval.asked_at, visit),
        "iso": approval.asked_at.isoformat(),
    }
