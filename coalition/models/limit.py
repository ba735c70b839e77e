"""How often something may happen: counted in the database, so that every process and every restart agrees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from coalition.models.machinery import LimitCounter
from coalition.vault import blind_index

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEPT_FOR = timedelta(days=1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


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
    session.execute(delete(LimitCounter).where(LimitCounter.window < now - KEPT_FOR))
    if (number or 0) > limit:
        raise TooOften(window + every)


def forgive(session: Session, what: str, who: str) -> None:
    """Forget what was counted: whoever came in at last is not held up by the tries before; part of a verb."""
    session.execute(delete(LimitCounter).where(LimitCounter.subject == _subject(what, who)))


def _subject(what: str, who: str) -> bytes:
    return blind_index(f"limit.{what}", who.encode("utf-8", "replace"))


def _window(now: datetime, every: timedelta) -> datetime:
    return now - (now - _EPOCH) % every
