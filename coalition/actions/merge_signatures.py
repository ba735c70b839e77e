"""The signatures of two entries that become one: each is sealed anew, and of two that stand the earlier stays."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from coalition.actions import take_off
from coalition.actions.acts import Actor, count, enter_consent, organisation_declined, standing_signature
from coalition.actions.circulate import count_invited
from coalition.models.edition import PublicLine
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, Tally
from coalition.models.signature import VISIBILITIES, Signature, organisation_index
from coalition.models.standing_consent import StandingAct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.organisation import Organisation

BATCH = 500


@dataclass(frozen=True, slots=True)
class Doubled:
    """Two standing signatures on one letter: the earlier stands, the later would end."""

    letter_id: UUID
    stands: Signature
    ends: Signature
    is_published: bool
    """Whether the later one's name is published, and both are given by name."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A signature that ended because an earlier one of the same organisation stands."""

    letter_id: UUID
    ended: UUID
    stands: UUID
    was_published: bool


def pairs(session: Session, one_id: UUID, other_id: UUID) -> list[Doubled]:
    """The letters on which signatures of both stand. Opens the vault for the instants alone."""
    first, second = _signatures(session, one_id), _signatures(session, other_id)
    standing = {one.letter_id: one for one in first if one.ended_on is None}
    return [
        _doubled(session, standing[one.letter_id], one)
        for one in second
        if one.ended_on is None and one.letter_id in standing
    ]


def declines(session: Session, *organisations: Organisation) -> Counter[UUID]:
    """On how many of each letter's answers the organisations declined last. Opens the vault."""
    return Counter(
        letter_id
        for one in organisations
        for letter_id in _invited_to(session, one.id)
        if organisation_declined(session, letter_id, one.id)
    )


def move(
    session: Session, kept: Organisation, other: Organisation, declined: Counter[UUID], *, by: Account, now: datetime
) -> list[Ended]:
    """Make the other's signatures the kept one's, end the later of two, count anew; part of a verb.

    The letters are locked by the caller. Invitations have moved already; `declined` are the `declines` of both before.
    """
    ended = [_end(session, pair, kept, by=by, now=now) for pair in pairs(session, kept.id, other.id)]
    for signature in _signatures(session, other.id):
        signature.organisation = kept.id.hex
        signature.organisation_index = organisation_index(signature.letter_id, kept.id)
    session.flush()
    _move_standing_acts(session, kept, other, now=now)
    for letter_id in _invited_to(session, kept.id):
        _settle_declines(session, letter_id, kept.id)
        still = organisation_declined(session, letter_id, kept.id)
        _count_anew(session, letter_id, declined[letter_id] - still)
    session.flush()
    return ended


def _signatures(session: Session, organisation_id: UUID) -> list[Signature]:
    """Every signature of an organisation, on whichever letter: found by each letter's own index."""
    indices = [organisation_index(letter_id, organisation_id) for letter_id in session.scalars(select(Letter.id))]
    found: list[Signature] = []
    for batch in _batches(indices):
        found += session.scalars(select(Signature).where(Signature.organisation_index.in_(batch)))
    return found


def _batches(values: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def _doubled(session: Session, one: Signature, other: Signature) -> Doubled:
    stands, ends = sorted((one, other), key=_given_at)
    by_name = stands.visibility == "named" == ends.visibility
    return Doubled(stands.letter_id, stands, ends, by_name and _is_printed(session, ends))


def _given_at(signature: Signature) -> datetime:
    return datetime.fromisoformat(signature.consents[0].at)


def _is_printed(session: Session, signature: Signature) -> bool:
    query = select(PublicLine.id).where(PublicLine.signature_index == signature.public_index())
    return session.scalar(query) is not None


def _end(session: Session, pair: Doubled, kept: Organisation, *, by: Account, now: datetime) -> Ended:
    """End the later one as every withdrawal ends one: the plain columns tell nobody that it was a merge."""
    signature, was_printed = pair.ends, _is_printed(session, pair.ends)
    count(session, signature, by=-1)
    signature.ended_on, signature.ended_how = now.astimezone(UTC).date(), "withdrawn"
    take_off.signature(session, signature)
    actor = Actor(organisation=kept, account=by, how="recorded", spoken_by=(by.name, ""))
    enter_consent(session, signature, actor, "withdraw", f"merge:{secrets.token_hex(16)}", now=now)
    session.flush()
    _hide_like(session, pair.stands, signature, actor, now=now)
    return Ended(pair.letter_id, signature.id, pair.stands.id, was_printed and pair.is_published)


def _hide_like(session: Session, stands: Signature, ended: Signature, actor: Actor, *, now: datetime) -> None:
    """What was withheld, uncounted or masked on the one that ends is not shown by the one that stands (DOMAIN §4)."""
    is_withheld = VISIBILITIES.index(ended.visibility) > VISIBILITIES.index(stands.visibility)
    is_masked = ended.masked_at is not None and stands.masked_at is None
    if not (is_withheld or is_masked):
        return
    count(session, stands, by=-1)
    stands.visibility = ended.visibility if is_withheld else stands.visibility
    stands.masked_at = stands.masked_at or ended.masked_at
    count(session, stands)
    take_off.signature(session, stands)
    if is_withheld:
        enter_consent(session, stands, actor, "visibility", f"merge:{secrets.token_hex(16)}", now=now)
    session.flush()


def _move_standing_acts(session: Session, kept: Organisation, other: Organisation, *, now: datetime) -> None:
    """What a consent given beforehand will sign; where both would, the kept one's will."""
    indices = {organisation_index(one, other.id): one for one in session.scalars(select(Letter.id))}
    for batch in _batches(list(indices)):
        for act in session.scalars(select(StandingAct).where(StandingAct.organisation_index.in_(batch))).all():
            index = organisation_index(act.letter_id, kept.id)
            rival = session.scalar(
                select(StandingAct.id).where(
                    StandingAct.letter_id == act.letter_id, StandingAct.organisation_index == index
                )
            )
            act.about = {**(act.about or {}), "organisation": kept.id.hex}
            if rival is None:
                act.organisation_index = index
            elif act.done_on is None:
                act.done_on, act.outcome = now.astimezone(UTC).date(), "answered"
            session.flush()


def _invited_to(session: Session, organisation_id: UUID) -> list[UUID]:
    query = select(Invitation.letter_id).where(Invitation.organisation_id == organisation_id).distinct()
    return sorted(session.scalars(query))


def _settle_declines(session: Session, letter_id: UUID, organisation_id: UUID) -> None:
    """Where a signature stands, what another contact of the two declined is no answer of the organisation any more."""
    if standing_signature(session, letter_id, organisation_id) is None:
        return
    asked = session.scalars(
        select(Invitation).where(
            Invitation.letter_id == letter_id,
            Invitation.organisation_id == organisation_id,
            Invitation.answered_at.is_not(None),
        )
    )
    for invitation in asked:
        if invitation.answer_kind == "decline":
            invitation.answer = {**invitation.answer, "kind": ""}


def _count_anew(session: Session, letter_id: UUID, declined: int) -> None:
    """How many organisations are asked; and how many declined, of whom `declined` fewer do. The signed are counted."""
    letter = session.get_one(Letter, letter_id)
    count_invited(session, letter)
    session.get_one(Tally, letter_id).declined -= declined
