"""Circulating: a letter goes out for signature, to more organisations, again, or with another link."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from coalition import clock, tokens
from coalition.actions import freshen, standing_consent, write_to_many
from coalition.actions.acts import last_answered, standing_facts, standing_signature
from coalition.actions.directory import AddressIsKnown, end_links, find_contact
from coalition.actions.draft import DeadlineInThePast, ensure_not_retracted, lock
from coalition.actions.new_address import queue_mail, write_again
from coalition.actions.persons import standing_persons, tell_news
from coalition.actions.write_to_many import Waiting, is_unsent
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation, InvitationRevoked
from coalition.models.letter import AlreadyPublished, Letter, MayNotSign, NotOpenForSigning, Tally
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter
from coalition.models.request import RequestToSign, request_address_index
from coalition.models.signature import Signature, organisation_index
from coalition.models.silence import is_own_word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account


class NothingToSend(Exception):
    """The letter has no text, or nobody is invited."""


class NumberChanged(Exception):
    """What would go out is not what was shown: somebody was added or removed meanwhile, or the text changed."""


class NotSentYet(Exception):
    """The invitation waits for sending: there is no link to replace."""


class DeadlineNotLater(Exception):
    """People were told a deadline: an open letter's moves to a later instant only."""


class TextIsEmpty(Exception):
    """There is nothing to show in that language yet."""


class NotCoordinator(Exception):
    """Only the letter's coordinators do this."""


class VersionBeingWritten(Exception):
    """The team is writing another version: it is put forward or dropped before the letter goes out for signature."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What `send` would do now: whom it writes to, and a seal over these people, the texts and the deadline."""

    waiting: tuple[Waiting, ...]
    """Not written to yet."""
    ready: tuple[Invitation, ...]
    """Asked for comments before, or for a signature: told now that the letter can be signed."""
    seal: str

    @property
    def everybody(self) -> tuple[Waiting | Invitation, ...]:
        """All who are written to when the letter goes out for signature."""
        return self.waiting + self.ready

    @property
    def organisations(self) -> int:
        """How many organisations are written to."""
        return len({one.organisation_id for one in self.everybody})


def invite(letter_id: UUID, contact_ids: Sequence[UUID], *, by: Account) -> int:
    """Put contacts on the letter's list; nothing is sent. Those on it already stay. Returns how many were added.

    Raises MayNotSign for a contact whose organisation this letter is not for, NotOpenForSigning once it is closed.
    """
    with transaction() as session:
        return put_on_list(session, lock(session, letter_id), contact_ids, by=by)


def put_on_list(session: Session, letter: Letter, contact_ids: Sequence[UUID], *, by: Account) -> int:
    """Put contacts on a locked letter's list; part of a verb. Raises MayNotSign, NotOpenForSigning."""
    if letter.stage not in {"draft", "consultation", "open"}:
        raise NotOpenForSigning(letter.stage, letter.closed_at)
    known = set(
        session.scalars(
            select(Invitation.contact_id).where(Invitation.letter_id == letter.id, Invitation.part != "told")
        )
    )
    now = clock.now()
    added = [
        _invite(session, letter, contact_id, now=now)
        for contact_id in dict.fromkeys(contact_ids)
        if contact_id not in known
    ]
    count_invited(session, letter)
    if added:
        _entered(session, letter, "invited", by, number=len(added))
    return len(added)


def ask_contact(session: Session, letter: Letter, contact: Contact, *, now: datetime, kind: str = "invitation") -> bool:
    """Put one contact on a locked letter's list, whatever its stage; written to at once while it can be signed.

    Who was written to before gets another link, also where the invitation was taken back. Part of a verb; says whether
    a mail leaves now, which is of `kind` where it is the first. Raises MayNotSign.
    """
    if not may_be_invited(letter, contact):
        raise MayNotSign
    known = select(Invitation).where(
        Invitation.letter_id == letter.id, Invitation.contact_id == contact.id, Invitation.part != "told"
    )
    invitation = session.scalar(known.with_for_update()) or _invite(session, letter, contact.id, now=now)
    count_invited(session, letter)
    if not letter.is_open_for_signing(now=now):
        return False
    if invitation.queued_at is None:
        queue_invitation(session, invitation, now=now, kind=kind)
    else:
        invitation.revoked_at = None
        _replace(session, invitation, raise_epoch=False)
    return True


