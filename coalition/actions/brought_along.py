"""What a letter of the past brings into public with its release: old addresses that lead to it, and its retraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.actions import address, take_off
from coalition.actions.shelve import take_off_shelf
from coalition.models.public import PublicLetter
from coalition.models.site import SlugHistory

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.actions.provenance import Provenance
    from coalition.models.letter import Letter


def keep_public_facts(session: Session, letter: Letter, origin: Provenance, *, now: datetime) -> None:
    """Let what readers knew of it elsewhere hold here too; part of the verb that releases it."""
    public = session.get_one(PublicLetter, letter.id)
    for one in origin.addresses:
        _lead_here(session, public, one.slug, one.left_at or now)
    if origin.retraction is not None:
        public.retracted_at, public.retraction = origin.retraction.at, origin.retraction.words
        take_off_shelf(session, letter.id)
        take_off.bodies(session, letter.id, is_told=True)
    session.flush()


def _lead_here(session: Session, public: PublicLetter, slug: str, left_at: datetime) -> None:
    """Let an address that it had elsewhere lead to it, where no other letter has or had it here."""
    if slug == public.slug or session.get(SlugHistory, slug) is not None:
        return
    if slug not in address.in_public(session, slug, own_id=public.letter_id) and address.claim(session, slug):
        session.add(SlugHistory(slug=slug, letter_id=public.letter_id, left_at=left_at))
