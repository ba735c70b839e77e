"""How the machine is: whether works of the tick are late, stuck or failing, and whether mail that is due lies still.

The desk says it in words, /health as figures. No name, no address and no letter is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from coalition import config
from coalition.actions.daily_backup import WORK
from coalition.models.machinery import TickRun
from coalition.models.outgoing_email import WAITING, OutgoingEmail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LATE: Final = timedelta(minutes=5)
"""The tick comes each minute: after five of them without one, no worker runs."""
STUCK: Final = timedelta(minutes=15)
OFTEN: Final = 3
"""Failures in a row after which it is not the weather any more."""
STILL: Final = timedelta(minutes=15)
"""So long mail may be due while none is settled."""
OF_ANOTHER_VERSION: Final = timedelta(days=1)
"""A work that lags so far behind the others is none of this version's any more."""
SKEW: Final = timedelta(minutes=1)
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
class Machine:
    """What is known of the machine at an instant."""

    works: tuple[Work, ...]
    due: int
    """How many mails are due."""
    oldest_due: timedelta | None
    """For how long the oldest of them is."""
    lies_still: bool
    """Whether mail is due and none is settled."""
    ahead: timedelta
    """By how much the clock of some worker is ahead of ours, at least."""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs anybody."""
        return not self.lies_still and self.ahead < SKEW and all(work.state == "ok" for work in self.works)

    @property
    def in_trouble(self) -> tuple[Work, ...]:
        """The works that are late, stuck or failing."""
        return tuple(work for work in self.works if work.state != "ok")


def look(session: Session, *, now: datetime) -> Machine:
    """How the machine is at `now`. Reads only."""
    every = session.scalars(select(TickRun).order_by(TickRun.name)).all()
    newest = max((run.started_at for run in every), default=now)
    runs = [run for run in every if newest - run.started_at < OF_ANOTHER_VERSION or run.name == WORK]
    if not config.settings().backup_folder:
        runs = [run for run in runs if run.name != WORK]
    waiting = (OutgoingEmail.state.in_(WAITING), OutgoingEmail.next_at <= now)
    due = session.scalar(select(func.count()).where(*waiting)) or 0
    oldest: datetime | None = session.scalar(select(func.min(OutgoingEmail.next_at)).where(*waiting))
    settled: datetime | None = session.scalar(select(func.max(OutgoingEmail.settled_at)))
    oldest_due = now - oldest if oldest is not None else None
    return Machine(
        works=tuple(_work(run, now) for run in runs),
        due=due,
        oldest_due=oldest_due,
        lies_still=oldest_due is not None and oldest_due > STILL and (settled is None or now - settled > STILL),
        ahead=max([timedelta(), *(run.started_at - now for run in runs)]),
    )


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
