"""Reminding: what a letter's plan makes due goes to those who have not acted, each step once, however many workers run.

What was sent stands in the outbox: its rows say when each contact was last written to and how often reminded. So no
jump of the clock, no worker that slept and no deadline that moved brings two reminders at once, or one again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from coalition import clock, config
from coalition.actions import circulate
from coalition.actions.circulate import settled_organisations
from coalition.actions.draft import ensure_unpublished, entered, lock, touch
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.contact import Contact
from coalition.models.invitation import ASKED, Invitation
from coalition.models.letter import Letter, StaleEdit
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.reminder_plan import (
    AT_MOST,
    LONGEST_DAYS,
    MINUTES_OF_A_DAY,
    MOST_STEPS,
    Planned,
    Recipient,
    Step,
    Terms,
    plan,
    second_contact,
)
from coalition.models.reminder_step import KINDS, ReminderStep
from coalition.models.silence import deciding, pauses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from coalition.models.account import Account

COUNTED: Final = ("reminder", "nudge")
"""The classes of mails that count towards the cap: to who gets them, a nudge is a reminder."""


REST_AT_MOST: Final = timedelta(days=4)
"""No step goes earlier than so long before its own day: nowhere do offices rest longer in a week."""


class NoSuchPlan(ValueError):
    """A step or a number that no plan can have."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A letter's plan as the desk takes it."""

    steps: tuple[Step, ...]
    at_most: int
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who was asked, or will be, and has not acted; with what the plan needs to know of them."""

    invitation_id: UUID
    organisation_id: UUID
    contact_id: UUID
    who: Recipient


@dataclass(frozen=True, slots=True)
class Second:
    """Another contact of an organisation, who is asked at an instant where the first stays silent."""

    organisation_id: UUID
    contact_id: UUID
    planned: Planned


# -- the plan --------------------------------------------------------------------------------------------------------


def plan_of(letter: Letter) -> Plan:
    """The plan of a letter as it is kept."""
    steps = db.session.scalars(select(ReminderStep).where(ReminderStep.letter_id == letter.id))
    return Plan(tuple(sorted(Step(one.minutes_before, one.kind) for one in steps)), letter.reminders_at_most,
                letter.is_urgent)  # fmt: skip


def save_plan(letter_id: UUID, wanted: Plan, *, by: Account, seen: str | None = None) -> None:
    """Replace a letter's plan; what went out by the one before stays counted.

    `seen` is `state_of_plan` as the form showed it. Raises NoSuchPlan, StaleEdit, AlreadyPublished.
    """
    _check(wanted)
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        if seen is not None and seen != state_of_plan(letter):
            raise StaleEdit
        for row in session.scalars(select(ReminderStep).where(ReminderStep.letter_id == letter.id)):
            session.delete(row)
        session.flush()
        lay(session, letter, wanted.steps)
        letter.reminders_at_most, letter.is_urgent = wanted.at_most, wanted.is_urgent
        touch(letter)
        entered(session, letter, "reminder plan saved", by)


def lay(session: Session, letter: Letter, steps: Iterable[Step]) -> None:
    """Give a letter without steps these; part of a verb."""
    session.add_all(
        ReminderStep(letter_id=letter.id, kind=one.kind, minutes_before=one.minutes_before) for one in steps
    )


def state_of_plan(letter: Letter) -> str:
    """What tells one state of the plan from another."""
    kept = plan_of(letter)
    steps = ",".join(f"{one.kind}:{one.minutes_before}" for one in kept.steps)
    return f"{steps}/{kept.at_most}/{'urgent' if kept.is_urgent else 'calm'}"


def terms_of(letter: Letter, kept: Plan | None = None) -> Terms | None:
    """The plan with the letter's deadline; None where there is none to count back from, or nothing to do."""
    kept = kept or plan_of(letter)
    if letter.deadline_at is None or not kept.steps:
        return None
    return Terms(letter.deadline_at, kept.steps, kept.at_most, kept.is_urgent)


