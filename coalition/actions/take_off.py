"""Taking a name off every public surface, in the transaction of the act that demands it (SPEED §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from coalition.actions import call_webhooks
from coalition.actions.openings import keep_for_its_own
from coalition.database import after_commit
from coalition.models.edition import Edition, PublicLine
from coalition.models.ends import name_left
from coalition.models.letter import Letter
from coalition.models.public import PublicBody, PublicLetter, SiteGeneration
from coalition.models.signature import Signature
from coalition.models.site import SlugHistory
from coalition.rendering.bodies import doorbell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from sqlalchemy.orm import Session


def signature(session: Session, signature: Signature) -> None:
    """Take a signature's line off, with all that printed it. The public count of withheld names never rises.

    No date tells of it: feeds and the site's map say the same as before. Of one that is in no list and in no number
    that is said nothing is printed, so nothing is made anew: readers would see that somebody did something.
    """
    public = session.get(PublicLetter, signature.letter_id, with_for_update=True)
    if public is None:
        return
    session.flush()
    printed = select(PublicLine.id).where(PublicLine.signature_index == signature.public_index())
    was_printed = session.scalar(printed.limit(1)) is not None
    edition = session.get_one(Edition, public.edition_id)
    said = min(public.withheld_now, _withheld(session, signature.letter)) if edition.withheld_count is not None else 0
    if not was_printed and said == public.withheld_now:
        return
    if was_printed:
        name_left(signature)
    keep_for_its_own(session, signature)
    session.execute(delete(PublicLine).where(PublicLine.signature_index == signature.public_index()))
    public.withheld_now = said
    bodies(session, signature.letter_id)


def _withheld(session: Session, letter: Letter) -> int:
    """How many agree to what is published with their names withheld; who only signed an earlier text is not counted."""
    query = select(func.count()).where(
        Signature.letter_id == letter.id,
        Signature.ended_on.is_(None),
        Signature.suspended_at.is_(None),
        Signature.visibility == "withheld",
        Signature.version_id.in_(letter.agreed_version_ids),
    )
    return session.scalar(query) or 0


def lock_letters(session: Session, letter_ids: Iterable[UUID]) -> None:
    """Lock several letters, and what is public of them, before anything of the first is taken off; part of a verb.

    Else one who has the generation already waits for a letter whose holder waits for the generation.
    """
    wanted = sorted(set(letter_ids))
    for letter_id in wanted:
        session.get_one(Letter, letter_id, with_for_update=True)
    for letter_id in wanted:
        session.get(PublicLetter, letter_id, with_for_update=True)


def bodies(session: Session, letter_id: UUID | None, *, is_told: bool = False) -> None:
    """Delete every answer that prints this letter, and those of the site that count it; raise the generation.

    The number first: whoever stores an answer locks it. What was stored before that is found and deleted; what was made
    before and comes later is refused (`rebuild`). The other way round an answer could slip in between, and stay.
    Other programs are told that the letter changed, unless the verb tells them more (`is_told`).
    """
    raise_generation(session)
    session.execute(delete(PublicBody).where((PublicBody.letter_id == letter_id) | PublicBody.letter_id.is_(None)))
    after_commit(doorbell.ring)
    if letter_id is not None and not is_told:
        call_webhooks.changed(session, letter_id)


def site_bodies(session: Session) -> None:
    """Delete the answers of the site alone: what tells of letters has something new to tell, and no list changed."""
    raise_generation(session)  # first, as above
    session.execute(delete(PublicBody).where(PublicBody.letter_id.is_(None)))
    after_commit(doorbell.ring)


def whole_letter(session: Session, letter: Letter) -> None:
    """Take a whole letter off, as if it had never been there: its lines, its answers, what leads to it."""
    signed_here = (PublicLine.letter_id == letter.id) & PublicLine.signature_index.is_not(None)
    session.execute(delete(PublicLine).where(signed_here))
    session.execute(delete(SlugHistory).where(SlugHistory.letter_id == letter.id))
    session.execute(delete(PublicLetter).where(PublicLetter.letter_id == letter.id))
    bodies(session, letter.id)


def raise_generation(session: Session) -> int:
    """Raise the site's generation; returns the new number.

    The order of locks is one for all: letters by their ids, what is public of them, the generation, the house's chain.
    """
    number = session.scalar(
        update(SiteGeneration)
        .where(SiteGeneration.id == 1)
        .values(number=SiteGeneration.number + 1)
        .returning(SiteGeneration.number)
    )
    return int(number or 0)  # the row is made when the house is founded
