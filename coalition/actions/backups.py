"""The backups that were made, written down: the desk and /health say of when the last one is.

Made by a worker or by hand, each has its row. A row goes with the file that a worker removes; of a file that somebody
else keeps, a year later.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, inspect, select
from sqlalchemy.exc import DBAPIError

from coalition.database import db, transaction
from coalition.models.machinery import Backup

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from coalition.actions.back_up import Made

TOLD_FOR: Final = timedelta(days=400)
log = structlog.get_logger(__name__)


def write_down(name: str, made: Made, *, removed: Collection[str] = ()) -> bool:
    """A backup lies whole in the file of that name, and those of the names `removed` do no more. Owns its transaction.

    Says whether it could be written: a database that is not of this version yet has no place for it, and one that takes
    nothing any more was backed up all the same.
    """
    db.session.rollback()
    if not inspect(db.engine).has_table(Backup.__tablename__):
        return False
    try:
        with transaction() as session:
            gone = Backup.name.in_(removed) | (Backup.made_at < made.made_at - TOLD_FOR)
            session.execute(delete(Backup).where(gone))
            session.add(Backup(made_at=made.made_at, name=name[-200:], size=made.size))
    except DBAPIError as error:
        log.warning("a backup was made and could not be written down", error=type(error).__name__)
        return False
    return True


def last(session: Session) -> Backup | None:
    """The newest one that was made whole."""
    return session.scalar(select(Backup).order_by(Backup.made_at.desc(), Backup.id).limit(1))
