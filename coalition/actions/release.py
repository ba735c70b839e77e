"""Releasing a letter later: at an instant that is planned, or at the end of its embargo; and undoing a release.

Now is `coalition.actions.publish`. A plan is a row; the tick carries it out, once, however many workers there are. The
check list is gone through again in that transaction: what it finds and nobody had passed over stops the release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import select

from coalition import clock, journal
from coalition.actions import take_off
from coalition.actions.check import check
from coalition.actions.draft import ensure_unpublished, entered, lock
from coalition.actions.one_by_one import one_by_one
from coalition.actions.publish import NotReadyToPublish, Press, release
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.edition import Edition
from coalition.models.letter import LetterRule, StillUnderEmbargo
from coalition.models.public import PublicLetter
from coalition.models.release import PlannedRelease

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.actions.check import Finding
    from coalition.models.account import Account
    from coalition.models.letter import Letter

FAILURE_LIMIT = 300
UNDONE: Final = "undone"
"""The journal's word for a release that was undone."""


class ReleaseInThePast(LetterRule):
    """The instant of a planned release has passed already."""


class NothingPlanned(LetterRule):
    """No release of the letter is planned: it was given up, or carried out."""


class TooLateToUndo(LetterRule):
    """The ten minutes are over, or nothing is released: feeds and mails may tell of the letter."""


