"""A colleague must approve: what one contact prepares is signed by the yes of another, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select

from coalition import clock
from coalition.actions import colleague as colleagues
from coalition.actions import pending_approvals
from coalition.actions.acts import (
    TextChanged,
    by_link,
    checked_names,
    enter_record,
    standing_signature,
    text_shown,
)
from coalition.actions.answer import SigningForm, once_signed, sign_by
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.texts import tidy_text
from coalition.models.approval import Approval
from coalition.models.consent import APPROVED_WORDING, Consent
from coalition.models.invitation import Invitation
from coalition.models.signature import AlreadySigned

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Actor, Shown
    from coalition.actions.colleague import Colleague
    from coalition.models.letter import Letter

WORDS_LIMIT: Final = 1000
"""Characters of what one says to the other."""


class AskedAlready(Exception):
    """A colleague has this answer before them: it is decided or taken back first."""


class NothingToApprove(Exception):
    """It was decided, taken back, or the text changed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be signed, as the contact filled it in."""

    printed_names: dict[str, str]
    is_withheld: bool
    words: str = ""
    """To the approver; in no safe mail."""
    is_uncounted: bool = False
    """Of a withheld name: that it is to stand in no number either."""


@dataclass(frozen=True, slots=True)
class Approver:
    """Who says yes, as they write themselves."""

    person: str
    role: str


def ask(invitation_id: UUID, prepared: Prepared, colleague: Colleague, *, key: str, shown: Shown) -> None:
    """Put a whole signature before a colleague, on a link of their own; nothing is signed by that.

    Raises InvitationRevoked, LinkReplaced, HandedOver, NotOpenForSigning, MayNotSign, TextChanged, UnprintableName,
    AlreadySigned, AskedAlready, OwnAddress, ColleagueNotAsked, TooOften.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        if outbox.is_queued(session, "receipt", recipient=actor.recipient, occasion=f"answer:{key}"):
            return
        now, own = clock.now(), actor.invitation
        assert own is not None  # noqa: S101 -- by_link says so  # nosec B101
        letter.ensure_open_for_signing(now=now, form_opened_at=shown.opened_at)
        letter.ensure_may_sign(actor.organisation)
        text_shown(letter, shown)
        if standing_signature(session, letter.id, actor.organisation.id):
            raise AlreadySigned
        if pending_approvals.asked_from(session, own):
            raise AskedAlready
        names = checked_names(prepared.printed_names)
        colleagues.count(session, own, colleague, now=now)
        made = colleagues.bring_in(session, letter, own, colleague, "approver", now=now)
        kept = replace(prepared, printed_names=names, words=tidy_text(prepared.words).strip()[:WORDS_LIMIT])
        approval = _approval(letter, own, made, kept, shown, now=now)
        session.add(approval)
        session.flush()
        _tell_approver(session, letter, approval, now=now)
        _receipt(session, letter, actor, "approval_asked", key, is_withheld=prepared.is_withheld, now=now)
        enter_record(session, letter, actor, "approval asked", now=now)


def approve(invitation_id: UUID, approval_id: UUID, by: Approver, *, key: str, shown: Shown) -> UUID:
    """Sign exactly what was prepared, by the approver's own word; returns the signature's id.

    Raises InvitationRevoked, LinkReplaced, NotOpenForSigning, MayNotSign, TextChanged, AlreadySigned, NothingToApprove.
    """

    def act(session: Session) -> UUID:
        letter, actor = by_link(session, invitation_id, shown)
        before = session.scalar(select(Consent).where(Consent.idempotency_key == key))
        if before:
            return before.signature_id
        approval = _waiting(session, letter, actor, approval_id)
        _ensure_text(letter, approval, shown)
        prepared = approval.prepared
        form = SigningForm(
            key=key,
            shown=shown,
            person=by.person,
            role=by.role,
            printed_names=prepared["printed_names"],
            is_withheld=prepared["is_withheld"],
            is_uncounted=bool(prepared.get("is_uncounted")),
        )
        how = actor.how if actor.how == "handed_over_link" else "approved"  # of that, everybody known there is told
        approver = replace(actor, how=how, prepared_by=str(prepared["by"]))
        now = clock.now()
        pending_approvals.end(session, approval, "approved", now=now)
        asked_from = approval.asked_from
        signed = sign_by(
            session, letter, approver, form, wording=APPROVED_WORDING, but=frozenset({approval.asked_from_id})
        )
        _tell_asker(session, letter, approval, asked_from, "approval_given", by.person, by.role, now=now)
        return signed

    return once_signed(act)


