"""Cutting an edition of a published letter: what was added since stands in it, and what was corrected is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions import live
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import lock
from coalition.actions.editions import Said, write_edition
from coalition.actions.one_by_one import one_by_one
from coalition.actions.proof import signers
from coalition.actions.provenance import provenance
from coalition.actions.thank_late import thank_late
from coalition.database import db, transaction
from coalition.models import record
from coalition.models.edition import Edition, PublicLine
from coalition.models.letter import Letter, LetterRule
from coalition.models.machinery import Tick
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature
from coalition.rendering.edition import figures, printed_line, shown_withheld

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.rendering.printed import Figures


class NotPublished(LetterRule):
    """The letter has no edition that readers see: it is not published, or was retracted."""


class NothingToCut(LetterRule):
    """An edition now would say what the last one says."""


def add(letter_id: UUID, signature_ids: Collection[UUID], *, by: Account) -> int:
    """Put signers who wait onto the published list, as added today; returns how many. For a coordinator.

    Who withdrew or hid the name meanwhile is left out. Raises NotCoordinator, NotPublished.
    """
    with transaction() as session:
        letter, public = published(session, letter_id, by=by)
        added = [one for one in live.waiting(session, letter) if one.signature.id in signature_ids]
        if not added:
            return 0
        now = clock.now()
        live.add(session, letter, public, added, now=now)
        # Of a name that was revealed nobody says any more that it is withheld.
        public.withheld_now = min(public.withheld_now, withheld_to_say(session, letter, public))
        public.updated_at = now
        record.enter(
            session, "added to the list", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id,
            signatures=[one.signature.id.hex for one in added],
        )  # fmt: skip
        return len(added)


def cut(letter_id: UUID, *, by: Account) -> int:
    """Make an edition of what stands there now; returns its number. For a coordinator.

    Raises NotCoordinator, NotPublished, NothingToCut.
    """
    with transaction() as session:
        letter, public = published(session, letter_id, by=by)
        return _cut(session, letter, public, "hand", by=by)


def cut_due() -> int:
    """Cut the rolling letters that want an edition each day, where something was added; returns how many.

    One that can not be cut keeps back no other: what went wrong is raised after the last.
    """
    wanted = select(Letter.id).join(PublicLetter, PublicLetter.letter_id == Letter.id)
    due = wanted.where(Letter.is_rolling, Letter.cuts_daily, PublicLetter.retracted_at.is_(None))
    return len(one_by_one(db.session.scalars(due).all(), _cut_if_due))


def _cut_if_due(letter_id: UUID) -> bool:
    """Once in a day of the letter's zone, whichever worker comes first."""
    try:
        with transaction() as session:
            letter = lock(session, letter_id)
            public, now = session.get(PublicLetter, letter_id), clock.now()
            if public is None or public.retracted_at or not letter.cuts_daily or not has_news(session, letter, public):
                return False
            if _day(letter, session.get_one(Edition, public.edition_id).published_at) == _day(letter, now):
                return False
            session.add(Tick(fact=f"cut:{letter.id.hex}:{_day(letter, now)}", at=now))
            session.flush()
            _cut(session, letter, public, "daily")
    except IntegrityError:
        return False  # another worker has done it
    return True


def _day(letter: Letter, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(letter.zone)).date().isoformat()


def _cut(session: Session, letter: Letter, public: PublicLetter, how: str, *, by: Account | None = None) -> int:
    if not has_news(session, letter, public):
        raise NothingToCut
    now, before = clock.now(), session.get_one(Edition, public.edition_id)
    number = before.number + 1
    record.enter(
        session, "edition cut", at=now, letter_id=letter.id, actor_kind="account" if by else "system",
        actor_id=by.id if by else None, edition=number, how=how,
    )  # fmt: skip
    withheld = _withheld_if_said(session, letter, public)
    said = Said(
        number=number,
        how=how,
        figures=_figures(session, letter, withheld),
        withheld=withheld,
        leads=before.printed.get("leads") or [],
        leads_listed=before.printed.get("leads_listed") or [],
        printed_on=before.printed["printed_on"],
    )
    edition = write_edition(session, letter, said, now=now)
    thank_late(session, letter, public, before, edition, now=now)
    return edition.number