def _check(wanted: Plan) -> None:
    kinds = Counter(one.kind for one in wanted.steps)
    fits = (
        set(kinds) <= set(KINDS)
        and kinds["reminder"] <= MOST_STEPS
        and kinds["second_contact"] <= 1
        and kinds["last_day"] <= 1
        and len(set(wanted.steps)) == len(wanted.steps)
        and 0 <= wanted.at_most <= AT_MOST
        and all((one.minutes_before == 0) == (one.kind == "last_day") for one in wanted.steps)
        and all(0 <= one.minutes_before <= LONGEST_DAYS * MINUTES_OF_A_DAY for one in wanted.steps)
    )
    if not fits:
        raise NoSuchPlan


# -- whom it concerns ------------------------------------------------------------------------------------------------


def silent(session: Session, letter: Letter, *, now: datetime, settled: set[UUID] | None = None) -> list[Silent]:
    """Everybody asked who can be written to, of the organisations that have not acted; reads no sealed word."""
    passed_over = (settled_organisations(session, letter.id) if settled is None else settled) | deciding(
        session, letter.id
    )
    paused = {one: until for one, until in pauses(session, letter.id).items() if until > now}
    written, reminded = _written_to(session, letter.id)
    asked_again = _asked_again(letter)
    found = []
    for row in session.execute(_asked(letter.id)):
        if row.organisation_id in passed_over:
            continue
        asked_at = max(row.queued_at, asked_again or row.queued_at)
        last = written.get(row.id)
        who = Recipient(
            row.zone,
            row.country,
            asked_at,
            written_at=last if last is not None and last > asked_at else None,
            reminded=reminded[row.id],
            paused_until=paused.get(row.organisation_id),
        )
        found.append(Silent(row.id, row.organisation_id, row.contact_id, who))
    return found


def to_be_asked(session: Session, letter: Letter, *, now: datetime) -> list[Silent]:
    """Everybody who would be asked now, by the press that sends the letter."""
    due = [one.id for one in circulate.sending(session, letter).everybody]
    query = (
        select(Invitation.id, Invitation.organisation_id, Invitation.contact_id, Contact.zone, Organisation.country)
        .join(Invitation.contact)
        .join(Invitation.organisation)
        .where(Invitation.id.in_(due))
        .order_by(Invitation.created_at, Invitation.id)
    )
    return [
        Silent(invitation, organisation, contact, Recipient(zone, country, now))
        for invitation, organisation, contact, zone, country in session.execute(query)
    ]


def planned_for(terms: Terms, people: Iterable[Silent], *, now: datetime) -> dict[UUID, tuple[Planned, ...]]:
    """Invitation to the reminders still to come; those in one place with one history are reckoned once."""
    known: dict[Recipient, tuple[Planned, ...]] = {}
    found = {}
    for one in people:
        if one.who not in known:
            known[one.who] = plan(terms, one.who, now=now)
        found[one.invitation_id] = known[one.who]
    return found


def second_contacts(
    session: Session, letter: Letter, terms: Terms, people: Sequence[Silent], *, now: datetime
) -> list[Second]:
    """Who would be asked beside the first, at organisations where one person was asked; first by first known."""
    if not any(one.kind == "second_contact" for one in terms.steps):
        return []
    asked = Counter(_everybody_invited(session, letter.id))
    alone = {one.organisation_id: one for one in people if asked[one.organisation_id] == 1}
    found: dict[UUID, Second] = {}
    for contact in session.scalars(_others(letter.id).where(Contact.organisation_id.in_(alone))):
        one = contact.organisation_id
        if one in found or not circulate.may_be_invited(letter, contact):
            continue
        planned = second_contact(
            terms, alone[one].who, zone=contact.zone, country=contact.organisation.country, now=now
        )
        if planned is not None:
            found[one] = Second(one, contact.id, planned)
    return list(found.values())


