"""Publishing: one edition, all or nothing; and correcting the typing of a name before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from coalition import clock
from coalition.actions import persons
from coalition.actions.acts import standing_facts
from coalition.actions.check import Check, check
from coalition.actions.draft import free_slug, lock
from coalition.actions.editions import Said, write_edition
from coalition.actions.lines import write_lines
from coalition.actions.proof import Signer, signers
from coalition.actions.provenance import Provenance, provenance
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.names import check_name
from coalition.models import record
from coalition.models.invitation import Invitation
from coalition.models.letter import AlreadyPublished, Letter
from coalition.models.public import PublicLetter
from coalition.models.signature import NoStandingSignature, Signature
from coalition.rendering.reading import reading_title

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account


class NotReadyToPublish(Exception):
    """The check list found something that must be mended, or that nobody passed over with a reason."""

    def __init__(self, found: Check) -> None:
        super().__init__(", ".join(finding.key for finding in found.findings))
        self.check = found


def publish(
    letter_id: UUID, *, by: Account, overrides: dict[str, str] | None = None, order: Sequence[UUID] = ()
) -> int:
    """Publish the letter's first edition; returns its number.

    `overrides` gives a reason for each finding passed over, by its key. `order` lists signature ids for a list that is
    ordered by hand. Raises NotReadyToPublish, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if session.get(PublicLetter, letter.id):
            raise AlreadyPublished
        found = check(session, letter)
        passed_over = {key: reason.strip() for key, reason in (overrides or {}).items() if reason.strip()}
        if found.stops or any(finding.key not in passed_over for finding in found.findings):
            raise NotReadyToPublish(found)
        now = clock.now()
        origin = provenance(session, letter)
        if not origin.is_record:
            letter.slug = _slug_of(session, letter)
        letter.version.put_forward(now=now)
        record.enter(
            session, "published", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id,
            edition=origin.edition or 1, overrides=passed_over,
        )  # fmt: skip
        standing = signers(session, letter)
        write_lines(session, letter, standing, order)
        said = _said(standing, found, passed_over, origin)
        edition = write_edition(session, letter, said, now=now, published_at=origin.published_at)
        _tell_signers(session, letter, now=now)
        _tell_persons(session, letter, now=now)
        return edition.number


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


def _slug_of(session: Session, letter: Letter) -> str:
    title = reading_title(letter.version.text(letter.authoritative_language))
    letter.slug = letter.id.hex  # its own draft slug must not stand in its way
    session.flush()
    return free_slug(session, title)


def _said(standing: list[Signer], found: Check, passed_over: dict[str, str], origin: Provenance) -> Said:
    """What the first edition says; a record keeps the number under which it was published first."""
    withheld = sum(signer.signature.visibility == "withheld" for signer in standing) + (origin.withheld or 0)
    return Said(
        number=origin.edition or 1,
        how="release",
        figures=found.figures,
        withheld=withheld if found.withheld is not None else None,
        leads=origin.leads,
        overrides=passed_over,
    )


def _tell_signers(session: Session, letter: Letter, *, now: datetime) -> None:
    for invitation in session.scalars(
        select(Invitation).where(Invitation.letter_id == letter.id, Invitation.answered_at.is_not(None))
    ):
        facts = standing_facts(session, invitation)
        if invitation.is_live and facts["has_signed"]:
            outbox.queue(
                session,
                "published",
                recipient=f"contact:{invitation.contact_id.hex}",
                occasion=f"published:{letter.id.hex}:1",
                now=now,
                letter_id=letter.id,
                invitation_id=invitation.id,
                **facts,
            )


def _tell_persons(session: Session, letter: Letter, *, now: datetime) -> None:
    for signature in persons.standing_persons(session, letter):
        if signature.is_on_list:
            persons.tell_news(session, letter, signature, "published", now=now)


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
