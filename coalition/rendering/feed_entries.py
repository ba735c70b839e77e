"""What feeds tell: each letter once it is announced, each note on it, and that one was retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import force_locale, gettext
from sqlalchemy import select

from coalition.languages import interface_language
from coalition.models.note import Note
from coalition.rendering.after import kind_words as note_kind_words
from coalition.rendering.after import said_in
from coalition.rendering.archive import outlines
from coalition.rendering.feed import FeedEntry
from coalition.rendering.text import opening_words, to_plain
from coalition.rendering.words import filled, first_of, heading, said_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.models.public import PublicLetter
    from coalition.rendering.archive import Filed
    from coalition.rendering.printed import PrintedLetter

MOST: Final = 50
"""How many entries a feed has: the latest ones."""
SUMMARY_LENGTH: Final = 300


def entries(session: Session, told: Sequence[Filed], *, language: str = "") -> list[FeedEntry]:
    """The latest of these letters and of the notes on them, the newest first; in `language` where they speak it."""
    newest = sorted(told, key=lambda one: one.published_at, reverse=True)[:MOST]
    notes = _latest_notes(session, told)
    wanted = dict.fromkeys([*(one.letter_id for one in newest), *(note.letter_id for note in notes)])
    by_id = {public.letter_id: (public, letter) for public, letter in outlines(session, list(wanted))}
    found = [_of_letter(*by_id[one.letter_id], language) for one in newest if one.letter_id in by_id]
    found += [_of_note(note, by_id[note.letter_id][1], language) for note in notes if note.letter_id in by_id]
    return sorted(found, key=lambda entry: entry.published, reverse=True)[:MOST]


def _latest_notes(session: Session, told: Sequence[Filed]) -> list[Note]:
    ids = [one.letter_id for one in told if not one.is_retracted]
    query = select(Note).where(Note.letter_id.in_(ids), Note.published_at.is_not(None), Note.taken_back_at.is_(None))
    return list(session.scalars(query.order_by(Note.published_at.desc(), Note.id).limit(MOST)))


def _of_letter(public: PublicLetter, letter: PrintedLetter, wanted: str) -> FeedEntry:
    tag = wanted if wanted in letter.texts else letter.authoritative_language
    if public.retracted_at is not None:
        return _of_retracted(public, letter, tag)
    text = filled(letter, tag)
    with force_locale(interface_language(tag)):
        title = text.title or heading(letter, text)
    return FeedEntry(
        id=f"urn:uuid:{public.letter_id}",
        title=title,
        language=tag,
        address=letter.address(tag),
        published=public.first_published_at,
        updated=public.updated_at,
        summary=said_first(text) or opening_words(text.body, SUMMARY_LENGTH, language=tag, figures=letter.figures),
        kind=letter.kind,
        tags=letter.about.topics,
        image=letter.public_address + letter.photo.path if letter.photo else "",
    )


def _of_retracted(public: PublicLetter, letter: PrintedLetter, tag: str) -> FeedEntry:
    """That it was retracted, in place of what it said: readers who have the entry see it change."""
    with force_locale(interface_language(tag)):
        title = str(gettext("Retracted"))
    return FeedEntry(
        id=f"urn:uuid:{public.letter_id}",
        title=title,
        language=tag,
        address=letter.address(tag),
        published=public.first_published_at,
        updated=public.retracted_at or public.updated_at,
        summary=first_of(public.retraction, tag, letter.authoritative_language),
        kind="retraction",
    )


def _of_note(note: Note, letter: PrintedLetter, wanted: str) -> FeedEntry:
    """A note, under the title of its letter."""
    tag, words = said_in(note.words, wanted, letter.authoritative_language)
    spoken = tag if tag in letter.texts else letter.authoritative_language
    text = filled(letter, spoken)
    with force_locale(interface_language(spoken)):
        title = gettext(
            "%(kind)s: %(title)s", kind=note_kind_words(note.kind), title=text.title or heading(letter, text)
        )
    published = note.published_at or note.changed_at
    return FeedEntry(
        id=f"urn:uuid:{note.id}",
        title=str(title),
        language=spoken,
        address=f"{letter.address(spoken)}#note-{note.id.hex[:12]}",
        published=published,
        updated=max(published, note.changed_at),
        summary=to_plain(words, tag, letter.figures),
        kind=note.kind,
        tags=letter.about.topics,
    )
