"""Where a letter takes requests: the choice for its public page, and the open call, an address to be passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import take_off
from coalition.actions.draft import entered, lock
from coalition.database import transaction
from coalition.models.link import Link
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.account import Account


class PracticeLetter(Exception):
    """A practice letter goes to nobody outside its team."""


def take_requests(letter_id: UUID, *, is_taken: bool, by: Account) -> None:
    """Let the letter's public page take requests, or no more. What is published says it in the same transaction."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if letter.takes_requests == is_taken:
            return
        letter.takes_requests = is_taken
        letter.row_version += 1
        if session.get(PublicLetter, letter.id):
            take_off.bodies(session, letter.id)
        entered(session, letter, "requests taken" if is_taken else "requests not taken", by)


def make_call(letter_id: UUID, *, by: Account) -> None:
    """Make the address of the open call; one that was made before works no more.

    Raises NotOpenForSigning, PracticeLetter.
    """
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        letter.ensure_open_for_signing(now=now)
        if letter.is_practice:
            raise PracticeLetter
        _end(session, letter_id)
        session.add(Link.for_call(letter, tokens.ours(), now=now))
        entered(session, letter, "open call made", by)


def end_call(letter_id: UUID, *, by: Account) -> None:
    """End the open call: its address works no more. Requests that came by it stay."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if _end(session, letter_id):
            entered(session, letter, "open call ended", by)


def call_of(session: Session, letter_id: UUID) -> Link | None:
    """The link of the letter's open call, or None."""
    return session.scalar(
        select(Link).where(Link.purpose == "call", Link.letter_id == letter_id, Link.revoked_at.is_(None)).limit(1)
    )


def _end(session: Session, letter_id: UUID) -> bool:
    live = session.scalars(
        select(Link).where(Link.purpose == "call", Link.letter_id == letter_id, Link.revoked_at.is_(None))
    ).all()
    for link in live:
        link.revoked_at = clock.now()
    return bool(live)
