"""What was added to a published letter: readers get it within two seconds, and read what there was until then.

An act that adds does not delete the stored answers, as one that removes does: it marks the letter, and the worker makes
its answers anew, once for all that was added meanwhile. What is slow to make (PDF) follows a few minutes later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import delete, select

from coalition.actions import call_webhooks
from coalition.database import after_commit
from coalition.models.letter import Letter
from coalition.models.machinery import Tick
from coalition.models.public import PublicLetter
from coalition.rendering.bodies import Turn, doorbell

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

MARK: Final = "added to "
SOON_MARK: Final = "forms of "
SLOW_MARK: Final = "files of "
SLOW_AFTER: Final = timedelta(minutes=5)
"""A letter that many sign in an hour has its files made anew a dozen times, and not a thousand."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be made anew of a letter."""

    at: datetime | None
    """When something was added last; None where what readers look for first is made already."""
    turns: frozenset[Turn]


def letter(session: Session, letter_id: UUID, *, now: datetime) -> None:
    """Mark a locked letter, ring for the worker, and have other programs told that it changed; part of a verb."""
    mark = session.get(Tick, MARK + letter_id.hex)
    if mark is None:
        session.add(Tick(fact=MARK + letter_id.hex, at=now))
    else:
        mark.at = now
    soon = session.get(Tick, SOON_MARK + letter_id.hex)
    if soon is None:
        session.add(Tick(fact=SOON_MARK + letter_id.hex, at=now))
    else:
        soon.at = now
    if session.get(Tick, SLOW_MARK + letter_id.hex) is None:
        session.add(Tick(fact=SLOW_MARK + letter_id.hex, at=now + SLOW_AFTER))
    after_commit(doorbell.ring)
    call_webhooks.changed(session, letter_id)


def if_public(session: Session, about: Letter, *, now: datetime) -> None:
    """Mark a locked letter where readers see it."""
    if session.get(PublicLetter, about.id) is not None:
        letter(session, about.id, now=now)


def due(session: Session, *, now: datetime) -> dict[UUID, Mark]:
    """The letters whose answers are to be made anew."""
    added, soon = _marked(session, MARK), _marked(session, SOON_MARK)
    slow = {letter_id for letter_id, at in _marked(session, SLOW_MARK).items() if at <= now}
    marked = {Turn.AT_ONCE: added, Turn.SOON: soon, Turn.LATER: slow}
    return {
        one: Mark(
            added.get(one) or soon.get(one), frozenset(turn for turn, letters in marked.items() if one in letters)
        )
        for one in sorted({*added, *soon, *slow})
    }


def done(session: Session, letter_id: UUID, mark: Mark, turns: Collection[Turn]) -> None:
    """Take the marks of these turns off, unless something was added since: then the files follow that; part of a verb.

    The letter is locked first, as by whoever adds.
    """
    session.execute(select(Letter.id).where(Letter.id == letter_id).with_for_update())
    for turn, kind in ((Turn.AT_ONCE, MARK), (Turn.SOON, SOON_MARK)):
        if turn in turns and mark.at is not None:
            session.execute(delete(Tick).where(Tick.fact == kind + letter_id.hex, Tick.at == mark.at))
    slow = session.get(Tick, SLOW_MARK + letter_id.hex) if Turn.LATER in turns else None
    if slow is None:
        return
    since = session.scalar(select(Tick.at).where(Tick.fact == MARK + letter_id.hex))
    if since is None:
        session.delete(slow)
    else:
        slow.at = since + SLOW_AFTER


def _marked(session: Session, kind: str) -> dict[UUID, datetime]:
    rows = session.execute(select(Tick.fact, Tick.at).where(Tick.fact.startswith(kind)))
    return {UUID(fact.removeprefix(kind)): at for fact, at in rows}
