"""The sessions of the desk: one row for each browser that is signed in (docs/accounts.md).

A cookie names its session by a token of chance; the row keeps the token's hash. What ends a row ends the cookie, and
every copy of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import contains_eager

from coalition import clock
from coalition.actions import tell_of_account as tell
from coalition.actions.team import NotAllowed
from coalition.database import db, transaction
from coalition.models import record
from coalition.models.account import Account
from coalition.models.desk_session import DeskSession

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

LASTS: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=15)
KEPT_FOR: Final = timedelta(days=30)
"""So long after its end a row is kept: it says when its person was last here."""


def begin(account_id: UUID, *, token: str, by: str, device: str) -> UUID:
    """Write down that a browser is signed in; `by` is "password", "code", "link" or "passkey". Gives the row's id."""
    with transaction() as session:
        now = clock.now()
        begun = DeskSession(
            account_id=account_id,
            token_hash=_hash(token),
            came_by=by,
            second_step="",
            device=device,
            began_at=now,
            seen_at=now,
            ends_at=now + LASTS,
        )
        session.add(begun)
        return begun.id


def find(token: str, uniquifier: str) -> DeskSession | None:
    """The live session that a cookie names, with its account: one read. None where either has ended."""
    return db.session.scalar(
        select(DeskSession)
        .join(DeskSession.account)
        .options(contains_eager(DeskSession.account))
        .where(
            DeskSession.token_hash == _hash(token),
            _is_live(clock.now()),
            Account.fs_uniquifier == uniquifier,
            Account.active,
            Account.ended_at.is_(None),
        )
    )


def live_of(account_id: UUID) -> list[DeskSession]:
    """Where an account is signed in now, the latest first."""
    query = select(DeskSession).where(DeskSession.account_id == account_id, _is_live(clock.now()))
    return list(db.session.scalars(query.order_by(DeskSession.began_at.desc(), DeskSession.id)))


def numbers() -> dict[UUID, int]:
    """In how many browsers each account is signed in now; accounts that are in none are left out."""
    query = select(DeskSession.account_id, func.count()).where(_is_live(clock.now())).group_by(DeskSession.account_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


@dataclass(frozen=True, slots=True)
class Known:
    """An account, and what is told of it beside its row."""

    account: Account
    has_second_step: bool
    came_at: datetime | None
    """When it signed in last; None: not since rows of sessions are kept."""


def all_known(*, have_second_step: set[UUID]) -> list[Known]:
    """Every account, those that have ended last."""
    query = select(DeskSession.account_id, func.max(DeskSession.began_at)).group_by(DeskSession.account_id)
    came = {row[0]: row[1] for row in db.session.execute(query)}
    accounts = db.session.scalars(select(Account).order_by(Account.ended_at.is_not(None), Account.name, Account.id))
    return [Known(one, one.id in have_second_step, came.get(one.id)) for one in accounts]


def was_used(session_id: UUID, *, seen_at: datetime) -> None:
    """Note that a form was sent in a session, at most each quarter of an hour: `seen_at` is what is known of it."""
    if clock.now() - seen_at < SEEN_EVERY:
        return
    with transaction() as session:
        session.execute(update(DeskSession).where(DeskSession.id == session_id).values(seen_at=clock.now()))


def end(session_id: UUID, *, of: UUID) -> bool:
    """End one session of the account `of`; says whether there was such a one. Also how one signs out."""
    with transaction() as session:
        return bool(_end(session, DeskSession.id == session_id, DeskSession.account_id == of))


def end_others(account_id: UUID, *, but: UUID) -> int:
    """End every session of an account but one; says how many there were."""
    with transaction() as session:
        number = _end(session, DeskSession.account_id == account_id, DeskSession.id != but)
        if number:
            now = clock.now()
            record.enter(session, "sessions ended", at=now, actor_kind="account", actor_id=account_id, number=number)
        return number


def end_colleagues(account_id: UUID, *, by: Account | None) -> int:
    """End every session of a colleague, and tell them; says how many there were. Raises NotAllowed.

    `by` is an administrator, or None at the machine itself. Where there is none, nothing happens.
    """
    if by is not None and not by.is_administrator:
        raise NotAllowed
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        number = end_all(session, account)
        if number:
            tell.of_account(session, account, "sessions ended", by=by, verb="sessions ended", number=number)
        return number


def end_all(session: Session, account: Account, *, but: UUID | None = None) -> int:
    """End every session of an account, or all but one; part of a verb. Says how many there were.

    What names the account in cookies is changed too: `but` goes on only where its cookie is given anew.
    """
    account.end_sessions()
    which = [DeskSession.id != but] if but else []
    return _end(session, DeskSession.account_id == account.id, *which)


def knows_password(session: Session, session_id: UUID | None) -> None:
    """Whoever chose a new password in a session is asked for it before the next one; part of a verb."""
    session.execute(
        update(DeskSession)
        .where(DeskSession.id == session_id)
        .values(came_by="password")
        .execution_options(synchronize_session=False)
    )


def forget_old() -> int:
    """Delete the rows of sessions that are over since KEPT_FOR; says how many. Owns its transaction."""
    before = clock.now() - KEPT_FOR
    over = func.coalesce(DeskSession.ended_at, DeskSession.ends_at) < before
    if not db.session.scalar(select(DeskSession.id).where(over).limit(1)):
        db.session.rollback()
        return 0
    with transaction() as session:
        return session.execute(delete(DeskSession).where(over)).rowcount  # type: ignore[attr-defined,no-any-return]  # a cursor's


def _end(session: Session, *which: ColumnElement[bool]) -> int:
    now = clock.now()
    ended = session.execute(
        update(DeskSession)
        .where(_is_live(now), *which)
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    return ended.rowcount  # type: ignore[attr-defined,no-any-return]  # a cursor's


def _is_live(now: datetime) -> ColumnElement[bool]:
    return DeskSession.ended_at.is_(None) & (DeskSession.ends_at > now)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
