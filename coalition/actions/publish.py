"""Publishing: one edition, all or nothing; and correcting the typing of a name before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from coalition import clock
from coalition.actions import persons, take_off
from coalition.actions.acts import standing_facts
from coalition.actions.check import Check, check
from coalition.actions.draft import free_slug, lock
from coalition.actions.proof import Signer, headings, in_order, printed_facts, signers, sort_keys, text_languages
from coalition.actions.provenance import Provenance, provenance, taken_over_groups, taken_over_lines
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.names import check_name
from coalition.models import record
from coalition.models.edition import Edition, ListGroup, PublicLine
from coalition.models.invitation import Invitation
from coalition.models.letter import AlreadyPublished, Letter
from coalition.models.public import PublicLetter
from coalition.models.record import RecordEntry
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
        edition = _new_edition(session, letter, found, passed_over, origin, now=now)
        _write_lines(session, letter, signers(session, letter), order)
        session.add(
            PublicLetter(
                letter_id=letter.id,
                slug=letter.slug,
                edition_id=edition.id,
                withheld_now=edition.withheld_count or 0,
                first_published_at=edition.published_at,
                updated_at=now,
            )
        )
        take_off.bodies(session, letter.id)
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


def _new_edition(
    session: Session,
    letter: Letter,
    found: Check,
    passed_over: dict[str, str],
    origin: Provenance,
    *,
    now: datetime,
) -> Edition:
    """The first edition; a record keeps the number and the moment under which it was published first."""
    standing = signers(session, letter)
    withheld = sum(signer.signature.visibility == "withheld" for signer in standing) + (origin.withheld or 0)
    head = session.scalar(
        select(RecordEntry.hash)
        .where(RecordEntry.chain == record.chain_of(letter.id))
        .order_by(RecordEntry.number.desc())
        .limit(1)
    )
    edition = Edition(
        letter_id=letter.id,
        number=origin.edition or 1,
        version_id=letter.version.id,
        printed=printed_facts(session, letter, now=now) | {"leads": origin.leads},
        figures={
            "signatories": found.figures.signatories,
            "organisations": found.figures.organisations,
            "individuals": found.figures.individuals,
            "countries": found.figures.countries,
        },
        withheld_count=withheld if found.withheld is not None else None,
        record_head=head,
        published_at=origin.published_at or now,
    )
    edition.overrides = passed_over or None
    session.add(edition)
    session.flush()
    return edition


def _write_lines(session: Session, letter: Letter, standing: list[Signer], order: Sequence[UUID]) -> None:
    """The lines of those who signed here, after those that were taken over from a record; persons in a part apart."""
    group, taken_over = _group_of(session, letter), len(taken_over_lines(session, letter))
    tags, printed = text_languages(letter), in_order(standing, order)
    has_persons = any(one.organisation is None for one in printed)
    apart = _group_of_persons(session, letter, group) if has_persons else group
    for position, signer in enumerate(printed, start=taken_over):
        session.add(_line(letter, group if signer.organisation else apart, signer, position, tags))
    session.flush()


def _group_of(session: Session, letter: Letter) -> ListGroup:
    """The part of the list for those who signed here: the last one of a record, else the only one."""
    groups = taken_over_groups(session, letter)
    if groups:
        return groups[-1]
    group = ListGroup(letter_id=letter.id, position=0, headings=headings(letter))
    session.add(group)
    session.flush()
    return group


def _group_of_persons(session: Session, letter: Letter, before: ListGroup) -> ListGroup:
    """The part for those who signed for themselves: without a heading of its own it has ours, in each language."""
    group = ListGroup(letter_id=letter.id, position=before.position + 1, headings={})
    session.add(group)
    session.flush()
    return group


def _line(letter: Letter, group: ListGroup, signer: Signer, position: int, tags: list[str]) -> PublicLine:
    signature = signer.signature
    line = PublicLine(
        letter_id=letter.id,
        from_edition=1,
        list_group_id=group.id,
        position=position,
        printed=signature.printed_names,
        sort_keys=sort_keys(signature.printed_names, tags),
        country=signer.country,
        kind=signature.kind,
        affiliation=signature.printed_affiliation,
        is_lead=signer.is_lead,
        signature_index=signature.public_index(),
    )
    line.signature = signature.id.hex
    return line


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
