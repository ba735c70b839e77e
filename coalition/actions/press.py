"""The press preview: an expiring address under which a letter is read before its release, made at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions.draft import ensure_unpublished, entered, lock
from coalition.database import transaction
from coalition.models.letter import LetterRule
from coalition.models.link import Link

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter

LONGEST: Final = timedelta(days=60)


class NothingToPreview(LetterRule):
    """A practice letter, or one that was cancelled: nobody outside its team reads it."""


class ExpiresWrongly(LetterRule):
    """The address ends at once, or would work for longer than sixty days."""


def make_press_link(letter_id: UUID, *, expires_at: datetime, shows_list: bool, by: Account) -> UUID:
    """Make an address for the press; the link's id. `shows_list`: whether it shows who has signed by now.

    Raises NothingToPreview, ExpiresWrongly, AlreadyPublished.
    """
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        ensure_unpublished(session, letter)
        if letter.is_practice or letter.stage == "cancelled":
            raise NothingToPreview
        if not now < expires_at <= now + LONGEST:
            raise ExpiresWrongly
        link = Link.for_press(letter, tokens.ours(), now=now, expires_at=expires_at, shows_list=shows_list)
        session.add(link)
        entered(session, letter, "press link made", by, until=expires_at.isoformat(), shows_list=shows_list)
        return link.id


def end_press_link(letter_id: UUID, link_id: UUID, *, by: Account) -> None:
    """End an address for the press: it works no more."""
    with transaction() as session:
        letter = lock(session, letter_id)
        link = session.get(Link, link_id, with_for_update=True)
        if link is None or (link.purpose, link.letter_id, link.revoked_at) != ("press", letter.id, None):
            return
        link.revoked_at = clock.now()
        entered(session, letter, "press link ended", by)


def press_links(session: Session, letter_id: UUID, *, now: datetime) -> list[Link]:
    """The addresses for the press that work, the oldest first."""
    query = select(Link).where(
        Link.purpose == "press", Link.letter_id == letter_id, Link.revoked_at.is_(None), Link.expires_at > now
    )
    return list(session.scalars(query.order_by(Link.created_at)))


def previewed(link: Link, *, now: datetime) -> Letter | None:
    """The letter that an address for the press shows at a moment; None where it works no more."""
    letter = link.letter
    is_over = link.revoked_at is not None or link.expires_at is None or link.expires_at <= now
    if letter is None or is_over or letter.stage == "cancelled":
        return None
    return letter
