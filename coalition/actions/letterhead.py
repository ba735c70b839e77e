"""The coalition's own logo at the head of its files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from coalition import clock
from coalition.actions.take_off import raise_generation
from coalition.actions.team import NotAllowed
from coalition.database import after_commit, transaction
from coalition.models import record
from coalition.models.house import House
from coalition.models.photo import File
from coalition.models.public import PublicBody
from coalition.rendering.bodies import doorbell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.intake.photos import CleanPhoto
    from coalition.models.account import Account


def save_letterhead(logo: CleanPhoto, *, by: Account) -> None:
    """Put a logo at the head of every PDF and word file, instead of the one there. Only administrators: NotAllowed."""
    with transaction() as session:
        house = _cleared(session, by)
        digest = hashlib.sha256(logo.content).hexdigest()
        file = File(media_type=logo.media_type, content=logo.content, sha256=digest, created_at=clock.now())
        session.add(file)
        session.flush()
        house.logo_id = file.id
        _enter(session, "letterhead saved", by)


def remove_letterhead(*, by: Account) -> None:
    """Take the logo away, and its bytes out of the database. Only administrators: NotAllowed."""
    with transaction() as session:
        _cleared(session, by)
        _enter(session, "letterhead removed", by)


def _cleared(session: Session, by: Account) -> House:
    if not by.is_administrator:
        raise NotAllowed
    house = session.scalars(select(House).with_for_update()).one()
    file = session.get(File, house.logo_id) if house.logo_id else None
    house.logo_id = None
    session.flush()
    if file is not None:
        session.delete(file)
    raise_generation(session)  # first, as in `take_off.bodies`
    session.execute(delete(PublicBody))
    after_commit(doorbell.ring)
    return house


def _enter(session: Session, verb: str, by: Account) -> None:
    record.enter(session, verb, at=clock.now(), actor_kind="account", actor_id=by.id)
