"""How often something may happen: counted in the database, so that every process and every restart agrees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from coalition.models.machinery import LimitCounter
from coalition.vault import blind_index

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

KEPT_FOR = timedelta(days=1)
SWEPT_EVERY = timedelta(minutes=1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class _Sweeper:
    at: datetime | None = None


_sweeper = _Sweeper()


class TooOften(Exception):
    """It happened as often as is allowed; `until` is the instant from which it may again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def count(session: Session, what: str, who: str, *, limit: int, every: timedelta, now: datetime) -> None:
    """Count one more of `what` by `who` in the present window of length `every`; part of a verb.

    Raises TooOften where that is more than `limit`. Who it is stands nowhere: the row keeps a blind index.
    """
    window = _window(now, every)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    counting = insert(LimitCounter).values(id=uuid4(), subject=_subject(what, who), window=window, count=1)
    number = session.scalar(
        counting.on_conflict_do_update(
            index_elements=["subject", "window"], set_={"count": LimitCounter.count + 1}
        ).returning(LimitCounter.count)
    )
    _sweep(session, now)
    if (number or 0) > limit:
        raise TooOften(window + every)


def ensure_room(session: Session, what: str, who: str, *, limit: int, every: timedelta, now: datetime) -> None:
    """Raises TooOften where the present window is full. Reads only: a flood that is turned away writes nothing."""
    window = _window(now, every)
    if _most(session, LimitCounter.subject == _subject(what, who), LimitCounter.window == window) >= limit:
        raise TooOften(window + every)


def was_full(session: Session, what: str, who: str, *, limit: int) -> bool:
    """Whether any window was full of those that are still counted: a day's."""
    return _most(session, LimitCounter.subject == _subject(what, who)) >= limit


def forgive(session: Session, what: str, who: str) -> None:
    """Forget what was counted: whoever came in at last is not held up by the tries before; part of a verb."""
    session.execute(delete(LimitCounter).where(LimitCounter.subject == _subject(what, who)))


def _most(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.max(LimitCounter.count)).where(*which)) or 0


def _sweep(session: Session, now: datetime) -> None:
    """Take out what is old, once a minute and process: in a flood of new subjects each would search all the others."""
    if _sweeper.at is None or abs(now - _sweeper.at) >= SWEPT_EVERY:
        _sweeper.at = now
        session.execute(delete(LimitCounter).where(LimitCounter.window < now - KEPT_FOR))


def _subject(what: str, who: str) -> bytes:
    return blind_index(f"limit.{what}", who.encode("utf-8", "replace"))


def _window(now: datetime, every: timedelta) -> datetime:
    return now - (now - _EPOCH) % every