def _asked(letter_id: UUID) -> Any:
    """The query of who was asked and can be written to: ids, when, and where they live."""
    return (
        select(
            Invitation.id,
            Invitation.organisation_id,
            Invitation.contact_id,
            Invitation.queued_at,
            Contact.zone,
            Organisation.country,
        )
        .join(Contact, Contact.id == Invitation.contact_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.letter_id == letter_id,
            Invitation.part.in_(ASKED),
            Invitation.queued_at.is_not(None),
            Invitation.answered_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.handed_over_at.is_(None),
            Invitation.muted_at.is_(None),
            Invitation.bounced_at.is_(None),
            Contact.ended_at.is_(None),
            Contact.erased_at.is_(None),
            Contact.muted_at.is_(None),
            Contact.bounced_at.is_(None),
            Contact.address_index.is_not(None),
            Organisation.do_not_ask_at.is_(None),
        )
        .order_by(Invitation.created_at, Invitation.id)
    )  # fmt: skip


def _written_to(session: Session, letter_id: UUID) -> tuple[dict[UUID, datetime], Counter[UUID]]:
    """When the last mail about the letter went to each invitation, and how many of them reminded."""
    counts = case((OutgoingEmail.kind_class.in_(COUNTED), 1), else_=0)
    rows = session.execute(
        select(OutgoingEmail.invitation_id, func.max(OutgoingEmail.date), func.sum(counts))
        .where(
            OutgoingEmail.letter_id == letter_id,
            OutgoingEmail.invitation_id.is_not(None),
            OutgoingEmail.state != "stopped",
        )
        .group_by(OutgoingEmail.invitation_id)
    )
    written: dict[UUID, datetime] = {}
    reminded: Counter[UUID] = Counter()
    for invitation_id, last, number in rows:
        if invitation_id is not None:
            written[invitation_id], reminded[invitation_id] = last, int(number)
    return written, reminded


def _asked_again(letter: Letter) -> datetime | None:
    """When everybody was last asked at once: signing opened, or the substance of the text changed."""
    changed = letter.version.put_forward_at if letter.version.change_class == "substantive" else None
    return max((one for one in (letter.opened_at, changed) if one is not None), default=None)


def _everybody_invited(session: Session, letter_id: UUID) -> Sequence[UUID]:
    """The organisation of each invitation that stands, whatever became of it."""
    return session.scalars(
        select(Invitation.organisation_id).where(
            Invitation.letter_id == letter_id, Invitation.revoked_at.is_(None), Invitation.part != "told"
        )
    ).all()


def _others(letter_id: UUID) -> Select[Contact]:
    """Contacts who were not invited, those first who were known first."""
    invited = select(Invitation.contact_id).where(Invitation.letter_id == letter_id, Invitation.part != "told")
    return (
        select(Contact)
        .where(Contact.id.not_in(invited), Contact.ended_at.is_(None), Contact.bounced_at.is_(None))
        .options(joinedload(Contact.organisation))
        .order_by(Contact.created_at, Contact.id)
    )


# -- the tick --------------------------------------------------------------------------------------------------------


def remind_due() -> int:
    """Queue what is due now of every letter's plan; returns how many mails that are. Where no mail can leave, nothing.

    At most one mail goes to each contact, and none for a deadline that has passed: whatever the clock did.
    """
    settings = config.settings()
    if not (settings.mail_server or settings.demo):
        return 0
    now = clock.now()
    letters = db.session.scalars(
        select(Letter).where(
            Letter.stage == "open",
            Letter.deadline_at > now,
            select(ReminderStep.id).where(ReminderStep.letter_id == Letter.id).exists(),
        )
    ).all()
    due = [letter.id for letter in letters if _is_due(db.session(), letter, now=now)]
    db.session.rollback()
    return sum(_remind(letter_id) for letter_id in due)


def _is_due(session: Session, letter: Letter, *, now: datetime) -> bool:
    """Whether something may be due, without a lock and without asking who signed."""
    terms = terms_of(letter)
    if terms is None:
        return False
    people = silent(session, letter, now=now, settled=set())
    if any(first_due(planned, now=now) for planned in planned_for(terms, people, now=now).values()):
        return True
    if not any(
        now >= terms.deadline_at - one.before - REST_AT_MOST for one in terms.steps if one.kind == "second_contact"
    ):
        return False
    people = _with_bounced(session, letter, people)
    return any(one.planned.at <= now for one in second_contacts(session, letter, terms, people, now=now))