def has_news(session: Session, letter: Letter, public: PublicLetter) -> bool:
    """Whether an edition now would say more, or something else, than the last one."""
    edition = session.get_one(Edition, public.edition_id)
    since = select(PublicLine.id).where(
        PublicLine.letter_id == letter.id, PublicLine.from_edition == edition.number + 1
    )
    if letter.version.id != edition.version_id or session.scalar(since.limit(1)) is not None:
        return True
    return (_withheld_if_said(session, letter, public) or 0) > public.withheld_now


def _withheld_if_said(session: Session, letter: Letter, public: PublicLetter) -> int | None:
    """As `withheld_to_say`; None where the letter does not say it, or so few are not mentioned."""
    if not provenance(session, letter).says_withheld:
        return None
    number = withheld_to_say(session, letter, public)
    return shown_withheld(number, number, letter.withheld_threshold)


def withheld_to_say(session: Session, letter: Letter, public: PublicLetter) -> int:
    """How many withheld names an edition now may speak of: never one that any list has printed.

    Of a name that is gone nobody learns from a number whether it was withheld (docs/decisions/0005).
    """
    standing = [one.signature for one in signers(session, letter) if one.signature.visibility == "withheld"]
    since = public.first_published_at
    before = _signed_by_name_before(session, letter, since) if standing else set()
    never_printed = sum(not (_was_changed_since(one, since) or one.organisation_index in before) for one in standing)
    return never_printed + (provenance(session, letter).withheld or 0)


def _signed_by_name_before(session: Session, letter: Letter, since: datetime) -> set[bytes | None]:
    """Of whom a signature ended since then that may have been printed; who signs again is the same organisation."""
    ended = session.scalars(
        select(Signature).where(
            Signature.letter_id == letter.id,
            Signature.organisation_index.is_not(None),
            Signature.ended_on >= since.astimezone(UTC).date(),
        )
    )
    return {one.organisation_index for one in ended if one.visibility == "named" or _was_changed_since(one, since)}


def _was_changed_since(signature: Signature, moment: datetime) -> bool:
    """Whether the organisation chose how its name appears since then."""
    changes = (one for one in signature.consents if one.act == "visibility")
    return any(datetime.fromisoformat(one.at) > moment for one in changes)


def _figures(session: Session, letter: Letter, withheld: int | None) -> Figures:
    rows = session.scalars(
        select(PublicLine).where(PublicLine.letter_id == letter.id, PublicLine.until_edition.is_(None))
    )
    return figures(
        [printed_line(row) for row in rows],
        withheld or 0,
        counts_lead=letter.counts_lead,
        counts_withheld=letter.counts_withheld,
    )


def published(session: Session, letter_id: UUID, *, by: Account) -> tuple[Letter, PublicLetter]:
    """The locked letter and what is public of it, for a coordinator. Raises NotCoordinator, NotPublished."""
    letter = lock(session, letter_id)
    if by.id not in {account.id for account in letter.coordinators()}:
        raise NotCoordinator
    public = session.get(PublicLetter, letter.id, with_for_update=True)
    if public is None or public.retracted_at:
        raise NotPublished
    return letter, public


def choose_rolling(letter_id: UUID, *, is_rolling: bool, cuts_daily: bool, by: Account) -> None:
    """Choose whether the letter stays open after publication, and whether it then has an edition each day.

    At any time, also after publication; who waits then goes on waiting. Raises NotCoordinator.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        letter.is_rolling, letter.cuts_daily = is_rolling, is_rolling and cuts_daily
        letter.row_version += 1
        record.enter(
            session, "rolling chosen", at=clock.now(), letter_id=letter.id, actor_kind="account", actor_id=by.id,
            is_rolling=is_rolling, cuts_daily=letter.cuts_daily,
        )  # fmt: skip
