"""Consent given beforehand: it foresees a signature, tells everybody known there, and signs only after its veto window.

Never on a sensitive letter, never with the name withheld, and never where somebody there has answered (DOMAIN §1,
docs/decisions/0023). What it says, and to whom, is told at each step to every known address of the organisation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from coalition import clock
from coalition.actions import pending_approvals, tell
from coalition.actions.acts import (
    Actor,
    Answer,
    answered,
    by_link,
    checked_names,
    count,
    ended_signatures,
    enter_consent,
    organisation_declined,
    standing_signature,
)
from coalition.actions.draft import lock
from coalition.actions.own_page import acting, entered
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.consent import STANDING_WORDING
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import KINDS, Letter, LetterLead, MayNotSign, NotOpenForSigning
from coalition.models.organisation import Organisation
from coalition.models.signature import Signature, organisation_index
from coalition.models.standing_consent import StandingAct, StandingConsent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Shown
    from coalition.actions.own_page import Here

LASTS: Final = timedelta(days=365)
VETO_HOURS: Final = (24, 48, 72, 168)
"""What can be chosen: how long the organisation can say no before its consent becomes a signature."""


class NothingAgreedTo(Exception):
    """No kind of letter is chosen, or nobody whose letters they are."""


class NotForWithheld(Exception):
    """An organisation that withholds its name, or stands under a code name, decides each time itself."""


class NothingToVeto(Exception):
    """Nothing is foreseen any more: it was answered, or the time is over."""


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What an organisation agrees to beforehand."""

    lead_id: UUID
    """The organisation whose letters they are."""
    kinds: tuple[str, ...]
    """Of coalition.models.letter.KINDS."""
    veto_hours: int
    role: str
    """Of the person who gives it, as they write it: it is printed in the ledger beside their name."""


# -- from the organisation's own page --------------------------------------------------------------------------------


def give(here: Here, said: Beforehand) -> UUID:
    """Agree beforehand, for a year; what was agreed before for the same lead ends with it. Returns its id.

    Raises OwnPageClosed, NothingAgreedTo, NotForWithheld.
    """
    with transaction() as session:
        contact = acting(session, here)
        organisation, now = contact.organisation, clock.now()
        if not may_agree(organisation):
            raise NotForWithheld
        kinds = [kind for kind in KINDS if kind in said.kinds]
        if not kinds or said.veto_hours not in VETO_HOURS or said.lead_id not in {one.id for one in leads(session)}:
            raise NothingAgreedTo
        for one in live_consents(session, organisation.id, now=now):
            if one.lead_organisation_id == said.lead_id:
                one.revoked_at = now
        consent = StandingConsent(
            organisation_id=organisation.id,
            lead_organisation_id=said.lead_id,
            kinds=kinds,
            veto_hours=said.veto_hours,
            given_at=now,
            lapses_at=now + LASTS,
        )
        consent.by = {"contact": contact.id.hex, "name": contact.name or "", "role": said.role.strip()}
        session.add(consent)
        session.flush()
        _tell_of_consent(session, consent, contact, "given", now=now)
        entered(session, "standing consent given", contact, at=now, consent=consent.id.hex)
        return consent.id


def revoke(here: Here, consent_id: UUID) -> None:
    """End it: nothing foreseen under it becomes a signature; those made before stand. Raises OwnPageClosed."""
    with transaction() as session:
        contact = acting(session, here)
        consent, now = session.get(StandingConsent, consent_id, with_for_update=True), clock.now()
        if consent is None or consent.organisation_id != contact.organisation_id or consent.revoked_at:
            return
        consent.revoked_at = now
        _tell_of_consent(session, consent, contact, "revoked", now=now)
        entered(session, "standing consent revoked", contact, at=now, consent=consent.id.hex)


def may_agree(organisation: Organisation) -> bool:
    """Whether an organisation may agree beforehand at all."""
    return organisation.safety_default != "withhold" and organisation.confidential_at is None


def live_consents(session: Session, organisation_id: UUID, *, now: datetime) -> Sequence[StandingConsent]:
    """What an organisation agreed to and neither revoked nor let lapse, the newest first."""
    query = select(StandingConsent).where(StandingConsent.organisation_id == organisation_id, _is_live(now))
    return session.scalars(query.order_by(StandingConsent.given_at.desc())).all()


def _is_live(now: datetime) -> ColumnElement[bool]:
    """The condition for consents that were neither revoked nor have lapsed."""
    return and_(StandingConsent.revoked_at.is_(None), StandingConsent.lapses_at > now)


def leads(session: Session) -> Sequence[Organisation]:
    """Whose letters one can agree to: the organisations that lead one here, by name."""
    query = (
        select(Organisation)
        .where(Organisation.id.in_(select(LetterLead.organisation_id)), Organisation.confidential_at.is_(None))
        .order_by(Organisation.folded_name)
    )
    return session.scalars(query).all()


