"""Retracting a published letter, and giving it another address: what stands at its addresses from then on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coalition import clock, journal
from coalition.actions import address, call_webhooks, take_off
from coalition.actions.cut import published
from coalition.actions.draft import lock
from coalition.actions.shelve import take_off_shelf
from coalition.database import transaction
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.letter import Letter, LetterRule
from coalition.models.public import PublicLetter
from coalition.models.site import SlugHistory

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG: Final = 80
LONGEST_REASON: Final = 4000
RETRACTED: Final = "retracted"
"""The journal's word."""


class NoReason(LetterRule):
    """A letter is retracted with words that say why, in the language that governs at least."""


class AddressRefused(LetterRule):
    """An address ends in small letters, digits and single hyphens."""


class AddressIsTaken(LetterRule):
    """Another letter that is public stands at that address, or stood there once."""


def retract(letter_id: UUID, words: dict[str, str], *, by: Account) -> None:
    """Retract a published letter, for a coordinator: each of its addresses then says when and why, and nothing else.

    `words` say why, by language. It is final. Raises NotCoordinator, NotPublished (also of one that is retracted),
    NoReason.
    """
    with transaction() as session:
        letter, public = published(session, letter_id, by=by)
        why = {tag: tidy_text(said).strip()[:LONGEST_REASON] for tag, said in words.items() if said.strip()}
        if letter.authoritative_language not in why:
            raise NoReason
        now = clock.now()
        _retract(session, letter, public, why, at=now)
        call_webhooks.tell(session, letter.id, "retracted", now=now)
        record.enter(session, "retracted", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id, words=why)


def retract_again(session: Session, letter_id: UUID, *, at: datetime) -> bool:
    """Retract a letter that is public again since a restore; part of a verb. Says whether it was.

    Why it had been retracted is not known any more; programs of others are told nothing.
    """
    letter, public = lock(session, letter_id), session.get(PublicLetter, letter_id, with_for_update=True)
    if public is None or public.retracted_at is not None:
        return False
    _retract(session, letter, public, {}, at=at)
    record.enter(session, "retracted", at=clock.now(), letter_id=letter.id, words={})
    return True


def _retract(session: Session, letter: Letter, public: PublicLetter, why: dict[str, str], *, at: datetime) -> None:
    journal.append(RETRACTED, letter.id, at)
    if letter.stage == "open":
        letter.move_to("closed", now=clock.now())
    public.retracted_at = at
    public.updated_at = clock.now()
    public.retraction = why
    letter.row_version += 1
    take_off_shelf(session, letter.id)
    take_off.bodies(session, letter.id, is_told=True)


def change_address(letter_id: UUID, slug: str, *, by: Account) -> None:
    """Let a published letter stand at another address, for a coordinator; the old one leads there, in every form.

    `slug` is the address's end. Raises NotCoordinator, NotPublished, AddressRefused, AddressIsTaken.
    """
    with transaction() as session:
        letter, public = published(session, letter_id, by=by)
        if slug == public.slug:
            return
        if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
            raise AddressRefused
        _ensure_free(session, letter, slug)
        now, before = clock.now(), public.slug
        own = session.get(SlugHistory, slug)
        if own is not None:
            session.delete(own)  # it comes back to an address it had
        session.add(SlugHistory(slug=before, letter_id=letter.id, left_at=now))
        letter.slug = public.slug = slug
        public.updated_at = now
        take_off.bodies(session, letter.id)
        record.enter(
            session, "address changed", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id,
            before=before, after=slug,
        )  # fmt: skip


def _ensure_free(session: Session, letter: Letter, slug: str) -> None:
    """Only what readers know of stands in the way: nobody learns by trying what another team writes."""
    address.lock_all(session)
    if slug in address.in_public(session, slug, own_id=letter.id) or not address.claim(session, slug, own_id=letter.id):
        raise AddressIsTaken
