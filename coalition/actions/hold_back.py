"""What a restored database must not do by itself: send again, publish late, let in who was let in before.

It is as the backup found it: mails wait in it that went out long ago, plans whose time has passed, sessions. So mails
that waited are held, and those that were just being sent are shown as not known; releases whose instant passed are
stopped; webhooks are given up; sessions and codes end. Then no work that only time makes due is done until an
administrator, who saw what is left, says so at the desk (`go_on`).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from coalition import clock
from coalition.database import UtcDateTime, db, transaction
from coalition.models import record
from coalition.models.machinery import Tick

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from coalition.models.account import Account

UNFINISHED: Final = "restore: unfinished"
"""The fact of a tick while a restore goes on; its moment is the backup's."""
WAITS: Final = "restore: waits for a word"
"""The fact of a tick from a restore until somebody says `go_on`; its moment is the backup's."""
HELD: Final = "restored"
"""The last words of a mail that waited when the backup was made."""
GOES_ON: Final = frozenset(
    {
        "back_up",
        "collect_mail",
        "deliver",
        "forget_codes",
        "ring_converting_again",
        "ring_rendering_again",
        "ring_telling_again",
        "sweep",
    }
)
"""Works of the tick that are done all the same: they tell nobody, or do what somebody asked for since."""
_MOMENT: Final = UtcDateTime(timezone=True)
_MAILS: Final = sa.table(
    "outgoing_emails",
    sa.column("state"),
    sa.column("last_words"),
    sa.column("lease_until", _MOMENT),
    sa.column("in_doubt_at", _MOMENT),
    sa.column("settled_at", _MOMENT),
)
_ACCOUNTS: Final = sa.table("accounts", sa.column("id"), sa.column("fs_uniquifier"), sa.column("sign_in_code"))
_SESSIONS: Final = sa.table("desk_sessions", sa.column("ended_at", _MOMENT))
_RELEASES: Final = sa.table(
    "planned_releases", sa.column("at", _MOMENT), sa.column("failed_at", _MOMENT), sa.column("failure")
)
_WEBHOOKS: Final = sa.table("webhook_deliveries", sa.column("state"))
_TICKS: Final = sa.table("ticks", sa.column("fact"), sa.column("at", _MOMENT))


def hold_back(connection: Connection, *, made_at: datetime) -> None:
    """Change a database that was just loaded, of whatever schema, before anybody sees it; marks it unfinished."""
    present, now = set(sa.inspect(connection).get_table_names()), clock.now()
    _hold_mails(connection, now)
    _end_sessions(connection)
    if "desk_sessions" in present:
        connection.execute(_SESSIONS.update().where(_SESSIONS.c.ended_at.is_(None)).values(ended_at=now))
    for name in {"step_up_codes", "tick_runs", "mail_hosts"} & present:
        connection.execute(sa.table(name).delete())
    if "planned_releases" in present:
        passed = (_RELEASES.c.at <= now) & _RELEASES.c.failed_at.is_(None)
        connection.execute(_RELEASES.update().where(passed).values(failed_at=now, failure=HELD))
    if "webhook_deliveries" in present:
        connection.execute(_WEBHOOKS.update().where(_WEBHOOKS.c.state == "queued").values(state="given_up"))
    connection.execute(_TICKS.delete().where(_TICKS.c.fact.in_((UNFINISHED, WAITS))))
    connection.execute(_TICKS.insert().values(fact=UNFINISHED, at=made_at))


def _hold_mails(connection: Connection, now: datetime) -> None:
    state = _MAILS.c.state
    connection.execute(
        _MAILS.update().where(state == "transmitting").values(
            state="unknown", lease_until=None, in_doubt_at=sa.func.coalesce(_MAILS.c.in_doubt_at, now), settled_at=now
        )
    )  # fmt: skip
    waiting = ("queued", "deferred", "claimed")
    connection.execute(
        _MAILS.update().where(state.in_(waiting)).values(state="held", lease_until=None, last_words=HELD)
    )


def _end_sessions(connection: Connection) -> None:
    """Who was signed in signs in again; codes on their way are worth nothing."""
    for (id_,) in connection.execute(sa.select(_ACCOUNTS.c.id)).all():
        fresh = {"fs_uniquifier": secrets.token_hex(32), "sign_in_code": None}
        connection.execute(_ACCOUNTS.update().where(_ACCOUNTS.c.id == id_).values(fresh))


def unfinished(session: Session) -> datetime | None:
    """The instant of the backup whose restore was begun and not ended; None where none is."""
    found = session.get(Tick, UNFINISHED)
    return found.at if found else None


def finish() -> None:
    """The restore is done: from now on the database waits for somebody's word."""
    with transaction() as session:
        begun = session.get_one(Tick, UNFINISHED)
        session.add(Tick(fact=WAITS, at=begun.at))
        session.delete(begun)
        record.enter(session, "restored", at=clock.now(), made_at=begun.at.isoformat())


def waits(session: Session) -> datetime | None:
    """The instant of the backup from which this database came, while nobody has said `go_on`."""
    found = session.get(Tick, WAITS)
    return found.at if found else None


def may_run(work: str) -> bool:
    """Whether a work of the tick is to be done now."""
    if work in GOES_ON:
        return True
    session = db.session()
    stands = session.scalar(sa.select(Tick.fact).where(Tick.fact.in_((WAITS, UNFINISHED))).limit(1))
    session.rollback()
    return stands is None


def go_on(*, by: Account) -> None:
    """Let time work again; nothing happens where it does."""
    with transaction() as session:
        waiting = session.get(Tick, WAITS)
        if waiting is not None:
            session.delete(waiting)
            record.enter(session, "went on after a restore", at=clock.now(), actor_kind="account", actor_id=by.id)
