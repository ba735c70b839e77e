"""Telling other programs of publications: queued in the transaction of the change, sent later by the worker.

Nothing is told but what public pages show anyway, and nothing while it can be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from coalition import clock
from coalition.database import after_commit
from coalition.models.edition import Edition
from coalition.models.public import PublicLetter
from coalition.models.webhook import Webhook, WebhookDelivery

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STEP: Final = timedelta(minutes=10)
"""All changes of a letter within one step are told as one, at its end: the moment of a single act is not told."""
AHEAD: Final = timedelta(minutes=1)
"""What changes so shortly before the end of a step waits for the next one: that one may be on its way."""


@dataclass(slots=True)
class _Doorbell:
    """What wakes the worker to tell what is due; the jobs set it."""

    ring: Callable[[], object] = lambda: None


doorbell = _Doorbell()


def tell(session: Session, letter_id: UUID, kind: str, *, occasion: str = "", now: datetime) -> None:
    """Queue that something was published, for each address that is told; part of a verb.

    `kind` is one of `coalition.models.webhook.KINDS`; `occasion` tells two of one kind and one edition apart. Nothing
    is told of a letter that readers do not see (a draft, under embargo, for practice), or whose release can be undone.
    """
    edition = _edition_told_of(session, letter_id, is_retracted=kind == "retracted")
    if edition is not None:
        named = ":".join(filter(None, (kind, letter_id.hex, str(edition), occasion)))
        _queue(session, kind, letter_id, edition, named, at=now, next_at=now)
        after_commit(doorbell.ring)


def changed(session: Session, letter_id: UUID) -> None:
    """Queue that the letter's public pages say something else now: not what, not why, and not to the minute.

    A name that left, one that came and a photo that was replaced are all told by the same word.
    """
    edition = _edition_told_of(session, letter_id)
    if edition is not None:
        at = end_of_step(clock.now())
        _queue(session, "changed", letter_id, edition, f"changed:{letter_id.hex}:{at:%Y%m%d%H%M}", at=at, next_at=at)


def end_of_step(now: datetime) -> datetime:
    """When a change of now is told."""
    earliest = (now + AHEAD).astimezone(UTC)
    begun = earliest.replace(minute=0, second=0, microsecond=0)
    return begun + STEP * ((earliest - begun) // STEP + 1)


def _edition_told_of(session: Session, letter_id: UUID, *, is_retracted: bool = False) -> int | None:
    """The number of the edition that readers see, where programs may be told of the letter and there are any.

    Of a retracted letter readers see that it is, and nothing that happens to it after.
    """
    if session.scalar(select(Webhook.id).where(Webhook.ended_at.is_(None)).limit(1)) is None:
        return None
    query = (
        select(Edition.number)
        .join(PublicLetter, PublicLetter.edition_id == Edition.id)
        .where(PublicLetter.letter_id == letter_id, PublicLetter.announced_at.is_not(None))
    )
    if not is_retracted:
        query = query.where(PublicLetter.retracted_at.is_(None))
    return session.scalar(query)


def _queue(
    session: Session, kind: str, letter_id: UUID, edition: int, occasion: str, *, at: datetime, next_at: datetime
) -> None:
    """A row for each address; where it is there already, nothing: two that change a letter at once are both content."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for webhook_id in session.scalars(select(Webhook.id).where(Webhook.ended_at.is_(None)).order_by(Webhook.id)):
        row = {
            "id": uuid4(), "webhook_id": webhook_id, "occasion": occasion, "kind": kind, "letter_id": letter_id,
            "edition": edition, "at": at, "next_at": next_at, "state": "queued", "attempts": 0, "trouble": "",
        }  # fmt: skip
        session.execute(insert(WebhookDelivery).values(row).on_conflict_do_nothing())
