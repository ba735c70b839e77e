"""The address of a letter: only what is or was public stands in its way.

A letter that nobody may know of gives way, and learns its own address at its release. So no number behind an address,
and no refusal, tells one team what another is writing (docs/decisions/0032).
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from anyascii import anyascii
from sqlalchemy import select, update

from coalition.models.letter import Letter
from coalition.models.public import PublicLetter, SiteGeneration
from coalition.models.site import SlugHistory
from coalition.rendering.reading import reading_title

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy.orm import Session

LIMIT: Final = 80


def address_of(session: Session, letter: Letter) -> str:
    """The end of the address where a letter stands, or would if it were released now; a record keeps its own."""
    if letter.imported_at is not None or session.get(PublicLetter, letter.id) is not None:
        return letter.slug
    return _free(session, reading_title(letter.version.text(letter.authoritative_language)), own_id=letter.id)


def settle(session: Session, letter: Letter) -> None:
    """Give a letter that is released its address; part of a verb. Two that want the same one wait for one another."""
    lock_all(session)
    slug = address_of(session, letter)
    letter.slug = slug if claim(session, slug, own_id=letter.id) else f"{slug}-{secrets.token_hex(3)}"


def of_a_record(session: Session, title: str) -> str:
    """An address for a letter of the past that is taken over, claimed; part of a verb.

    Another one that was taken over keeps its own: whoever took it over was told by which name to find it.
    """
    lock_all(session)
    base = from_title(title)
    records = select(Letter.slug).where(Letter.slug.startswith(base, autoescape=True), Letter.imported_at.is_not(None))
    slug = numbered(base, {*session.scalars(records), *in_public(session, base)})
    return slug if claim(session, slug) else f"{slug}-{secrets.token_hex(3)}"


def claim(session: Session, slug: str, *, own_id: UUID | None = None) -> bool:
    """Have whatever is not public leave an address; part of a verb. False where somebody is at work on that one now.

    Who waited for it here could hold what they wait for.
    """
    held = select(Letter.id).where(Letter.slug == slug, Letter.id.is_distinct_from(own_id))
    if session.scalar(held) is None:
        return True
    holder = session.scalar(held.with_for_update(skip_locked=True))
    if holder is None:
        return False
    away = update(Letter).where(Letter.id == holder).values(slug=f"{slug}-{secrets.token_hex(8)}")
    session.execute(away.execution_options(synchronize_session="fetch"))
    return True


def lock_all(session: Session) -> None:
    """Let nobody else choose an address until the transaction ends; part of a verb, after its letters are locked."""
    session.execute(select(SiteGeneration.id).with_for_update())


def in_public(session: Session, slug: str, *, own_id: UUID | None = None) -> set[str]:
    """The public addresses that begin so: of letters that can be read, and those that they left."""
    here = select(PublicLetter.slug).where(
        PublicLetter.slug.startswith(slug, autoescape=True), PublicLetter.letter_id.is_distinct_from(own_id)
    )
    left = select(SlugHistory.slug).where(
        SlugHistory.slug.startswith(slug, autoescape=True), SlugHistory.letter_id.is_distinct_from(own_id)
    )
    return {*session.scalars(here), *session.scalars(left)}  # one that was left goes on leading to its own letter


def from_title(title: str) -> str:
    """The words of a title in Latin letters, as an address has them."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(title).casefold()).strip("-")[:LIMIT].strip("-") or "letter"


def numbered(base: str, taken: Collection[str]) -> str:
    """The first of "base", "base-2", … that is not taken."""
    if base not in taken:
        return base
    further = (f"{base}-{number}" for number in range(2, 100))
    return next((slug for slug in further if slug not in taken), f"{base}-{secrets.token_hex(4)}")


def _free(session: Session, title: str, *, own_id: UUID | None = None) -> str:
    base = from_title(title)
    return numbered(base, in_public(session, base, own_id=own_id))