def may_be_invited(letter: Letter, contact: Contact) -> bool:
    """Whether the contact is there and takes mail, may be asked, and its organisation may sign this letter."""
    if contact.ended_at or contact.erased_at or not contact.address_index or contact.organisation.do_not_ask_at:
        return False
    if contact.muted_at:
        return False
    return is_for(letter, contact.organisation)


def is_for(letter: Letter, organisation: Organisation) -> bool:
    """Whether the letter is for organisations of that standing."""
    try:
        letter.ensure_may_sign(organisation)
    except MayNotSign:
        return False
    return True


def take_off(letter_id: UUID, invitation_ids: Sequence[UUID], *, by: Account) -> int:
    """Take invitations that were not sent off the list again; the others stay. Returns how many went."""
    with transaction() as session:
        letter = lock(session, letter_id)
        found = session.scalars(
            select(Invitation).where(
                Invitation.letter_id == letter.id,
                Invitation.id.in_(invitation_ids),
                Invitation.queued_at.is_(None),
            )
        ).all()
        for invitation in found:
            session.delete(invitation)
        if found:
            count_invited(session, letter)
            _entered(session, letter, "invitations taken off", by, number=len(found))
        return len(found)


def sending(session: Session, letter: Letter) -> Sending:
    """What the page before sending shows, and what the press is bound to."""
    waiting = write_to_many.waiting(session, letter.id)
    ready = tuple(ready_to_sign(session, letter)) if letter.stage == "consultation" else ()
    facts = [
        sorted(one.id.hex for one in waiting),
        sorted(one.id.hex for one in ready),
        [when.isoformat() if when else "" for when in (letter.comments_until_at, letter.no_objection_until_at)],
        letter.comment_audience,
        [(text.language, text.compute_fingerprint()) for text in letter.version.texts if not text.is_empty],
        letter.deadline_at.isoformat() if letter.deadline_at else "",
    ]
    return Sending(waiting, ready, hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32])


def send(letter_id: UUID, *, by: Account, number: int, seal: str | None = None) -> int:
    """Open the letter for signature if it is not, freeze its texts, and queue the invitations that were not sent yet.

    Out of a consultation, those asked for comments are told that it can be signed. `number` is to how many contacts the
    page said, `seal` the one of its `Sending`. Returns how many were queued. Raises NumberChanged, NothingToSend,
    VersionBeingWritten, DeadlineInThePast, NotOpenForSigning.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        due = sending(session, letter)
        if len(due.everybody) != number or seal not in {None, due.seal}:
            raise NumberChanged
        _ensure_sendable(letter, due.everybody, now=now)
        if letter.stage != "open":
            letter.move_to("open", now=now)
            letter.row_version += 1
            letter.version.put_forward(now=now)
        queue_all(session, letter, due, now=now)
        for invitation in due.ready:
            _tell_ready(session, letter, invitation, now=now)
        standing_consent.foresee(session, letter, now=now)
        _entered(session, letter, "sent", by, number=number, version=letter.version.number)
        return number


def ready_to_sign(session: Session, letter: Letter) -> list[Invitation]:
    """Those who were asked before and are told once a letter in consultation can be signed. Opens the vault.

    Whoever declined or withdrew is not, but for those who asked to be asked again if the text changes, and it did.
    """
    asked = session.scalars(
        select(Invitation)
        .where(
            Invitation.letter_id == letter.id,
            Invitation.queued_at.is_not(None),
            Invitation.revoked_at.is_(None),
            Invitation.takes_part(),
        )
        .order_by(Invitation.created_at, Invitation.id)
    )
    return [one for one in asked if not one.is_muted and _kind_when_ready(session, letter, one) is not None]


def show_text(letter_id: UUID, language: str, *, by: Account) -> None:
    """Let those invited read a language that was added after the letter went out; its text is frozen with that.

    Those who read that language are told once. Raises NotOpenForSigning for a letter that is out neither for comments
    nor for signature, LookupError for a language it does not have, TextIsEmpty.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if letter.stage not in {"consultation", "open"}:
            raise NotOpenForSigning(letter.stage, letter.closed_at)
        text = letter.version.text(language)
        if text is None:
            raise LookupError(language)
        if text.is_empty:
            raise TextIsEmpty
        if text.shown_at:
            return
        text.freeze(now=clock.now())
        _tell_of_language(session, letter, language, now=clock.now())
        _entered(session, letter, "language shown", by, language=language)


