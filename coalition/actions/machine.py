"""How the machine is, and what of it needs somebody: worst first.

/health says it in figures, the desk in words, /metrics as numbers. No name, no address and no letter is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select

from coalition import config
from coalition.actions import backups, findings, footing, freshen, hold_back
from coalition.actions.daily_backup import WORK
from coalition.models.house import House
from coalition.models.machinery import MailHost, Tick, TickRun
from coalition.models.outgoing_email import WAITING, OutgoingEmail
from coalition.models.text_source import TextSource
from coalition.models.webhook import WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from coalition.actions.findings import Finding
    from coalition.actions.footing import Disk, Keys

LATE: Final = timedelta(minutes=5)
"""The tick comes each minute: after five of them without one, no worker runs."""
STUCK: Final = timedelta(minutes=15)
OFTEN: Final = 3
"""Failures in a row after which it is not the weather any more."""
STILL: Final = timedelta(minutes=15)
"""So long something may be due while nothing is done."""
OF_ANOTHER_VERSION: Final = timedelta(days=1)
"""A work that lags so far behind the others is none of this version's any more."""
LONG_WORK: Final = frozenset({"deliver", "back_up"})
"""May take as long as there is mail, or rows: whether they go on is seen from the mail, or the backup's own run."""
DAY_AND_A_BIT: Final = timedelta(hours=30)
LONGEST_BACKUP: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Work:
    """One work of the tick. `state` is ok, late, stuck or failing; the moments are UTC."""

    name: str
    state: str
    began: datetime
    ended: datetime | None
    failures: int
    last_words: str


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the worker: mail, webhooks, files that were brought, pages to be made anew."""

    name: str
    due: int
    oldest: timedelta | None
    """For how long the oldest is due; None where nothing is."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup that was made whole."""

    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known of the machine at an instant."""

    now: datetime
    works: tuple[Work, ...]
    queues: tuple[Queue, ...]
    mails: Mapping[str, int]
    """How many mails are in each state."""
    has_mail_server: bool
    lies_still: bool
    """Whether mail is due and none is settled."""
    pausing: int
    """How many hosts of recipients asked us to wait."""
    ahead: timedelta
    """By how much the clock of some worker is ahead of ours, at least."""
    schema: str
    takes_nothing: bool
    disks: tuple[Disk, ...]
    keys: Keys
    backup: LastBackup | None
    age: timedelta
    """For how long there is something to lose."""
    promises_backups: bool
    is_demo: bool
    waits_since: datetime | None
    """The instant of the backup from which all this was restored, while somebody's word is waited for."""
    is_half_restored: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What needs somebody, worst first."""
        return tuple(findings.of(self))

    @property
    def is_well(self) -> bool:
        """Whether nothing needs anybody now; what can wait does not count."""
        return not any(one.is_grave for one in self.findings)

    @property
    def in_trouble(self) -> tuple[Work, ...]:
        """The works that are late, stuck or failing."""
        return tuple(work for work in self.works if work.state != "ok")

    def queue(self, name: str) -> Queue:
        """The queue of that name."""
        return next(one for one in self.queues if one.name == name)


def look(session: Session, *, now: datetime) -> Machine:
    """How the machine is at `now`. Reads only."""
    settings = config.settings()
    runs = _runs(session, now)
    mail = _due(session, "mail", OutgoingEmail, OutgoingEmail.state.in_(WAITING), now)
    settled: datetime | None = session.scalar(select(func.max(OutgoingEmail.settled_at)))
    by_state = select(OutgoingEmail.state, func.count()).group_by(OutgoingEmail.state)
    last = backups.last(session)
    return Machine(
        now=now,
        works=tuple(_work(run, now) for run in runs),
        queues=(
            mail,
            _due(session, "webhooks", WebhookDelivery, WebhookDelivery.state == "queued", now),
            _files(session, now),
            _pages(session, now),
        ),
        mails=dict(session.execute(by_state).all()),
        has_mail_server=bool(settings.mail_server),
        lies_still=_is_still(mail) and (settled is None or now - settled > STILL),
        pausing=session.scalar(select(func.count()).where(MailHost.paused_until > now)) or 0,
        ahead=max([timedelta(), *(run.started_at - now for run in runs)]),
        schema=footing.schema(session),
        takes_nothing=footing.takes_nothing(session),
        disks=footing.disks(settings),
        keys=footing.keys(session, settings),
        backup=LastBackup(last.made_at, last.size) if last is not None else None,
        age=now - (session.scalar(select(House.founded_at)) or now),
        promises_backups=bool(settings.backup_folder),
        is_demo=settings.demo,
        waits_since=hold_back.waits(session),
        is_half_restored=hold_back.unfinished(session) is not None,
    )


def _runs(session: Session, now: datetime) -> list[TickRun]:
    """The works of this version."""
    every = session.scalars(select(TickRun).order_by(TickRun.name)).all()
    newest = max((run.started_at for run in every), default=now)
    runs = [run for run in every if newest - run.started_at < OF_ANOTHER_VERSION or run.name == WORK]
    if not config.settings().backup_folder:
        runs = [run for run in runs if run.name != WORK]
    return runs


def _due(
    session: Session, name: str, kind: type[OutgoingEmail | WebhookDelivery], waits: ColumnElement[bool], now: datetime
) -> Queue:
    query = select(func.count(), func.min(kind.next_at)).where(waits, kind.next_at <= now)
    return _queue(name, session.execute(query).one(), now)


def _files(session: Session, now: datetime) -> Queue:
    query = select(func.count(), func.min(TextSource.created_at)).where(TextSource.state == "waiting")
    return _queue("files", session.execute(query).one(), now)


def _pages(session: Session, now: datetime) -> Queue:
    """Public answers that are to be made anew: pages, and the PDFs and other files that follow them."""
    marks = or_(*(Tick.fact.startswith(mark) for mark in (freshen.MARK, freshen.SOON_MARK, freshen.SLOW_MARK)))
    return _queue(
        "pages", session.execute(select(func.count(), func.min(Tick.at)).where(marks, Tick.at <= now)).one(), now
    )


def _queue(name: str, found: Sequence[Any], now: datetime) -> Queue:
    number, oldest = found
    return Queue(name, number, now - oldest if oldest is not None else None)


def _is_still(queue: Queue) -> bool:
    return queue.oldest is not None and queue.oldest > STILL


def _work(run: TickRun, now: datetime) -> Work:
    return Work(run.name, _state(run, now), run.started_at, run.finished_at, run.failures, run.last_words)


def _state(run: TickRun, now: datetime) -> str:
    is_running = run.finished_at is None or run.finished_at < run.started_at
    if run.name == WORK:
        return _state_of_backup(run, now, is_running=is_running)
    if run.failures >= OFTEN:
        return "failing"
    if not is_running:
        return "late" if now - run.started_at > LATE else "ok"
    return "stuck" if now - run.started_at > STUCK and run.name not in LONG_WORK else "ok"


def _state_of_backup(run: TickRun, now: datetime, *, is_running: bool) -> str:
    """One a day: the first that fails is one too many."""
    if is_running:
        return "stuck" if now - run.started_at > LONGEST_BACKUP else "ok"
    if run.failures:
        return "failing"
    return "late" if now - run.started_at > DAY_AND_A_BIT else "ok"
