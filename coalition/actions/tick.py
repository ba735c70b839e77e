"""The works of the tick, written down: when each began, ended and failed last, on whichever machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

from coalition import clock
from coalition.database import transaction
from coalition.models.machinery import TickRun

if TYPE_CHECKING:
    from collections.abc import Callable


def kept(name: str, work: Callable[[], object]) -> None:
    """Do a work of the tick and write down how it went. Raises what the work raises."""
    began(name)
    try:
        work()
    except Exception as error:
        failed(name, error)
        raise
    ended(name)


def began(name: str) -> None:
    """It begins: now, by the clock of this machine."""
    _write(name, started_at=clock.now())


def ended(name: str) -> None:
    """It went well, whatever was before."""
    _write(name, finished_at=clock.now(), failures=0, last_words="")


def failed(name: str, error: Exception) -> None:
    """It failed; of the error its kind alone is kept, for its words could name anybody."""
    now = clock.now()
    _write(name, finished_at=now, failed_at=now, failures=TickRun.failures + 1, last_words=type(error).__name__)


def _write(name: str, **values: Any) -> None:
    """One statement, so that two workers that begin at once do not stand in each other's way."""
    with transaction() as session:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        fresh = {"name": name, "started_at": clock.now(), "failures": 0, "last_words": ""}
        session.execute(insert(TickRun).values(fresh).on_conflict_do_update(index_elements=["name"], set_=values))
