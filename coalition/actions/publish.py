"""Publishing: one edition, all or nothing; and correcting the typing of a name before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, func, select

from coalition import clock
from coalition.actions import address, brought_along, persons
from coalition.actions.acts import standing_facts
from coalition.actions.announce import tell_everybody
from coalition.actions.check import Check, Finding, check
from coalition.actions.draft import lock
from coalition.actions.editions import Said, write_edition
from coalition.actions.lines import write_lines
from coalition.actions.proof import Signer, signers
from coalition.actions.provenance import Provenance, provenance
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.names import check_name
from coalition.models import record
from coalition.models.account import Account
from coalition.models.edition import Edition
from coalition.models.invitation import Invitation
from coalition.models.letter import AlreadyPublished, Letter
from coalition.models.public import PublicLetter
from coalition.models.release import PlannedRelease
from coalition.models.signature import NoStandingSignature, Signature

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


class NotReadyToPublish(Exception):
    """The check list found something that must be mended, or that nobody passed over with a reason."""

    def __init__(self, found: Check, missing: Sequence[Finding]) -> None:
        super().__init__(", ".join(finding.key for finding in missing))
        self.check = found
        self.missing = tuple(missing)
        """What stands against the release: what nobody passed over, and what has to be mended."""


@dataclass(frozen=True, slots=True)
class Press:
    """What was decided at the press to release: by whom, what was passed over and why, the order of a list by hand."""

    by: Account
    overrides: Mapping[str, str] = field(default_factory=dict)
    """A reason for each finding passed over, by its key."""
    order: Sequence[UUID] = ()
    """Signature ids."""
    is_planned: bool = False
    """Whether it was decided beforehand, and is carried out by the tick."""
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the findings said to who passed them over, by their keys."""

    def passes_over(self, found: Check) -> dict[str, str]:
        """The reasons that hold: each holds for what was said when it was given, and for no more."""
        grown = {one.key for one in found.findings if not one.is_within(self.said.get(one.key, one.said))}
        return {key: why.strip() for key, why in self.overrides.items() if why.strip() and key not in grown}


def publish(
    letter_id: UUID,
    *,
    by: Account,
    overrides: Mapping[str, str] | None = None,
    order: Sequence[UUID] = (),
    said: Mapping[str, Mapping[str, Any]] | None = None,
) -> int:
    """Publish the letter's first edition; returns its number. A plan to release it later ends.

    `overrides` gives a reason for each finding passed over, by its key, and `said` what the finding said to who gave
    it: one that says more by now stands. `order` lists signature ids for a list that is ordered by hand.

    Raises NotReadyToPublish, AlreadyPublished, StillUnderEmbargo.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        return release(session, letter, Press(by, overrides or {}, order, said=said or {})).number


def release(session: Session, letter: Letter, press: Press) -> Edition:
    """`publish` within the present transaction, on a letter that is locked; the edition that readers now see.

    Feeds and mails tell of it later (`coalition.actions.announce`): until then it can be undone.
    """
    if session.get(PublicLetter, letter.id):
        raise AlreadyPublished
    now = clock.now()
    letter.ensure_embargo_is_over(now=now)
    found = check(session, letter)
    passed_over = press.passes_over(found)
    if missing := found.not_in(passed_over):
        raise NotReadyToPublish(found, missing)
    origin = provenance(session, letter)
    address.settle(session, letter)
    letter.version.put_forward(now=now)
    number = origin.edition or next_number(session, letter)
    record.enter(
        session, "published", at=now, letter_id=letter.id, actor_kind="account", actor_id=press.by.id,
        edition=number, overrides=passed_over, planned=press.is_planned,
    )  # fmt: skip
    session.execute(delete(PlannedRelease).where(PlannedRelease.letter_id == letter.id))
    standing = signers(session, letter)
    write_lines(session, letter, standing, press.order, from_edition=number)
    said = _said(number, standing, found, passed_over, origin)
    edition = write_edition(session, letter, said, now=now, published_at=origin.published_at)
    brought_along.keep_public_facts(session, letter, origin, now=now)
    if origin.retraction is not None:
        return edition  # nobody is told of it
    if origin.published_at is not None:
        tell_everybody(session, letter, edition, now=now)  # it was published long ago
    return edition


def correct_typing(letter_id: UUID, signature_id: UUID, printed_names: dict[str, str], *, by: Account) -> None:
    """Correct the typing of a printed name before release; the organisation is told and can change it back.

    Raises NoStandingSignature, AlreadyPublished, UnprintableName.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if session.get(PublicLetter, letter.id):
            raise AlreadyPublished
        signature = session.get(Signature, signature_id, with_for_update=True)
        if signature is None or signature.letter_id != letter.id or signature.ended_on:
            raise NoStandingSignature
        before = signature.printed_names
        signature.printed_names = before | {
            tag: check_name(name) for tag, name in printed_names.items() if name.strip()
        }
        now = clock.now()
        record.enter(
            session, "typing corrected", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id,
            signature=signature.id.hex, before=before,
        )  # fmt: skip
        if signature.is_individual:
            _tell_person(session, letter, signature, before["und"], now=now)
            return
        for invitation in session.scalars(_who_can_change_it(signature)):
            outbox.queue(
                session,
                "name_corrected",
                recipient=f"contact:{invitation.contact_id.hex}",
                occasion=f"typing:{signature.id.hex}:{now.timestamp():.6f}",
                now=now,
                letter_id=letter.id,
                invitation_id=invitation.id,
                kind_class="answer",
                before=before["und"],
                **standing_facts(session, invitation),
            )


def _tell_person(session: Session, letter: Letter, signature: Signature, before: str, *, now: datetime) -> None:
    """A person is told as an organisation is, and can change it back on their page."""
    persons.tell(
        session,
        letter,
        signature,
        "individual_receipt",
        occasion=f"typing:{signature.id.hex}:{now.timestamp():.6f}",
        now=now,
        act="name_corrected",
        at=now.isoformat(),
        number=signature.version.number,
        fingerprint=signature.consents[-1].fingerprint,
        affiliation=signature.printed_affiliation,
        before=before,
    )


def next_number(session: Session, letter: Letter) -> int:
    """The number of the next edition: one whose release was undone keeps its own."""
    last = session.scalar(select(func.max(Edition.number)).where(Edition.letter_id == letter.id))
    return (last or 0) + 1


def _said(number: int, standing: list[Signer], found: Check, passed_over: dict[str, str], origin: Provenance) -> Said:
    """What the edition of a release says; a record keeps the number under which it was published first."""
    withheld = sum(signer.signature.visibility == "withheld" for signer in standing) + (origin.withheld or 0)
    return Said(
        number=number,
        how="release",
        figures=found.figures,
        withheld=withheld if found.withheld is not None else None,
        leads=origin.leads,
        leads_listed=origin.leads_listed,
        overrides=passed_over,
    )


def _who_can_change_it(signature: Signature) -> Any:
    return (
        select(Invitation)
        .where(
            Invitation.letter_id == signature.letter_id,
            Invitation.organisation_id == signature.organisation_id,
            Invitation.answered_at.is_not(None),
            Invitation.revoked_at.is_(None),
        )
        .order_by(Invitation.answered_at.desc())
        .limit(1)
    )
