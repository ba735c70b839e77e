"""Who was asked and what became of it, organisation by organisation: what the board shows.

Names that are withheld stay out of it (DOMAIN §4): they are counted here and shown by a press that the record notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coalition import clock
from coalition.actions.circulate import is_expected
from coalition.actions.recorded import is_recorded
from coalition.models.approval import Approval
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature, organisation_index

STATES = (
    "signed",
    "recorded",
    "waiting",
    "suspended",
    "withheld",
    "declined",
    "withdrawn",
    "bounced",
    "unanswered",
    "approval",
    "passed_on",
    "expected",
    "unsent",
    "revoked",
)


DECIDING = ("approval", "passed_on", "expected")
"""No answer yet, and the organisation said what it waits for."""
NO_ANSWER = ("unanswered", "bounced", *DECIDING)
"""Asked, and not answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One organisation on one letter."""

    organisation: Organisation
    invitations: tuple[Invitation, ...]
    state: str
    """One of STATES."""
    last: tuple[str, datetime] | None = None
    """What happened last, and when; None for a withheld signature and where nothing has."""

    @property
    def expected_on(self) -> date | None:
        """The day by which the organisation said that it would answer."""
        days = [one.expected_on for one in self.invitations if one.is_live and one.expected_on]
        return max(days, default=None)

    @property
    def asked(self) -> list[Invitation]:
        """The invitations of those who are asked, not of those who are only told; the live ones where there are any."""
        asked = [one for one in self.invitations if one.part != "told"]
        return [one for one in asked if one.is_live] or asked

    @property
    def is_named(self) -> bool:
        """Whether a page may show this line without a press."""
        return self.state != "withheld"


@dataclass(slots=True)
class Answers:
    """All of a letter's organisations."""

    lines: list[Answer] = field(default_factory=list)

    def count(self, *states: str) -> int:
        """How many organisations are in these states."""
        return sum(line.state in states for line in self.lines)

    def named(self) -> list[Answer]:
        """Those that a page may show."""
        return [line for line in self.lines if line.is_named]

    def withheld(self) -> list[Answer]:
        """Those that only the recorded press shows."""
        return [line for line in self.lines if not line.is_named]


def answers_to(session: Session, letter: Letter) -> Answers:
    """Every organisation that was put on the list of a letter, or that signed it. Opens the vault."""
    standing = {
        row.organisation_index: row
        for row in session.scalars(
            select(Signature)
            .where(Signature.letter_id == letter.id, Signature.ended_on.is_(None), Signature.kind == "organisation")
            .options(selectinload(Signature.consents))
        )
    }
    grouped: dict[UUID, list[Invitation]] = {}
    query = select(Invitation).where(Invitation.letter_id == letter.id).order_by(Invitation.created_at, Invitation.id)
    for invitation in session.scalars(
        query.options(joinedload(Invitation.organisation), joinedload(Invitation.contact))
    ):
        grouped.setdefault(invitation.organisation_id, []).append(invitation)
    waiting, reminded = _waiting_for_approval(session, letter), _reminded(session, letter)
    lines = []
    for organisation_id, invitations in grouped.items():
        signature = standing.pop(organisation_index(letter.id, organisation_id), None)
        lines.append(_answer(invitations[0].organisation, invitations, signature, waiting, reminded))
    uninvited = {row.organisation_id: row for row in standing.values() if row.kind == "organisation"}
    for organisation in session.scalars(select(Organisation).where(Organisation.id.in_(uninvited))):
        lines.append(_answer(organisation, (), uninvited[organisation.id], waiting))  # noqa: PERF401 -- as the loop above
    return Answers(lines)


def _waiting_for_approval(session: Session, letter: Letter) -> frozenset[UUID]:
    """The invitations of those who prepared an answer that a colleague has still to approve."""
    query = (
        select(Approval.asked_from_id)
        .join(Invitation, Invitation.id == Approval.asked_from_id)
        .where(Invitation.letter_id == letter.id, Approval.decided_at.is_(None))
    )
    return frozenset(session.scalars(query))