# -- while a letter is open ------------------------------------------------------------------------------------------


def foresee(session: Session, letter: Letter, *, now: datetime) -> None:
    """Say to whoever agreed beforehand when their signature will be made, unless they say no; part of a verb."""
    if letter.is_sensitive or letter.is_practice:
        return
    for organisation in _asked_who_agreed(session, letter, now=now):
        index = organisation_index(letter.id, organisation.id)
        known = session.scalar(
            select(StandingAct.id).where(StandingAct.letter_id == letter.id, StandingAct.organisation_index == index)
        )
        consent = _fitting(session, letter, organisation, now=now)
        if known or consent is None or _has_answered(session, letter, organisation.id):
            continue
        act = StandingAct(
            letter_id=letter.id,
            organisation_index=index,
            version_id=letter.version.id,
            due_at=now + timedelta(hours=consent.veto_hours),
        )
        act.about = {"organisation": organisation.id.hex, "consent": consent.id.hex}
        session.add(act)
        session.flush()
        _tell_foreseen(session, letter, act, consent, now=now)


def foreseen(session: Session, letter_id: UUID, organisation_id: UUID) -> StandingAct | None:
    """The signature that is foreseen for an organisation and not made yet."""
    return session.scalar(
        select(StandingAct).where(
            StandingAct.letter_id == letter_id,
            StandingAct.organisation_index == organisation_index(letter_id, organisation_id),
            StandingAct.done_on.is_(None),
        )
    )