def plan(
    letter_id: UUID,
    at: datetime,
    *,
    by: Account,
    overrides: Mapping[str, str] | None = None,
    order: Sequence[UUID] = (),
    said: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Plan the letter's release at an instant; a plan that was made before gives way.

    `overrides`, `order` and `said` as in `publish.publish`. Raises ReleaseInThePast, StillUnderEmbargo,
    NotReadyToPublish, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        now = clock.now()
        _ensure_instant(letter, at, now=now)
        found = check(session, letter)
        passed_over = Press(by, overrides or {}, said=said or {}).passes_over(found)
        if missing := standing_against(letter, found.not_in(passed_over), at):
            raise NotReadyToPublish(found, missing)
        kept = _plan_of(session, letter) or PlannedRelease(letter_id=letter.id)
        kept.at, kept.by_id, kept.made_at = at, by.id, now
        says = {one.key: one.said for one in found.findings}
        kept.passed_over = {key: {"reason": why, "said": says.get(key, {})} for key, why in passed_over.items()}
        kept.order = [one.hex for one in order]
        kept.failed_at, kept.failure = None, ""
        session.add(kept)
        entered(session, letter, "release planned", by, release_at=at.isoformat(), overrides=passed_over)


def move(letter_id: UUID, at: datetime, *, by: Account) -> None:
    """Have a planned release come at another instant. Raises NothingPlanned, ReleaseInThePast, StillUnderEmbargo."""
    with transaction() as session:
        letter = lock(session, letter_id)
        kept = _plan_of(session, letter)
        if kept is None or kept.failed_at is not None:
            raise NothingPlanned
        _ensure_instant(letter, at, now=clock.now())
        kept.at = at
        entered(session, letter, "release moved", by, release_at=at.isoformat())


def give_up(letter_id: UUID, *, by: Account) -> None:
    """Give a planned release up; what was published stays. Nothing happens where none is planned."""
    with transaction() as session:
        letter = lock(session, letter_id)
        kept = _plan_of(session, letter)
        if kept is not None:
            session.delete(kept)
            entered(session, letter, "release given up", by)


def release_due() -> list[UUID]:
    """Carry out every planned release whose instant has come, each once; returns the ids of what is now public.

    One that goes wrong keeps back no other: what went wrong is raised after the last.
    """
    query = select(PlannedRelease.letter_id).where(PlannedRelease.at <= clock.now(), PlannedRelease.failed_at.is_(None))
    return one_by_one(db.session.scalars(query.order_by(PlannedRelease.at)).all(), _release_if_due)


def _release_if_due(letter_id: UUID) -> bool:
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        kept = _plan_of(session, letter)
        if kept is None or kept.failed_at is not None or kept.at > now:
            return False
        if letter.stage == "cancelled":
            session.delete(kept)
            return False
        press = Press(
            kept.by, _reasons(letter, kept), tuple(UUID(one) for one in kept.order), is_planned=True, said=kept.said
        )
        try:
            edition = release(session, letter, press)
        except (NotReadyToPublish, StillUnderEmbargo) as refused:  # raised before anything is written
            missing = refused.missing if isinstance(refused, NotReadyToPublish) else ()
            _stop(session, letter, kept, missing, now=now)
            return False
        _tell_coordinators(session, letter, now=now, is_out=True, occasion=f"{edition.number}")
        return True


def _reasons(letter: Letter, kept: PlannedRelease) -> dict[str, str]:
    """What was passed over; nothing where another text was put forward since, that everybody has to agree to anew."""
    version = letter.version
    is_another = version.change_class == "substantive" and version.put_forward_at is not None
    return {} if is_another and version.put_forward_at > kept.made_at else kept.overrides


def _stop(session: Session, letter: Letter, kept: PlannedRelease, missing: Sequence[Finding], *, now: datetime) -> None:
    """Keep the plan as one that failed, with what stood against it, and tell the coordinators."""
    keys = ", ".join(one.key for one in missing) or "embargo"
    kept.failed_at, kept.failure = now, keys[:FAILURE_LIMIT]
    record.enter(session, "release stopped", at=now, letter_id=letter.id, findings=[one.key for one in missing])
    _tell_coordinators(session, letter, now=now, is_out=False, occasion=now.isoformat(), findings=len(missing))


def _tell_coordinators(
    session: Session, letter: Letter, *, now: datetime, is_out: bool, occasion: str, findings: int = 0
) -> None:
    for account in letter.coordinators():
        outbox.queue(
            session,
            "planned_release",
            recipient=f"account:{account.id.hex}",
            occasion=f"planned:{letter.id.hex}:{occasion}",
            now=now,
            letter_id=letter.id,
            kind_class="account",
            is_out=is_out,
            findings=findings,
            at=now.isoformat(),
        )


def undo(letter_id: UUID, *, by: Account) -> None:
    """Undo a release within its ten minutes: in public it is then as if it had never been.

    The edition stays, marked; the next release gets the next number. Raises TooLateToUndo.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        public = session.get(PublicLetter, letter.id, with_for_update=True)
        now = clock.now()
        if public is None or public.undo_until is None or now >= public.undo_until:
            raise TooLateToUndo
        entered(session, letter, "release undone", by, edition=session.get_one(Edition, public.edition_id).number)
        _undo(session, letter, public, at=now)


def undo_again(session: Session, letter_id: UUID, *, at: datetime) -> bool:
    """Undo a release that was undone at an instant, and is public again since a restore; part of a verb.

    Says whether it was so.
    """
    letter, public = lock(session, letter_id), session.get(PublicLetter, letter_id, with_for_update=True)
    if public is None or public.undo_until is None or not public.first_published_at <= at < public.undo_until:
        return False
    edition = session.get_one(Edition, public.edition_id).number
    record.enter(session, "release undone", at=clock.now(), letter_id=letter.id, edition=edition)
    _undo(session, letter, public, at=at)
    return True


def _undo(session: Session, letter: Letter, public: PublicLetter, *, at: datetime) -> None:
    journal.append(UNDONE, letter.id, at)
    for edition in session.scalars(select(Edition).where(Edition.letter_id == letter.id, Edition.undone_at.is_(None))):
        edition.undone_at = at
    session.flush()
    session.expunge(public)
    take_off.whole_letter(session, letter)


def plan_of(session: Session, letter_id: UUID) -> PlannedRelease | None:
    """The planned release of a letter, be it to come or stopped; None where there is none."""
    return session.scalar(select(PlannedRelease).where(PlannedRelease.letter_id == letter_id))


def standing_against(letter: Letter, findings: Sequence[Finding], at: datetime) -> tuple[Finding, ...]:
    """Of what stands against a release now, what will still do so at an instant: by then signing closes by itself."""
    ends = letter.signing_ends_at
    closes = letter.stage == "open" and ends is not None and ends < at
    return tuple(one for one in findings if not (closes and one.code == "not_closed"))


def _plan_of(session: Session, letter: Letter) -> PlannedRelease | None:
    return session.scalar(select(PlannedRelease).where(PlannedRelease.letter_id == letter.id).with_for_update())


def _ensure_instant(letter: Letter, at: datetime, *, now: datetime) -> None:
    """Raises ReleaseInThePast, StillUnderEmbargo."""
    if at <= now:
        raise ReleaseInThePast
    letter.ensure_embargo_is_over(now=at)
