"""Archiving: a letter as its team knows it goes out as a sealed file, and the letter's record says who took it.

It holds the names that are withheld, so only a coordinator of the letter takes it (docs/letter-archive.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from coalition.actions.after_facts import after_of
from coalition.actions.archived_evidence import evidence_facts, evidence_of
from coalition.actions.archived_ledger import organisation_facts, signatures
from coalition.actions.archived_voices import comments, invitations, private_notes
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import entered, lock
from coalition.actions.edition_facts import team_editions
from coalition.actions.give_away import addressee_facts, letter_file_of, text_facts
from coalition.actions.kept import Kept, KeptText, kept_of, text_key
from coalition.actions.provenance import provenance
from coalition.database import transaction
from coalition.intake import archive_key, letter_archive, sealed_file
from coalition.intake import letter_archive_facts as facts
from coalition.models.edition import Edition
from coalition.models.public import PublicLetter
from coalition.models.release import PlannedRelease
from coalition.models.reminder_step import ReminderStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.version import Text, Version

ARCHIVED = "archive written"


def archive_letter(letter_id: UUID, secret: str | X25519PublicKey, *, by: Account) -> bytes:
    """The letter's archive, sealed with a passphrase or for a key; the letter's record says that it was taken.

    Raises NotCoordinator, WeakPassphrase, TooLarge.
    """
    if isinstance(secret, str):
        sealed_file.ensure_strong(secret)
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {one.id for one in letter.coordinators()}:
            raise NotCoordinator
        content = letter_archive.write(archive_of(session, letter))
        sealed_file.ensure_fits(content)
        key = "" if isinstance(secret, str) else archive_key.public_line(secret)
        entered(session, letter, ARCHIVED, by, key=key)
    return sealed_file.seal(content, secret)


def archive_of(session: Session, letter: Letter) -> facts.LetterArchive:
    """The letter as its team knows it. Opens the vault."""
    kept = kept_of(session, letter)
    here = tuple(_version(version, kept) for version in letter.versions)
    here_recorded = evidence_of(session, letter)
    known = {one.id.hex: number for number, one in enumerate(here_recorded, start=len(kept.evidence) + 1)}
    signed = signatures(session, letter, kept.signatures, known)
    after = after_of(session, letter, kept.notes)
    return facts.LetterArchive(
        letter=letter_file_of(session, letter),
        course=_course(session, letter, kept, signed.numbers),
        versions=tuple(sorted((*here, *kept.versions), key=lambda one: one.number)),
        published_version=_published_version(session, letter),
        comments=comments(session, letter, kept),
        signatures=signed.told,
        evidence=(*kept.evidence, *(evidence_facts(one) for one in here_recorded)),
        invitations=invitations(session, letter, kept.invitations),
        editions=kept.editions or team_editions(session, letter),
        notes=after.notes,
        deliveries=after.deliveries,
        responses=after.responses,
        private_notes=private_notes(session, letter, kept.private_notes),
    )


def _published_version(session: Session, letter: Letter) -> int | None:
    public = session.get(PublicLetter, letter.id)
    if public is None:
        return provenance(session, letter).version
    number: int = session.get_one(Edition, public.edition_id).version.number
    return number


def _course(session: Session, letter: Letter, kept: Kept, numbers: Mapping[str, int]) -> facts.Course:
    """How the letter went here; of one that was taken over and not moved since, how it had gone until then."""
    if kept.course and letter.stage == "closed" and letter.closed_at == letter.imported_at:
        return kept.course
    return facts.Course(
        stage=letter.stage,
        opened_at=letter.opened_at,
        closed_at=letter.closed_at,
        cancelled_at=letter.cancelled_at,
        proof_sent_at=letter.proof_sent_at,
        proof_until_at=letter.proof_until_at,
        leads=tuple(organisation_facts(one) for one in letter.lead_organisations()),
        reminders=_reminders(session, letter),
        release=_release(session, letter, numbers),
        place_in_archive=session.scalar(select(PublicLetter.place).where(PublicLetter.letter_id == letter.id)),
        **{name: getattr(letter, name) for name in CHOSEN},
    )


CHOSEN = (
    "deadline_at",
    "grace_minutes",
    "comments_until_at",
    "no_objection_until_at",
    "freshness_days",
    "comment_audience",
    "who_may_sign",
    "visible_to_invitees",
    "is_practice",
    "has_individuals",
    "why_now",
    "is_sensitive",
    "takes_requests",
    "is_rolling",
    "cuts_daily",
    "embargo_until_at",
    "reminders_at_most",
    "is_urgent",
)
"""What was chosen for a letter, under one name in its row and in its archive."""


def _reminders(session: Session, letter: Letter) -> tuple[facts.Reminder, ...]:
    """The steps of the reminder plan, the first to go first."""
    steps = session.scalars(select(ReminderStep).where(ReminderStep.letter_id == letter.id))
    found = sorted((-one.minutes_before, one.kind) for one in steps)
    return tuple(facts.Reminder(kind, -minutes) for minutes, kind in found)


def _release(session: Session, letter: Letter, numbers: Mapping[str, int]) -> facts.Release | None:
    """The release that is planned; `numbers` of signatures by the ids of their rows."""
    plan = session.scalar(select(PlannedRelease).where(PlannedRelease.letter_id == letter.id))
    if plan is None:
        return None
    return facts.Release(
        at=plan.at,
        planned_at=plan.made_at,
        by=plan.by.name,
        overrides=dict(plan.overrides or {}),
        order=tuple(numbers[one] for one in plan.order if one in numbers),
        failed_at=plan.failed_at,
        failure=plan.failure,
    )


def _version(version: Version, kept: Kept) -> facts.Version:
    return facts.Version(
        number=version.number,
        written_at=version.created_at,
        texts={text.language: _text(text, version, kept) for text in version.texts},
        follows=version.follows.number if version.follows else None,
        put_forward_at=version.put_forward_at,
        change_class=version.change_class,
        explanations=version.explanations,
        reply_by_at=version.reply_by_at,
        addressees=addressee_facts(version),
    )


def _text(text: Text, version: Version, kept: Kept) -> facts.VersionText:
    brought = kept.texts.get(text_key(version.number, text.language), KeptText())
    is_checked = text.state == "checked"
    return facts.VersionText(
        parts=text_facts(text),
        state=text.state,
        checked_by=(text.checked_by.name if text.checked_by else brought.checked_by) if is_checked else "",
        checked_at=text.checked_at,
        translates=_place_of(text.translates),
        shown_at=text.shown_at,
        fingerprint=brought.fingerprint or text.fingerprint or "",
    )


def _place_of(text: Any) -> facts.Place | None:
    return facts.Place(text.version.number, text.language) if text else None