def veto(invitation_id: UUID, *, shown: Shown) -> None:
    """Say no to the signature that is foreseen; it declines nothing, everybody there can still answer themselves.

    Raises InvitationRevoked, LinkReplaced, NothingToVeto.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        act = foreseen(session, letter.id, actor.organisation.id)
        if act is None:
            raise NothingToVeto
        now = clock.now()
        _done(act, "vetoed", now=now)
        for other in tell.others(session, letter, actor, now=now):
            _queue(session, "standing_vetoed", letter, other, act, now=now, person=actor.name)
        record.enter(session, "answered", at=now, letter_id=letter.id, actor_kind="contact", act="vetoed",
                     organisation=actor.organisation.id.hex, by=actor.recipient)  # fmt: skip


def sign_due() -> int:
    """Make the signatures whose veto window is over; returns how many were made. Each in a transaction of its own."""
    now = clock.now()
    query = select(StandingAct.id).where(StandingAct.done_on.is_(None), StandingAct.due_at <= now)
    due = db.session.scalars(query.order_by(StandingAct.due_at)).all()
    db.session.rollback()
    return sum(_sign_one(act_id) for act_id in due)


def _sign_one(act_id: UUID) -> bool:
    with transaction() as session:
        letter_id = session.scalar(select(StandingAct.letter_id).where(StandingAct.id == act_id))
        if letter_id is None:
            return False
        letter, now = lock(session, letter_id), clock.now()
        act = session.get_one(StandingAct, act_id, with_for_update=True)
        if act.done_on is not None or act.due_at > now:
            return False
        organisation = session.get_one(Organisation, UUID(act.about["organisation"]), with_for_update=True)
        outcome = _what_becomes_of_it(session, letter, act, organisation, now=now)
        if outcome == "signed":
            _sign(session, letter, act, organisation, now=now)
        elif outcome == "again":
            _begin_again(session, letter, act, now=now)
            return False
        _done(act, outcome, now=now)
        return outcome == "signed"


def _what_becomes_of_it(
    session: Session, letter: Letter, act: StandingAct, organisation: Organisation, *, now: datetime
) -> str:
    """signed, answered, lapsed; or "again" where the substance of the text changed: then everybody is told anew."""
    consent = session.get(StandingConsent, UUID(act.about["consent"]))
    if _has_answered(session, letter, organisation.id):
        return "answered"
    if pending_approvals.is_waiting(session, letter, organisation.id):
        return "answered"  # they decide it themselves: what was prepared may have the name withheld
    is_live = consent is not None and consent.revoked_at is None and consent.lapses_at > now
    if not is_live or letter.is_sensitive or not may_agree(organisation) or organisation.merged_at:
        return "lapsed"
    try:
        letter.ensure_open_for_signing(now=now)
        letter.ensure_may_sign(organisation)
    except (NotOpenForSigning, MayNotSign):
        return "lapsed"
    if act.version_id in letter.agreed_version_ids:
        return "signed"
    assert consent is not None  # noqa: S101 -- it is live  # nosec B101
    begun_again = now + timedelta(hours=consent.veto_hours)
    return "again" if letter.deadline_at is None or begun_again < letter.deadline_at else "lapsed"


def _sign(session: Session, letter: Letter, act: StandingAct, organisation: Organisation, *, now: datetime) -> None:
    consent = session.get_one(StandingConsent, UUID(act.about["consent"]))
    actor = Actor(organisation=organisation, how="standing_consent", spoken_by=(consent.by["name"], consent.by["role"]))
    signature = Signature(
        letter_id=letter.id,
        version_id=letter.version.id,
        organisation_index=organisation_index(letter.id, organisation.id),
        visibility="named",
    )
    signature.organisation = organisation.id.hex
    signature.person, signature.role = consent.by["name"], consent.by["role"]
    signature.printed_names = checked_names(organisation.printable_names())
    session.add(signature)
    session.flush()
    text = letter.version.text(letter.authoritative_language)
    key = hashlib.sha256(f"standing:{act.id.hex}".encode()).hexdigest()
    enter_consent(session, signature, actor, "sign", key, now=now, text=text, wording=STANDING_WORDING)
    count(session, signature)
    answered(session, letter, actor, Answer("signed", "sign", settles=True), key[:40], now=now, signature=signature)


def _begin_again(session: Session, letter: Letter, act: StandingAct, *, now: datetime) -> None:
    consent = session.get_one(StandingConsent, UUID(act.about["consent"]))
    act.version_id, act.due_at = letter.version.id, now + timedelta(hours=consent.veto_hours)
    _tell_foreseen(session, letter, act, consent, now=now)


def _asked_who_agreed(session: Session, letter: Letter, *, now: datetime) -> Sequence[Organisation]:
    """The organisations that the letter was sent to, and that agreed beforehand to some letter: a few of many."""
    sent = select(Invitation.organisation_id).where(
        Invitation.letter_id == letter.id, Invitation.queued_at.is_not(None), Invitation.revoked_at.is_(None)
    )
    agreed = select(StandingConsent.organisation_id).where(_is_live(now))
    return session.scalars(select(Organisation).where(Organisation.id.in_(sent), Organisation.id.in_(agreed))).all()


def _fitting(session: Session, letter: Letter, organisation: Organisation, *, now: datetime) -> StandingConsent | None:
    """The consent that covers this letter, with a veto window that ends before signing does."""
    if not may_agree(organisation):
        return None
    by_leads = {lead.organisation_id for lead in letter.leads}
    for consent in live_consents(session, organisation.id, now=now):
        due = now + timedelta(hours=consent.veto_hours)
        is_in_time = due < consent.lapses_at and (letter.deadline_at is None or due < letter.deadline_at)
        if consent.lead_organisation_id in by_leads and letter.kind in consent.kinds and is_in_time:
            return consent
    return None


def _has_answered(session: Session, letter: Letter, organisation_id: UUID) -> bool:
    """Whether anybody there signed, declined or withdrew: then nothing is done for them."""
    return bool(
        standing_signature(session, letter.id, organisation_id)
        or ended_signatures(session, letter.id, organisation_id)
        or organisation_declined(session, letter.id, organisation_id)
    )


def _done(act: StandingAct, outcome: str, *, now: datetime) -> None:
    act.done_on, act.outcome = now.astimezone(UTC).date(), outcome


def _tell_foreseen(
    session: Session, letter: Letter, act: StandingAct, consent: StandingConsent, *, now: datetime
) -> None:
    organisation = session.get_one(Organisation, consent.organisation_id)
    actor = Actor(organisation=organisation, how="standing_consent")
    for other in tell.others(session, letter, actor, now=now):
        tell.give_link(session, other, now=now)
        _queue(session, "standing_foreseen", letter, other, act, now=now, person=consent.by["name"],
               given_on=consent.given_at.date().isoformat())  # fmt: skip


def _queue(
    session: Session, kind: str, letter: Letter, to: Invitation, act: StandingAct, *, now: datetime, **facts: Any
) -> None:
    outbox.queue(
        session,
        kind,
        recipient=f"contact:{to.contact_id.hex}",
        occasion=f"{kind}:{act.id.hex}:{act.version_id.hex}",
        now=now,
        letter_id=letter.id,
        invitation_id=to.id,
        act=act.id.hex,
        until=act.due_at.isoformat(),
        number=letter.version.number,
        printed_name=to.organisation.printable_names()["und"],
        **facts,
    )


def _tell_of_consent(session: Session, consent: StandingConsent, by: Contact, act: str, *, now: datetime) -> None:
    """Every contact of the organisation learns that it agreed beforehand, or does no more."""
    for contact in by.organisation.contacts:
        if contact.ended_at or contact.erased_at or not contact.address_index:
            continue
        outbox.queue(
            session,
            "standing_consent",
            recipient=f"contact:{contact.id.hex}",
            occasion=f"standing:{consent.id.hex}:{act}",
            now=now,
            consent=consent.id.hex,
            act=act,
            person=by.name or "",
        )
