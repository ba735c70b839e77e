"""Deciding about requests to sign: invite, take as a known organisation, refuse (alone or by rule), free, undo."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import select, update

from coalition import clock, languages
from coalition.actions.circulate import NumberChanged, ask_contact
from coalition.actions.directory import ContactEntry, OrganisationEntry, find_contact, new_contact, new_organisation
from coalition.actions.draft import entered, lock
from coalition.actions.request import may_be_mailed, queue_confirmation
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.domains import domain_of_address, registrable
from coalition.intake.names import fold_name
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import WHO_MAY_SIGN, Letter, MayNotSign
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import DAY_TO_UNDO, REFUSED_FOR, AlreadyDecided, RequestToSign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from coalition.models.account import Account

RULES: Final = ("domain", "words", "older", "quarantined")
NEW_STANDING: Final = "guest"
"""What an organisation is that comes in by a request."""


class NoSuchReason(Exception):
    """There is no stock reason of that name."""


class TooLateToUndo(Exception):
    """The mails are on their way: it can be taken back for a day."""


class OrganisationIsGone(Exception):
    """The organisation is there no more: it was erased, or merged into another."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which of the open requests a rule means. `by` is one of RULES, `value` a domain, words, or a number of days."""

    by: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """The requests that a rule means now, and a seal over them for the press that refuses them."""

    requests: tuple[RequestToSign, ...]
    seal: str


def accept(letter_id: UUID, request_id: UUID, *, by: Account) -> bool:
    """Take an organisation into the directory as a guest, with who asked as its contact, and invite them.

    Returns whether the invitation leaves now; else it waits until the letter can be signed again. A request of an
    organisation that was invited before is noted only. Raises AlreadyDecided, MayNotSign.
    """
    with transaction() as session:
        letter, request, now = *_to_decide(session, letter_id, request_id), clock.now()
        invitation_id = request.said("invitation")
        if invitation_id:
            organisation_id = session.get_one(Invitation, UUID(invitation_id)).organisation_id
            is_sent = False
        else:
            organisation = _new_guest(session, letter, request, now=now)
            organisation_id = organisation.id
            is_sent = ask_contact(session, letter, _contact(session, letter, request, organisation, now=now), now=now)
        request.taken_for = organisation_id.hex
        request.decide("invited", by_id=by.id, now=now)
        entered(session, letter, "request accepted", by, request=request.id.hex, organisation=organisation_id.hex)
        return is_sent


def merge(letter_id: UUID, request_id: UUID, organisation_id: UUID, *, by: Account) -> bool:
    """Take who asked as a contact of an organisation that we know, tell its other contacts, and invite them.

    Returns as `accept`. Raises AlreadyDecided, MayNotSign, OrganisationIsGone.
    """
    with transaction() as session:
        letter, request, now = *_to_decide(session, letter_id, request_id), clock.now()
        organisation = session.get(Organisation, organisation_id, with_for_update=True)
        if organisation is None or organisation.erased_at or organisation.merged_at:
            raise OrganisationIsGone
        contact = _contact(session, letter, request, organisation, now=now)
        is_sent = ask_contact(session, letter, contact, now=now)
        _tell_contacts(session, letter, contact, now=now)
        request.taken_for = organisation.id.hex
        request.decide("merged", by_id=by.id, now=now)
        entered(session, letter, "request merged", by, request=request.id.hex, organisation=organisation.id.hex)
        return is_sent


def refuse(letter_id: UUID, request_id: UUID, reason: str, *, by: Account) -> UUID:
    """Refuse one request with a stock reason; the mail leaves in a day, and until then it can be taken back.

    Returns what `undo_refusal` wants. Raises AlreadyDecided, NoSuchReason.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        request = _of_letter(session, letter, request_id)
        if request.decided_at or (request.confirmed_at is None and request.quarantined_at is None):
            raise AlreadyDecided
        return _refuse(session, letter, [request], reason, by=by)


def refuse_by_rule(letter_id: UUID, rule: Rule, reason: str, *, seal: str, by: Account) -> UUID:
    """Refuse every open request that a rule means, together; `seal` is that of the `Matching` which was shown.

    Raises NumberChanged where it means others now, NoSuchReason.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        found = matching(session, letter, rule, now=clock.now())
        if found.seal != seal or not found.requests:
            raise NumberChanged
        return _refuse(session, letter, found.requests, reason, by=by)


