"""Which key writes: said by the database, so that every process on every machine writes with the same (docs/keys.md).

The key file holds the keys, and may be copied to another machine earlier or later. What is written under a key that
nobody holds any more is lost, and two processes that look up under two keys see two worlds: so each transaction asks,
and the question keeps the answer true until it ends.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from coalition import vault
from coalition.database import Base, db, present, when_begun
from coalition.statements import Constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from coalition.database import Direct

LOCK: Final = 0x6B657973
"""The advisory lock of PostgreSQL: shared by whoever writes, held alone by who changes which key writes. On SQLite
there is one writer anyway."""


class KeyUse(Base):
    """The key that writes for one purpose since an instant. Where there is no row, the last of the file does."""

    __tablename__ = "key_uses"

    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]


_USED: Final = Constant(select(KeyUse.purpose, KeyUse.key_id))
"""Asked in every transaction."""
_SHARED: Final = Constant(select(func.pg_advisory_xact_lock_shared(LOCK)))


def learn(session: Session | Direct) -> None:
    """Ask which keys write, and have this process write with them until it asks again."""
    used: dict[str, str] = dict(_USED.run(session.connection(), {}))
    session.info["index_key"] = (session.get_transaction(), used.get("index"))
    vault.write_with(used)


def change(session: Session, purpose: str, key_id: str, *, now: datetime) -> None:
    """Let another key write for a purpose; part of a verb that is `alone`."""
    row = session.get(KeyUse, purpose)
    if row is None:
        session.add(KeyUse(purpose=purpose, key_id=key_id, since=now))
    else:
        row.key_id, row.since = key_id, now
    session.flush()
    if purpose != "index":
        learn(session)


@contextmanager
def finding_under(key_id: str) -> Iterator[None]:
    """Within the block, indexes are made under a key that is not in use yet."""
    session = db.session()
    session.info["index_key_to_be"] = key_id
    try:
        yield
    finally:
        del session.info["index_key_to_be"]


def alone(session: Session) -> None:
    """Wait until no other transaction writes, and keep others waiting until this one ends; part of a verb."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    learn(session)


def _begun(session: Session | Direct) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _SHARED.run(connection, {})
    learn(session)


def _index_key() -> str | None:
    """The key under which what the present session reads is found; asked once in each of its transactions."""
    try:
        session = present()
    except RuntimeError:
        return None  # outside of an app there is no database to ask
    to_be: str | None = session.info.get("index_key_to_be")
    if to_be is not None:
        return to_be
    kept = session.info.get("index_key")
    if kept is None or kept[0] is None or kept[0] is not session.get_transaction():
        learn(session)
        kept = session.info["index_key"]
    key_id: str | None = kept[1]
    return key_id


when_begun(_begun)
vault.find_under(_index_key)
