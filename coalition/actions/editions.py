"""Writing an edition: the one place where what readers see is fixed, whether at a release or at a cut after it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from coalition.actions import call_webhooks, take_off
from coalition.actions.proof import printed_facts
from coalition.actions.seal import seal
from coalition.actions.shelve import shelve
from coalition.models import record
from coalition.models.edition import Edition, PublicLine
from coalition.models.public import PublicLetter
from coalition.models.record import RecordEntry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter
    from coalition.rendering.printed import Figures


@dataclass(frozen=True, slots=True)
class Said:
    """What an edition says beside the texts: counted by whoever writes it, for the list differs."""

    number: int
    how: str
    """One of "release", "hand", "daily"."""
    figures: Figures
    withheld: int | None
    """How many names are withheld; None where the letter does not say."""
    leads: list[dict[str, str]] = field(default_factory=list)
    """Who led it, where that is not what the list says."""
    leads_listed: list[str] = field(default_factory=list)
    """As in `coalition.actions.provenance`."""
    overrides: dict[str, str] = field(default_factory=dict)
    printed_on: str = ""
    """The date that the first edition printed; "" for that one itself."""


def write_edition(
    session: Session, letter: Letter, said: Said, *, now: datetime, published_at: datetime | None = None
) -> Edition:
    """Write an edition of the locked letter, whose lines are in place, and have every public answer made from it.

    Part of a verb; the act itself stands in the record already, so that the edition keeps the head after it.
    `published_at` where that is not now: a letter taken over from a record keeps its moment.
    """
    facts = printed_facts(session, letter, now=now) | {"leads": said.leads, "leads_listed": said.leads_listed}
    facts["lines"] = _lines(session, letter)
    if said.printed_on:
        facts["printed_on"] = said.printed_on
    edition = Edition(
        letter_id=letter.id,
        number=said.number,
        how=said.how,
        version_id=letter.version.id,
        printed=facts,
        figures=asdict(said.figures),
        withheld_count=said.withheld,
        record_head=_head(session, letter),
        published_at=published_at or now,
    )
    edition.overrides = said.overrides or None
    session.add(edition)
    session.flush()
    _show(session, letter, edition, now=now)
    shelve(session, edition)
    seal(session, edition)
    take_off.bodies(session, letter.id, is_told=True)
    call_webhooks.tell(session, letter.id, "edition", now=now)  # the first one is told of ten minutes after the release
    return edition


def _lines(session: Session, letter: Letter) -> int:
    """How many names stand in the edition, so that it can say later how many are gone."""
    query = select(func.count()).where(PublicLine.letter_id == letter.id, PublicLine.until_edition.is_(None))
    return session.scalar(query) or 0


def _show(session: Session, letter: Letter, edition: Edition, *, now: datetime) -> None:
    """Make it the edition that readers see."""
    public = session.get(PublicLetter, letter.id)
    if public is None:
        public = PublicLetter(letter_id=letter.id, slug=letter.slug, first_published_at=edition.published_at)
        session.add(public)
    public.edition_id = edition.id
    public.withheld_now = edition.withheld_count or 0
    public.updated_at = now
    session.flush()


def _head(session: Session, letter: Letter) -> str:
    """The head of the letter's record."""
    query = select(RecordEntry.hash).where(RecordEntry.chain == record.chain_of(letter.id))
    return session.scalars(query.order_by(RecordEntry.number.desc()).limit(1)).one()