def _tell_of_language(session: Session, letter: Letter, language: str, *, now: datetime) -> None:
    """Tell those who read a language that the letter speaks it now; not those who declined or withdrew."""
    invitations = session.scalars(
        select(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(
            Invitation.letter_id == letter.id,
            Invitation.queued_at.is_not(None),
            Invitation.revoked_at.is_(None),
            Invitation.takes_part(),
            Invitation.muted_at.is_(None),
            Contact.language == language,
            Contact.ended_at.is_(None),
            Contact.muted_at.is_(None),
        )
    )
    for invitation in invitations:
        if invitation.answer_kind in {"decline", "withdraw"}:
            continue
        outbox.queue(
            session,
            "language_added",
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"language:{invitation.id.hex}:{language}",
            now=now,
            letter_id=letter.id,
            invitation_id=invitation.id,
            language=language,
            **(standing_facts(session, invitation) | {"has_signed": _stands(session, letter, invitation)}),
        )


def _stands(session: Session, letter: Letter, invitation: Invitation) -> bool:
    """Whether the invited organisation's signature stands for the version in force, and nothing is asked of it."""
    signature = standing_signature(session, letter.id, invitation.organisation_id)
    return signature is not None and signature.version_id in letter.agreed_version_ids


def show_withheld(letter_id: UUID, *, by: Account, organisation_id: UUID | None = None) -> None:
    """Note in the record that a coordinator looks at who signed with the name withheld. Raises NotCoordinator.

    Nobody is shown these names without this (DOMAIN §4); the page that follows reads them. `organisation_id` where it
    was the answer of a single one that was looked at.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        one = {"organisation": organisation_id.hex} if organisation_id else {}
        _entered(session, letter, "withheld names shown", by, **one)


def nudge(letter_id: UUID, invitation_ids: Sequence[UUID], *, by: Account) -> int:
    """One more mail to those of a shown subset who still have not answered, at most one a day; returns to how many."""
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        letter.ensure_open_for_signing(now=now)
        chosen = session.scalars(
            select(Invitation).where(Invitation.letter_id == letter.id, Invitation.id.in_(invitation_ids))
        )
        passed_over = settled_organisations(session, letter.id) | expected_organisations(session, letter.id, now=now)
        due = [one for one in chosen if may_be_nudged(one, now=now) and one.organisation_id not in passed_over]
        for invitation in due:
            invitation.nudged_at = now
            outbox.queue(
                session,
                "nudge",
                recipient=f"contact:{invitation.contact_id.hex}",
                occasion=f"nudge:{invitation.id.hex}:{now:%Y%m%d}",
                now=now,
                letter_id=letter.id,
                invitation_id=invitation.id,
                kind_class="nudge",
                note=invitation.note or "",
            )
        _entered(session, letter, "nudged", by, number=len(due))
        return len(due)


def may_be_nudged(invitation: Invitation, *, now: datetime) -> bool:
    """Whether a nudge is due: asked, live, not answered, the day they named is over, and none went out today."""
    nudged_today = invitation.nudged_at is not None and invitation.nudged_at.date() == now.date()
    return bool(
        invitation.is_live and invitation.queued_at and not invitation.answered_at and not nudged_today
        and invitation.is_asked and not invitation.is_muted and not is_expected(invitation, now=now)
        and invitation.contact.ended_at is None and invitation.organisation.do_not_ask_at is None
    )  # fmt: skip


def is_expected(invitation: Invitation, *, now: datetime) -> bool:
    """Whether the contact said that an answer will come by a day that is not over where they live."""
    day = invitation.expected_on
    return day is not None and now.astimezone(ZoneInfo(invitation.contact.zone)).date() <= day


def expected_organisations(session: Session, letter_id: UUID, *, now: datetime) -> set[UUID]:
    """The organisations of which somebody said by when they answer: no colleague is reminded before either."""
    named = session.scalars(
        select(Invitation).where(
            Invitation.letter_id == letter_id, Invitation.expected_on.is_not(None), Invitation.revoked_at.is_(None)
        )
    )
    return {one.organisation_id for one in named if is_expected(one, now=now)}


def settled_organisations(session: Session, letter_id: UUID) -> set[UUID]:
    """The organisations that have answered, by whichever contact or at the desk: nobody there is asked again."""
    invited = session.execute(
        select(Invitation.organisation_id, Invitation.answered_at).where(Invitation.letter_id == letter_id)
    ).all()
    signed = set(
        session.scalars(select(Signature.organisation_index).where(Signature.letter_id == letter_id, is_own_word()))
    )
    return {one for one, answered in invited if answered or organisation_index(letter_id, one) in signed}


def extend(letter_id: UUID, *, deadline_at: datetime, by: Account) -> None:
    """Move the deadline of an open or closed letter to a later instant; those who have not answered are told.

    A published letter takes signatures again: they come into the queue, or of a rolling one onto its list. Raises
    DeadlineInThePast, DeadlineNotLater, NotOpenForSigning, Retracted.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        ensure_not_retracted(session, letter)
        if deadline_at <= now:
            raise DeadlineInThePast
        if letter.stage == "open" and letter.deadline_at is not None and deadline_at <= letter.deadline_at:
            raise DeadlineNotLater
        if letter.stage == "closed":
            letter.move_to("open", now=now)
            freshen.if_public(session, letter, now=now)  # the page may ask to sign again
        elif letter.stage != "open":
            raise NotOpenForSigning(letter.stage, letter.closed_at)
        before, letter.deadline_at = letter.deadline_at, deadline_at
        letter.calendar_sequence += 1
        letter.row_version += 1
        for invitation in _accepted_meanwhile(session, letter):
            queue_invitation(session, invitation, now=now)
        settled = settled_organisations(session, letter.id)
        for invitation in session.scalars(_unanswered(letter.id).where(Invitation.queued_at != now)):
            if invitation.organisation_id in settled:
                continue
            outbox.queue(
                session,
                "extended",
                recipient=f"contact:{invitation.contact_id.hex}",
                occasion=f"extended:{invitation.id.hex}:{letter.calendar_sequence}",
                now=now,
                letter_id=letter.id,
                invitation_id=invitation.id,
                sequence=letter.calendar_sequence,
                before=before.isoformat() if before else "",
            )
        _entered(session, letter, "extended", by, before=before and before.isoformat(), after=deadline_at.isoformat())


def revoke(invitation_id: UUID, *, by: Account) -> None:
    """End an invitation: its link, its session and its open form die together. Its answer, if any, stands."""
    with transaction() as session:
        invitation, letter = _locked(session, invitation_id)
        invitation.revoked_at = invitation.revoked_at or clock.now()
        invitation.epoch += 1
        _entered(session, letter, "invitation revoked", by, invitation=invitation.id.hex)


def replace_link(invitation_id: UUID, *, by: Account) -> None:
    """Make the present link useless and mail a new one to the same contact. Raises InvitationRevoked, NotSentYet."""
    with transaction() as session:
        invitation, letter = _locked(session, invitation_id)
        if not invitation.is_live:
            raise InvitationRevoked
        if invitation.queued_at is None:
            raise NotSentYet
        _replace(session, invitation)
        _entered(session, letter, "link replaced", by, invitation=invitation.id.hex)


def correct_address(invitation_id: UUID, address: str, *, by: Account) -> None:
    """Correct the contact's mail address and write to the new one; every link sent to the old address dies.

    Raises AddressIsKnown where a colleague has that address already.
    """
    with transaction() as session:
        invitation, letter = _locked(session, invitation_id)
        contact = invitation.contact
        other = find_contact(session, contact.organisation_id, address)
        if other is not None and other.id != contact.id:
            raise AddressIsKnown(address)
        contact.move_to(address)
        end_links(session, contact)
        write_again(session, contact, now=clock.now())
        _entered(session, letter, "address corrected", by, invitation=invitation.id.hex)


def cancel(letter_id: UUID, *, by: Account) -> None:
    """Cancel a letter that was never published: links say so, signatures are void. Those asked are told."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if session.get(PublicLetter, letter.id):
            raise AlreadyPublished
        now = clock.now()
        was_sent = letter.version.put_forward_at is not None
        letter.move_to("cancelled", now=now)
        letter.calendar_sequence += 1
        letter.row_version += 1
        for invitation in (
            session.scalars(select(Invitation).where(Invitation.letter_id == letter.id)) if was_sent else ()
        ):
            if invitation.is_live and invitation.queued_at:
                outbox.queue(
                    session,
                    "cancelled",
                    recipient=f"contact:{invitation.contact_id.hex}",
                    occasion=f"cancelled:{letter.id.hex}:{invitation.id.hex}",
                    now=now,
                    letter_id=letter.id,
                    invitation_id=invitation.id,
                    **standing_facts(session, invitation),
                )
        for signature in standing_persons(session, letter):
            tell_news(session, letter, signature, "cancelled", now=now)
        _entered(session, letter, "cancelled", by)


def send_test(letter_id: UUID, language: str, *, by: Account) -> None:
    """Mail the invitation, as a recipient of that language would get it, to the coordinator; its link opens nothing."""
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        outbox.queue(
            session,
            "test",
            recipient=f"account:{by.id.hex}",
            occasion=f"test:{letter.id.hex}:{language}:{now.timestamp():.6f}",
            now=now,
            letter_id=letter.id,
            kind_class="account",
            language=language,
        )


def unsent(letter_id: UUID) -> Any:
    """The query of the invitations that wait for sending; not of who asked meanwhile not to be asked."""
    return select(Invitation).where(is_unsent(letter_id)).order_by(Invitation.created_at, Invitation.id)


def _ensure_sendable(letter: Letter, waiting: Sequence[Waiting | Invitation], *, now: datetime) -> None:
    if letter.stage not in {"draft", "consultation", "open"}:
        raise NotOpenForSigning(letter.stage, letter.closed_at)
    if letter.stage == "consultation" and letter.next_version is not None:
        raise VersionBeingWritten
    if letter.version.text(letter.authoritative_language).is_empty or not waiting:
        raise NothingToSend
    if letter.deadline_at is not None and letter.deadline_at <= now:
        raise DeadlineInThePast


def _invite(session: Session, letter: Letter, contact_id: UUID, *, now: datetime) -> Invitation:
    contact = session.get_one(Contact, contact_id)
    if not may_be_invited(letter, contact):
        raise MayNotSign
    told = session.scalar(
        select(Invitation).where(Invitation.letter_id == letter.id, Invitation.contact_id == contact.id)
    )
    invitation = told or Invitation(
        letter_id=letter.id, organisation_id=contact.organisation_id, contact_id=contact.id, created_at=now
    )
    invitation.part, invitation.queued_at = "contact", None
    session.add(invitation)
    return invitation


def queue_all(session: Session, letter: Letter, due: Sending, *, now: datetime, kind: str = "invitation") -> None:
    """Write to all who wait, as `queue_invitation` does to one; part of a verb. Raises NumberChanged."""
    try:
        write_to_many.queue_invitations(session, letter.id, due.waiting, now=now, kind=kind)
    except write_to_many.OthersNow:
        raise NumberChanged from None


def queue_invitation(session: Session, invitation: Invitation, *, now: datetime, kind: str = "invitation") -> None:
    """Give an invitation its link and the one that stops its mails, and queue the mail with both; part of a verb."""
    invitation.queued_at = now
    ours = tokens.ours()
    session.add_all((Link.for_invitation(invitation, ours, now=now), Link.for_mute(invitation, ours, now=now)))
    queue_mail(session, kind, invitation, now=now)


def _tell_ready(session: Session, letter: Letter, invitation: Invitation, *, now: datetime) -> None:
    outbox.queue(
        session,
        _kind_when_ready(session, letter, invitation) or "ready_to_sign",
        recipient=f"contact:{invitation.contact_id.hex}",
        occasion=f"ready:{invitation.id.hex}:{letter.row_version}",
        now=now,
        letter_id=letter.id,
        invitation_id=invitation.id,
        version=letter.version.id.hex,
        note=invitation.note or "",
        **standing_facts(session, invitation),
    )


def _kind_when_ready(session: Session, letter: Letter, invitation: Invitation) -> str | None:
    """Which mail says to an invited contact that the letter can be signed now; None for none."""
    signature = standing_signature(session, letter.id, invitation.organisation_id)
    if signature is not None:
        return "ready_to_sign" if signature.agrees else "keep_asked"
    if last_answered(session, letter.id, invitation.organisation_id) is None:
        return "ready_to_sign"
    changed_at, answered_at = letter.version.put_forward_at, invitation.answered_at
    has_changed = answered_at is not None and changed_at is not None and changed_at > answered_at
    wants = invitation.answer_kind == "decline" and (invitation.answer or {}).get("ask_again")
    return "asked_again" if has_changed and wants else None


def _replace(
    session: Session, invitation: Invitation, *, raise_epoch: bool = True, kind: str = "replaced_link"
) -> None:
    now = clock.now()
    if raise_epoch:
        invitation.epoch += 1
    session.add(Link.for_invitation(invitation, tokens.ours(), now=now))
    queue_mail(session, kind, invitation, now=now)


def _locked(session: Session, invitation_id: UUID) -> tuple[Invitation, Letter]:
    """An invitation and its letter, the letter locked first: every verb takes the locks in this order."""
    letter_id = session.scalars(select(Invitation.letter_id).where(Invitation.id == invitation_id)).one()
    letter = lock(session, letter_id)
    return session.get_one(Invitation, invitation_id, with_for_update=True), letter


def _unanswered(letter_id: UUID) -> Any:
    return select(Invitation).where(
        Invitation.letter_id == letter_id,
        Invitation.queued_at.is_not(None),
        Invitation.answered_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.muted_at.is_(None),
        Invitation.takes_part(),
    )


def _accepted_meanwhile(session: Session, letter: Letter) -> list[Invitation]:
    """Who asked to be added after closing and was accepted: their invitations waited for signing to open again."""
    accepted = set(
        session.scalars(
            select(RequestToSign.address_index).where(
                RequestToSign.letter_id == letter.id, RequestToSign.decision.in_(("invited", "merged"))
            )
        )
    )
    waiting = session.scalars(unsent(letter.id)).all() if accepted else ()
    return [one for one in waiting if request_address_index(one.contact.address or "") in accepted]


def count_invited(session: Session, letter: Letter) -> None:
    """Count the organisations on the letter's list anew; part of a verb."""
    session.flush()
    organisations = select(func.count(Invitation.organisation_id.distinct())).where(
        Invitation.letter_id == letter.id, Invitation.part != "told"
    )
    session.get_one(Tally, letter.id).invited = session.scalar(organisations) or 0


def _entered(session: Session, letter: Letter, verb: str, by: Account, **detail: Any) -> None:
    record.enter(session, verb, at=clock.now(), letter_id=letter.id, actor_kind="account", actor_id=by.id, **detail)