def undo_refusal(letter_id: UUID, together_id: UUID, *, by: Account) -> int:
    """Take back what was refused together, within a day: its mails are stopped. Returns how many wait again.

    Raises TooLateToUndo.
    """
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        together = select(RequestToSign).where(
            RequestToSign.letter_id == letter.id, RequestToSign.refused_together_id == together_id
        )
        found = session.scalars(together.with_for_update()).all()
        if any(one.decided_at and now - one.decided_at >= DAY_TO_UNDO for one in found):
            raise TooLateToUndo
        for request in found:
            _stop_mail(session, request, now=now)
            request.decision = request.decided_at = request.decided_by_id = request.refused_together_id = None
            request.reason = ""
        if found:
            entered(session, letter, "refusal undone", by, number=len(found))
        return len(found)


def free(letter_id: UUID, request_ids: Sequence[UUID], *, by: Account) -> int:
    """Let requests that were set aside go their usual way: their addresses are asked to confirm. Returns how many.

    An address that got three mails today stays set aside, whoever frees it.
    """
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        held = session.scalars(
            select(RequestToSign)
            .where(
                RequestToSign.letter_id == letter.id,
                RequestToSign.id.in_(request_ids),
                RequestToSign.quarantined_at.is_not(None),
                RequestToSign.decided_at.is_(None),
            )
            .order_by(RequestToSign.created_at)
            .with_for_update()
        ).all()
        freed = 0
        for request in held:
            if not may_be_mailed(session, request.address, now=now):
                continue
            request.quarantined_at, request.quarantined_for = None, ""
            queue_confirmation(session, request, now=now)
            session.flush()
            freed += 1
        if freed:
            entered(session, letter, "requests freed", by, number=freed)
        return freed


def open_requests(letter_id: UUID) -> Select[RequestToSign]:
    """The query of the requests that wait for a coordinator, the earliest first."""
    return (
        select(RequestToSign)
        .where(
            RequestToSign.letter_id == letter_id,
            RequestToSign.confirmed_at.is_not(None),
            RequestToSign.quarantined_at.is_(None),
            RequestToSign.decided_at.is_(None),
        )
        .order_by(RequestToSign.confirmed_at, RequestToSign.id)
    )


def set_aside(letter_id: UUID) -> Select[RequestToSign]:
    """The query of the requests that were set aside as likely spam, the latest first."""
    return (
        select(RequestToSign)
        .where(
            RequestToSign.letter_id == letter_id,
            RequestToSign.quarantined_at.is_not(None),
            RequestToSign.decided_at.is_(None),
        )
        .order_by(RequestToSign.created_at.desc(), RequestToSign.id)
    )


def matching(session: Session, letter: Letter, rule: Rule, *, now: datetime) -> Matching:
    """Which of the open requests a rule means now. Opens the vault."""
    query = set_aside if rule.by == "quarantined" else open_requests
    found = tuple(one for one in session.scalars(query(letter.id)) if _is_meant(one, rule, now=now))
    facts = [rule.by, rule.value, sorted(one.id.hex for one in found)]
    return Matching(found, hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32])


def _is_meant(request: RequestToSign, rule: Rule, *, now: datetime) -> bool:
    if rule.by == "quarantined":
        return True
    if rule.by == "domain":
        wanted = rule.value.strip().removeprefix("@").casefold()
        domain = domain_of_address(request.address or "")
        return bool(wanted) and wanted in {domain, registrable(domain)}
    if rule.by == "older":
        days = int(rule.value) if rule.value.isdecimal() else None
        return days is not None and request.created_at < now - timedelta(days=min(days, 36_500))
    words = fold_name(rule.value)
    said = (str(value) for value in (request.asked or {}).values())
    return rule.by == "words" and bool(words) and any(words in fold_name(one) for one in said)