def refuse(invitation_id: UUID, approval_id: UUID, *, key: str, shown: Shown, words: str = "") -> None:
    """Say no to what was prepared: nothing is signed, nothing is answered for the organisation; who asked is told.

    Raises InvitationRevoked, LinkReplaced, NothingToApprove.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        if outbox.is_queued(session, "receipt", recipient=actor.recipient, occasion=f"answer:{key}"):
            return
        approval, now = _waiting(session, letter, actor, approval_id), clock.now()
        pending_approvals.end(session, approval, "refused", now=now)
        said = tidy_text(words).strip()[:WORDS_LIMIT]
        _tell_asker(session, letter, approval, approval.asked_from, "approval_refused", actor.name, said, now=now)
        withheld = bool(approval.prepared["is_withheld"])
        _receipt(session, letter, actor, "approval_refused", key, is_withheld=withheld, now=now)
        enter_record(session, letter, actor, "approval refused", now=now)


def take_back(invitation_id: UUID, *, shown: Shown) -> None:
    """Take back what one put before a colleague, who is told; twice is once. Raises InvitationRevoked, LinkReplaced.

    A link that the colleague has by this alone ends.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        assert actor.invitation is not None  # noqa: S101 -- by_link says so  # nosec B101
        approval = pending_approvals.asked_from(session, actor.invitation)
        if approval is None:
            return
        now, approver = clock.now(), approval.approver
        pending_approvals.end(session, approval, "taken_back", now=now)
        pending_approvals.tell_ended(session, letter, approval, approver, "taken_back", now=now)
        if approver.part == "approver" and approver.passed_from_id == actor.invitation.id and not approver.answered_at:
            colleagues.end(approver, now=now)
        enter_record(session, letter, actor, "approval taken back", now=now)


def _approval(
    letter: Letter, own: Invitation, made: Invitation, prepared: Prepared, shown: Shown, *, now: datetime
) -> Approval:
    approval = Approval(asked_from_id=own.id, approver_id=made.id, version_id=letter.version.id, asked_at=now)
    approval.prepared = {
        "printed_names": prepared.printed_names,
        "is_withheld": prepared.is_withheld,
        "is_uncounted": prepared.is_uncounted,
        "language": shown.language,
        "fingerprint": shown.fingerprint,
        "note": prepared.words,
        "by": own.contact.name or own.contact.address or "",
    }
    return approval


def _waiting(session: Session, letter: Letter, actor: Actor, approval_id: UUID) -> Approval:
    """What waits for this very approver. Raises AlreadySigned, NothingToApprove."""
    approval = session.get(Approval, approval_id, with_for_update=True)
    assert actor.invitation is not None  # noqa: S101 -- by_link says so  # nosec B101
    if approval is None or approval.approver_id != actor.invitation.id:
        raise NothingToApprove
    if approval.decided_at is not None:
        if standing_signature(session, letter.id, actor.organisation.id):
            raise AlreadySigned
        raise NothingToApprove
    return approval


def _ensure_text(letter: Letter, approval: Approval, shown: Shown) -> None:
    """Raises TextChanged unless the text in force is the one that was prepared and is shown."""
    if approval.version_id != letter.version.id or shown.version != letter.version.number:
        raise TextChanged


def _tell_approver(session: Session, letter: Letter, approval: Approval, *, now: datetime) -> None:
    approver = session.get_one(Invitation, approval.approver_id)
    prepared = approval.prepared
    outbox.queue(
        session,
        "approval_asked",
        recipient=f"contact:{approver.contact_id.hex}",
        occasion=f"approval:{approval.id.hex}",
        now=now,
        letter_id=letter.id,
        invitation_id=approver.id,
        kind_class="invitation",
        epoch=approver.epoch,
        approval=approval.id.hex,
        colleague=prepared["by"],
        words=prepared["note"],
        printed_name=prepared["printed_names"]["und"],
        is_withheld=prepared["is_withheld"],
    )


def _tell_asker(
    session: Session,
    letter: Letter,
    approval: Approval,
    to: Invitation,
    kind: str,
    colleague: str,
    said: str,
    *,
    now: datetime,
) -> None:
    """Tell who asked. `said` is the approver's role, or why they refuse."""
    if not to.is_live:
        return
    outbox.queue(
        session,
        kind,
        recipient=f"contact:{to.contact_id.hex}",
        occasion=f"decided:{approval.id.hex}",
        now=now,
        letter_id=letter.id,
        invitation_id=to.id,
        colleague=colleague,
        said=said,
        printed_name=approval.prepared["printed_names"]["und"],
        is_withheld=approval.prepared["is_withheld"],
    )


def _receipt(
    session: Session, letter: Letter, actor: Actor, act: str, key: str, *, is_withheld: bool, now: datetime
) -> None:
    outbox.queue(
        session,
        "receipt",
        recipient=actor.recipient,
        occasion=f"answer:{key}",
        now=now,
        letter_id=letter.id,
        invitation_id=actor.invitation.id if actor.invitation else None,
        act=act,
        number=letter.version.number,
        person=actor.name,
        role="",
        at=now.isoformat(),
        printed_name="",
        is_withheld=is_withheld,
        fingerprint="",
    )