def first_due(planned: Sequence[Planned], *, now: datetime) -> Planned | None:
    """The one that is due, if any."""
    return planned[0] if planned and planned[0].at <= now else None


def _remind(letter_id: UUID) -> int:
    """Queue what is due for one letter, on what is true under its lock."""
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        terms = terms_of(letter)
        if terms is None or not letter.is_open_for_signing(now=now):
            return 0
        people = silent(session, letter, now=now)
        number = 0
        for one, planned in zip(people, planned_for(terms, people, now=now).values(), strict=True):
            step = first_due(planned, now=now)
            if step is not None and _queue(session, letter, one, step, now=now):
                number += 1
        if number:
            record.enter(session, "reminded", at=now, letter_id=letter.id, number=number)
        return number + _ask_second_contacts(session, letter, terms, people, now=now)


def _queue(session: Session, letter: Letter, one: Silent, planned: Planned, *, now: datetime) -> bool:
    """Queue one reminder, unless this very step was queued for this deadline."""
    assert letter.deadline_at is not None  # noqa: S101 -- there would be no terms  # nosec B101
    recipient = f"contact:{one.contact_id.hex}"
    occasion = occasion_of(letter.id, planned.step, letter.deadline_at)
    if outbox.is_queued(session, planned.kind, recipient=recipient, occasion=occasion):
        return False
    outbox.queue(
        session,
        planned.kind,
        recipient=recipient,
        occasion=occasion,
        now=now,
        letter_id=letter.id,
        invitation_id=one.invitation_id,
        kind_class="reminder",
        deadline=letter.deadline_at.isoformat(),
    )
    return True


def occasion_of(letter_id: UUID, step: Step, deadline_at: datetime) -> str:
    """The business fact that a reminder tells: whichever worker comes to it, it is the same."""
    return f"{step.kind}:{letter_id.hex}:{step.minutes_before}:{deadline_at:%Y%m%d%H%M%S}"


def _ask_second_contacts(
    session: Session, letter: Letter, terms: Terms, people: Sequence[Silent], *, now: datetime
) -> int:
    """Invite the colleagues whose hour has come, by links of their own."""
    everybody = _with_bounced(session, letter, people)
    due = [one for one in second_contacts(session, letter, terms, everybody, now=now) if one.planned.at <= now]
    for one in due:
        contact = session.get_one(Contact, one.contact_id)
        circulate.ask_contact(session, letter, contact, now=now, kind="second_contact")
    if due:
        record.enter(session, "second contacts asked", at=now, letter_id=letter.id, number=len(due))
    return len(due)


def _with_bounced(session: Session, letter: Letter, people: Sequence[Silent]) -> list[Silent]:
    """Beside those who can be written to, those whose mail came back: they too say nothing, and a colleague might."""
    passed_over = settled_organisations(session, letter.id) | deciding(session, letter.id)
    paused = pauses(session, letter.id)
    rows = session.execute(
        select(Invitation.id, Invitation.organisation_id, Invitation.contact_id, Invitation.queued_at)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(
            Invitation.letter_id == letter.id,
            Invitation.part.in_(ASKED),
            Invitation.queued_at.is_not(None),
            Invitation.revoked_at.is_(None),
            Invitation.handed_over_at.is_(None),
            Invitation.muted_at.is_(None),  # who wants no more mails said something
            Contact.muted_at.is_(None),
            Invitation.bounced_at.is_not(None) | Contact.bounced_at.is_not(None),
        )
    )
    again = _asked_again(letter)
    bounced = [
        Silent(row.id, row.organisation_id, row.contact_id,
               Recipient("UTC", "", max(row.queued_at, again or row.queued_at),
                         paused_until=paused.get(row.organisation_id)))
        for row in rows
        if row.organisation_id not in passed_over
    ]  # fmt: skip
    return [*people, *bounced]