def _to_decide(session: Session, letter_id: UUID, request_id: UUID) -> tuple[Letter, RequestToSign]:
    """The locked letter and an organisation's request. Raises AlreadyDecided unless a decision is still asked for.

    Raises MayNotSign for a person's: those are accepted by `sign_for_oneself`.
    """
    letter = lock(session, letter_id)
    request = _of_letter(session, letter, request_id)
    request.ensure_waiting()
    if request.kind != "organisation":
        raise MayNotSign
    return letter, request


def _of_letter(session: Session, letter: Letter, request_id: UUID) -> RequestToSign:
    request = session.get(RequestToSign, request_id, with_for_update=True)
    if request is None or request.letter_id != letter.id:
        raise AlreadyDecided
    return request


def _new_guest(session: Session, letter: Letter, request: RequestToSign, *, now: datetime) -> Organisation:
    """The organisation as who asked wrote it. Raises MayNotSign where the letter is not for guests."""
    if NEW_STANDING not in WHO_MAY_SIGN[letter.who_may_sign]:
        raise MayNotSign
    entry = OrganisationEntry(
        names={"und": request.said("organisation")},
        country=request.said("country"),
        site=request.said("site"),
        standing=NEW_STANDING,
    )
    return new_organisation(session, entry, now=now)


def _contact(
    session: Session, letter: Letter, request: RequestToSign, organisation: Organisation, *, now: datetime
) -> Contact:
    """Who asked, as a contact: the one with that address, else a new one that is known through this letter."""
    known = find_contact(session, organisation.id, request.address)
    if known is not None:
        known.ended_at = None
        return known
    zones = languages.zones_of(organisation.country) if organisation.country else []
    entry = ContactEntry(
        address=request.address,
        name=request.said("person"),
        language=request.language,
        zone=zones[0] if zones else letter.zone,
        zone_guessed=True,
    )
    contact = new_contact(session, organisation, entry, now=now)
    contact.known_through_letter_id = letter.id
    return contact


def _tell_contacts(session: Session, letter: Letter, joined: Contact, *, now: datetime) -> None:
    """The organisation's other contacts learn who answers for it too, and can say that this is wrong."""
    others = select(Contact).where(
        Contact.organisation_id == joined.organisation_id,
        Contact.id != joined.id,
        Contact.ended_at.is_(None),
        Contact.erased_at.is_(None),
        Contact.muted_at.is_(None),
    )
    for other in session.scalars(others):
        outbox.queue(
            session,
            "contact_joined",
            recipient=f"contact:{other.id.hex}",
            occasion=f"joined:{joined.id.hex}:{letter.id.hex}",
            now=now,
            letter_id=letter.id,
            contact=joined.id.hex,
        )


def _refuse(session: Session, letter: Letter, found: Sequence[RequestToSign], reason: str, *, by: Account) -> UUID:
    if reason not in REFUSED_FOR:
        raise NoSuchReason(reason)
    now, together_id = clock.now(), uuid4()
    for request in found:
        request.decide("refused", by_id=by.id, now=now)
        request.reason, request.refused_together_id = reason, together_id
        if request.confirmed_at is not None:  # to an address that nobody confirmed goes no further mail
            outbox.queue(
                session,
                "request_refused",
                recipient=f"request:{request.id.hex}",
                occasion=f"refused:{together_id.hex}",
                now=now,
                due_at=now + DAY_TO_UNDO,
                letter_id=letter.id,
                together=together_id.hex,
            )
    entered(session, letter, "requests refused", by, number=len(found), reason=reason)
    return together_id


def _stop_mail(session: Session, request: RequestToSign, *, now: datetime) -> None:
    together_id = request.refused_together_id
    session.execute(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.recipient == f"request:{request.id.hex}",
            OutgoingEmail.occasion == f"refused:{together_id.hex if together_id else ''}",
            OutgoingEmail.state.in_(("queued", "held", "deferred")),
        )
        .values(state="stopped", settled_at=now, last_words="the refusal was taken back")
        .execution_options(synchronize_session=False)
    )
