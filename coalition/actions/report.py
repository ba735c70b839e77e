"""A reader says that something is wrong with a published list. What becomes of it, the reader does not learn here.

The answer is the same whatever was written: nobody finds out by it who signed, withdrew, or is withheld (SAFETY §3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import lock
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.limit import TooOften, count, ensure_room
from coalition.models.public import PublicLetter
from coalition.models.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter

QUICKEST: Final = timedelta(seconds=3)
"""Nobody reads the form and fills it in faster."""
KEPT_PER_LETTER: Final = 100
KEPT_OF_ALL: Final = 500
"""An hour's reports that are kept: a flood fills neither the desk nor the disk, and is over within the hour."""
KEPT_PER_ADDRESS: Final = 10
HOUR: Final = timedelta(hours=1)
KEPT, EVERYBODY = "reports of a list", ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader wrote; each part as typed."""

    name: str
    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """How the form came: its key counts once."""

    key: str
    language: str
    opened_at: datetime | None = None
    """From the form's signed token; None where time tells nothing, as in a form that came back."""
    bait: str = ""
    """What stood in the field that nobody sees."""


def report(letter_id: UUID, said: Said, sent: Sent) -> None:
    """Keep what a reader wrote about the list of a published letter, and tell its coordinators that somebody did.

    What a program sent, and what is too much of one address, is dropped in silence. Raises TooOften where too many
    others write: who is turned away is told, and when to come again.
    """
    now = clock.now()
    ensure_room(db.session(), KEPT, letter_id.hex, limit=KEPT_PER_LETTER, every=HOUR, now=now)
    ensure_room(db.session(), KEPT, EVERYBODY, limit=KEPT_OF_ALL, every=HOUR, now=now)
    try:
        with transaction() as session:
            now = clock.now()
            letter = lock(session, letter_id)
            if _is_of_a_program(sent, now=now) or session.get(PublicLetter, letter_id) is None:
                return
            if session.scalar(select(Report.id).where(Report.key == sent.key)) is not None:
                return
            for who, most in ((letter_id.hex, KEPT_PER_LETTER), (EVERYBODY, KEPT_OF_ALL)):
                count(session, KEPT, who, limit=most, every=HOUR, now=now)
            if _is_too_often(session, said.address, now=now):
                return
            row = Report(letter_id=letter_id, key=sent.key, language=sent.language, created_at=now)
            row.said = {"name": said.name, "words": said.words, "address": said.address}
            session.add(row)
            session.flush()
            record.enter(session, "list reported", at=now, letter_id=letter_id, actor_kind="reader")
            _tell_coordinators(session, letter, now=now)
    except IntegrityError:
        return  # the same form, sent twice at one time


def settle(report_id: UUID, *, letter_id: UUID, reply: str, by: Account) -> None:
    """Say that a report is dealt with, with what was done in the team's own words, for the team alone.

    Settling twice is settling once. Raises NotCoordinator, LookupError for a report of another letter.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        row = session.get(Report, report_id, with_for_update=True)
        if row is None or row.letter_id != letter_id:
            raise LookupError(report_id)
        if row.settled_at is None:
            now = clock.now()
            row.settled_at, row.settled_by_id, row.reply = now, by.id, reply.strip() or None
            record.enter(session, "report settled", at=now, letter_id=letter_id, actor_kind="account", actor_id=by.id)


def reports_on(session: Session, letter_id: UUID) -> Sequence[Report]:
    """The reports on a letter's list, those to be settled first, the oldest first."""
    query = select(Report).where(Report.letter_id == letter_id)
    return session.scalars(query.order_by(Report.settled_at.is_not(None), Report.created_at, Report.id)).all()


def number_to_settle(session: Session, letter_id: UUID) -> int:
    """How many reports on a letter's list wait."""
    query = select(func.count()).where(Report.letter_id == letter_id, Report.settled_at.is_(None))
    return session.scalar(query) or 0


def _is_of_a_program(sent: Sent, *, now: datetime) -> bool:
    return bool(sent.bait.strip()) or (sent.opened_at is not None and now - sent.opened_at < QUICKEST)


def _is_too_often(session: Session, address: str, *, now: datetime) -> bool:
    if not address:
        return False
    day, folded = timedelta(days=1), address.casefold()
    try:
        count(session, "reports of an address", folded, limit=KEPT_PER_ADDRESS, every=day, now=now)
    except TooOften:
        return True
    return False


def _tell_coordinators(session: Session, letter: Letter, *, now: datetime) -> None:
    """A number and a link, at most one mail a day to each: the first report at once, later ones with the next."""
    for account in letter.coordinators():
        recipient, occasion = f"account:{account.id.hex}", f"reported:{letter.id.hex}:{now:%Y%m%d}"
        if outbox.is_queued(session, "list_reported", recipient=recipient, occasion=occasion):
            continue
        outbox.queue(
            session,
            "list_reported",
            recipient=recipient,
            occasion=occasion,
            now=now,
            letter_id=letter.id,
            kind_class="account",
        )