def _reminded(session: Session, letter: Letter) -> dict[UUID, datetime]:
    """When the last reminder of the plan went to each invitation that had one."""
    query = (
        select(OutgoingEmail.invitation_id, func.max(OutgoingEmail.date))
        .where(
            OutgoingEmail.letter_id == letter.id,
            OutgoingEmail.kind_class == "reminder",
            OutgoingEmail.state != "stopped",
            OutgoingEmail.invitation_id.is_not(None),
        )
        .group_by(OutgoingEmail.invitation_id)
    )
    return {one: at for one, at in session.execute(query) if one is not None}


def answer_of(session: Session, letter: Letter, organisation: Organisation) -> Answer:
    """The answer of one organisation."""
    index = organisation_index(letter.id, organisation.id)
    signature = session.scalar(
        select(Signature).where(
            Signature.letter_id == letter.id, Signature.organisation_index == index, Signature.ended_on.is_(None)
        )
    )
    invitations = session.scalars(
        select(Invitation)
        .where(Invitation.letter_id == letter.id, Invitation.organisation_id == organisation.id)
        .order_by(Invitation.created_at, Invitation.id)
    ).all()
    return _answer(organisation, invitations, signature, _waiting_for_approval(session, letter))


def happened(invitation: Invitation, *, with_answer: bool = True) -> list[tuple[str, datetime]]:
    """What happened to an invitation, the latest last; its answer apart where it must not be told."""
    moments = [
        ("added", invitation.created_at),
        ("queued", invitation.queued_at),
        ("sent", invitation.sent_at),
        ("bounced", invitation.bounced_at),
        ("nudged", invitation.nudged_at),
        ("handed", invitation.handed_over_at),
        ("answered", invitation.answered_at if with_answer else None),
        ("revoked", invitation.revoked_at),
    ]
    return sorted(((name, at) for name, at in moments if at is not None), key=lambda one: one[1])


def _answer(
    organisation: Organisation,
    invitations: Iterable[Invitation],
    signature: Signature | None,
    waiting: frozenset[UUID],
    reminded: Mapping[UUID, datetime] = MappingProxyType({}),
) -> Answer:
    asked = tuple(invitations)
    state = _state(asked, signature, waiting)
    moments = [moment for one in asked for moment in happened(one) if moment[0] != "added"]
    moments += [("reminded", reminded[one.id]) for one in asked if one.id in reminded]
    last = max(moments, key=lambda one: one[1], default=None) if state != "withheld" else None
    return Answer(organisation, asked, state, last)


def _state(asked: tuple[Invitation, ...], signature: Signature | None, waiting: frozenset[UUID]) -> str:
    if signature is not None:
        return _state_of(signature) if signature.visibility == "named" else "withheld"
    answered = [one for one in asked if one.answered_at]
    if answered:
        kind = max(answered, key=lambda one: one.answered_at or one.created_at).answer_kind
        return "declined" if kind == "decline" else "withdrawn"
    live = [one for one in asked if one.is_live and one.part != "told"]
    if not live:
        return "revoked"
    if all(one.queued_at is None for one in live):
        return "unsent"
    return _state_without_answer(live, waiting)


def _state_without_answer(live: list[Invitation], waiting: frozenset[UUID]) -> str:
    """What those wait for who were written to and have not answered."""
    if any(one.id in waiting for one in live):
        return "approval"
    now = clock.now()
    if any(is_expected(one, now=now) for one in live):
        return "expected"
    if all(is_bounced(one) for one in live if one.queued_at):
        return "bounced"
    return "passed_on" if any(one.handed_over_at for one in live) else "unanswered"


def _state_of(signature: Signature) -> str:
    """Of a signature by name: disputed or objected to, to be kept under a changed text, or good."""
    if signature.suspended_at is not None:
        return "suspended"
    if not signature.agrees:
        return "waiting"
    return "recorded" if is_recorded(signature) else "signed"


def is_bounced(invitation: Invitation) -> bool:
    """Whether the mail did not reach anybody, as far as is known now."""
    contact: Contact = invitation.contact
    return invitation.bounced_at is not None or contact.bounced_at is not None
