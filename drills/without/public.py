"""Publication is all or nothing; readers still read when the rest is down."""

from __future__ import annotations

from math import inf
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from drills.without import Without, answering


def _committed(write: Any) -> Any:
    """The lines are written and committed, the edition afterwards."""

    def written(session: Any, *given: Any, **named: Any) -> Any:
        done = write(session, *given, **named)
        session.commit()
        return done

    return written


def _forgetting(look: Any) -> Any:
    """What can not be asked for is not there."""

    def looked(layer: Any) -> None:
        try:
            layer._refresh()  # noqa: SLF001 -- as the method that it stands for
        except SQLAlchemyError:
            layer._held = {}  # noqa: SLF001 -- as the method that it stands for

    return looked


def _read_while_it_comes(_call: Any) -> Any:
    return lambda self, environ, start_response: self._behind(environ, start_response)


TAKEN_OUT = {
    "kept_forms": Without(
        "knowing a database that is gone or full from a fault: what was typed does not come back",
        {"coalition.web.away:is_away": answering(False)},
    ),
    "one_edition": Without(
        "one transaction for lines and edition", {"coalition.actions.publish:write_lines": _committed}
    ),
    "memory": Without(
        "keeping pages in memory while the database is away",
        {"coalition.web.public.layer:PublicLayer._look": _forgetting},
    ),
    "slow_bodies": Without(
        "a limit to the threads that wait for slow forms",
        {"coalition.web.slow_bodies:SlowBodies.__call__": _read_while_it_comes},
    ),
    "time_of_forms": Without(
        "a limit to the time that a form may take", {"coalition.web.slow_bodies:seconds_for": answering(inf)}
    ),
    "hanging_up": Without(
        "hanging up on whoever sends nothing", {"coalition.web.stalled:_end_if_stalled": answering(False)}
    ),
}
