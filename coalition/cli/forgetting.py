"""`coalition forget`: what retention erases of letters, or would erase, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions import retention, sweep
from coalition.actions.retention import NotYet, Numbers
from coalition.actions.sweep import NotSwept
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.models.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

WORDS = {
    "unanswered": "organisations that did not answer",
    "declined": "organisations that declined",
    "authors": "authors of comments",
    "people": "people known through it alone",
    "requests": "requests that came to nothing",
    "mails": "mails that came in",
}


def forget(slug: str | None, *, is_dry_run: bool) -> Iterator[str]:
    """Forget what is due of one letter or of all; yields a line for each, in numbers. Raises Refused."""
    with opened():
        slugs = _due() if slug is None else _one(slug)
        if not slugs:
            yield "Nothing is due."
        for letter_id, name in slugs.items():
            try:
                numbers = _weigh(letter_id) if is_dry_run else retention.forget_letter(letter_id)
            except NotYet as error:
                raise Refused(_not_yet(name, error)) from error
            yield f"{name}: {'would go' if is_dry_run else 'gone'}: {_in_words(numbers)}."
        if not is_dry_run:
            try:
                sweep.sweep_if_wanted()
            except NotSwept:
                yield "The database's files are swept by the worker, once nobody reads an old state any more."


def _due() -> dict[UUID, str]:
    ids = retention.due(db.session(), now=clock.now())
    rows = db.session.execute(select(Letter.id, Letter.slug).where(Letter.id.in_(ids)).order_by(Letter.slug)).all()
    db.session.rollback()
    return {row.id: row.slug for row in rows}


def _one(slug: str) -> dict[UUID, str]:
    found = db.session.scalar(select(Letter.id).where(Letter.slug == slug))
    db.session.rollback()
    if found is None:
        raise Refused(f"There is no letter {slug}.")
    return {found: slug}


def _weigh(letter_id: UUID) -> Numbers:
    numbers = retention.weigh(db.session(), db.session.get_one(Letter, letter_id), now=clock.now())
    db.session.rollback()
    return numbers


def _not_yet(slug: str, error: NotYet) -> str:
    if error.due_at is None:
        return f"{slug} is not closed, or waits for its release: nothing of it is forgotten."
    return f"{slug} is remembered whole until {error.due_at:%Y-%m-%d} (forget_after_days in the settings)."


def _in_words(numbers: Numbers) -> str:
    parts = [f"{number:,} {words}" for name, words in WORDS.items() if (number := getattr(numbers, name))]
    return ", ".join(parts) or "nothing"
