"""What happened to a letter since: notes, deliveries and responses, as its page and the site's own pages say them.

None of it is part of what was signed: it is read as it stands today, whatever the edition.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import select

from coalition.languages import date_words, number
from coalition.models.note import Delivery, Note, Response
from coalition.rendering.list_parts import within
from coalition.rendering.printed_after import After, PrintedDelivery, PrintedNote, PrintedResponse
from coalition.rendering.text import to_html
from coalition.rendering.words import Moment, first_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.rendering.printed import PerLanguage, PrintedAddressee, PrintedLetter

HEADING_SHIFT = 3
"""A note stands under headings of the second and third level: its own begin below them."""


FIRST_NOTES = ("editors_note", "correction", "republication")
"""Kinds of notes that a reader must see before the text; the others stand after the list."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened since, for files of plain words; `words` is Markdown in the language `tag`."""

    head: str
    words: str = ""
    tag: str = ""
    tail: str = ""


class NoteView(TypedDict):
    """A note in one language, for a template; `tag` is the language its words are in."""

    id: str
    kind: str
    kicker: str
    date: Moment
    words: Markup
    tag: str


class ResponseView(TypedDict):
    """A response in one language, for a template; `answers` are its recommendations as anchors and numbers."""

    id: str
    who: str
    date: Moment
    words: Markup
    tag: str
    answers: list[tuple[str, str]]


def happened_since(session: Session, letter_id: UUID) -> After:
    """What is published of a letter's notes, deliveries and responses."""
    notes = session.scalars(
        select(Note)
        .where(Note.letter_id == letter_id, Note.published_at.is_not(None), Note.taken_back_at.is_(None))
        .order_by(Note.dated_on, Note.published_at, Note.id)
    )
    deliveries = session.scalars(
        select(Delivery)
        .where(Delivery.letter_id == letter_id, Delivery.is_public.is_(True))
        .order_by(Delivery.delivered_on, Delivery.addressee, Delivery.id)
    )
    responses = session.scalars(
        select(Response)
        .where(Response.letter_id == letter_id, Response.published_at.is_not(None), Response.taken_back_at.is_(None))
        .order_by(Response.responded_on, Response.made_at, Response.id)
    )
    return After(
        notes=tuple(_note(one) for one in notes),
        deliveries=tuple(
            PrintedDelivery(one.addressee, one.way, one.delivered_on, one.by_name, one.acknowledged_on)
            for one in deliveries
        ),
        responses=tuple(_response(one) for one in responses),
    )


def latest_notes(session: Session, letter_ids: Sequence[UUID]) -> dict[UUID, PrintedNote]:
    """The last note that each of these letters has for readers of a list: an editor's note belongs to its text."""
    notes = session.scalars(
        select(Note)
        .where(
            Note.letter_id.in_(letter_ids),
            Note.published_at.is_not(None),
            Note.taken_back_at.is_(None),
            Note.kind != "editors_note",
        )
        .order_by(Note.dated_on, Note.published_at, Note.id)
    )
    return {one.letter_id: _note(one) for one in notes}


def _note(one: Note) -> PrintedNote:
    return PrintedNote(one.id.hex, one.kind, one.words, one.dated_on, one.published_at or one.changed_at)


def _response(one: Response) -> PrintedResponse:
    return PrintedResponse(
        id=one.id.hex,
        addressee=one.addressee,
        names=one.names,
        responded_on=one.responded_on,
        words=one.words,
        recommendations=tuple(one.recommendations),
    )


def kind_words(kind: str) -> str:
    """What a kind of note is called, in the present locale."""
    words: dict[str, str] = {
        "editors_note": gettext("Editor’s note"),
        "update": gettext("Update"),
        "correction": gettext("Correction"),
        "republication": gettext("Republished"),
        "outcome": gettext("What came of it"),
    }
    return words[kind]


def way_words(way: str) -> str:
    """How a letter was delivered, in the present locale."""
    words: dict[str, str] = {
        "mail": gettext("by email"),
        "post": gettext("by post"),
        "by_hand": gettext("by hand"),
        "meeting": gettext("at a meeting"),
        "form": gettext("by an online form"),
        "fax": gettext("by fax"),
        "other": gettext("in another way"),
    }
    return words[way]


def note_view(note: PrintedNote, letter: PrintedLetter, language: str) -> NoteView:
    """A note in `language`, else in the letter's authoritative one."""
    tag, words = said_in(note.words, language, letter.authoritative_language)
    return NoteView(
        id=note_anchor(note),
        kind=note.kind,
        kicker=kind_words(note.kind),
        date=day_of(note.dated_on, language),
        words=to_html(words, tag, letter.figures, heading_shift=HEADING_SHIFT, id_prefix=f"n{note.id[:8]}-"),
        tag="" if tag == language else tag,
    )


def note_anchor(note: PrintedNote) -> str:
    """Where a note stands on its letter's page."""
    return f"note-{note.id[:12]}"


def told_before(letter: PrintedLetter, language: str) -> list[Told]:
    """The notes that stand before the text, in the present locale."""
    return [_told(note, letter, language) for note in letter.after.notes if note.kind in FIRST_NOTES]


def told_since(letter: PrintedLetter, language: str) -> list[Told]:
    """All else that happened since, as it stands after the list, in the present locale."""
    notes = [_told(note, letter, language) for note in letter.after.notes if note.kind not in FIRST_NOTES]
    responses = [_told_response(one, letter, language) for one in letter.after.responses]
    return [*notes, *responses, *(Told(line) for line in delivery_lines(letter, language))]


def _told(note: PrintedNote, letter: PrintedLetter, language: str) -> Told:
    tag, words = said_in(note.words, language, letter.authoritative_language)
    head: str = gettext("%(kind)s, %(date)s", kind=kind_words(note.kind), date=date_words(note.dated_on, language))
    return Told(head, words, tag)


def _told_response(response: PrintedResponse, letter: PrintedLetter, language: str) -> Told:
    tag, words = said_in(response.words, language, letter.authoritative_language)
    who = within(first_of(response.names, language) or _addressee(letter, response.addressee, language), language)
    head: str = gettext("Response of %(who)s, %(date)s", who=who, date=date_words(response.responded_on, language))
    answers = [
        gettext("recommendation %(number)s", number=number(int(key[1:]), language)) for key in response.recommendations
    ]
    return Told(head, words, tag, f"{gettext('It answers:')} {', '.join(answers)}" if answers else "")


def response_view(response: PrintedResponse, letter: PrintedLetter, language: str) -> ResponseView:
    """A response in `language`, else in the letter's authoritative one."""
    tag, words = said_in(response.words, language, letter.authoritative_language)
    return ResponseView(
        id=f"response-{response.id[:12]}",
        who=first_of(response.names, language) or _addressee(letter, response.addressee, language),
        date=day_of(response.responded_on, language),
        words=to_html(words, tag, letter.figures, heading_shift=HEADING_SHIFT, id_prefix=f"r{response.id[:8]}-"),
        tag="" if tag == language else tag,
        answers=[(key, number(int(key[1:]), language)) for key in response.recommendations],
    )


def delivery_lines(letter: PrintedLetter, language: str) -> list[str]:
    """A sentence for each delivery, in the present locale."""
    return [delivery_line(one, letter, language) for one in letter.after.deliveries]


def delivery_line(one: PrintedDelivery, letter: PrintedLetter, language: str) -> str:
    """A sentence for one delivery, in the present locale."""
    facts = {
        "addressee": _addressee(letter, one.addressee, language) or gettext("the addressee"),
        "date": date_words(one.delivered_on, language),
        "way": way_words(one.way),
        "by": one.by_name,
    }
    if one.by_name:
        said = gettext("Delivered to %(addressee)s on %(date)s, %(way)s, by %(by)s.", **facts)
    else:
        said = gettext("Delivered to %(addressee)s on %(date)s, %(way)s.", **facts)
    if one.acknowledged_on is None:
        return str(said)
    received = gettext("Receipt acknowledged on %(date)s.", date=date_words(one.acknowledged_on, language))
    return f"{said} {received}"


def addressee_words(one: PrintedAddressee, language: str) -> str:
    """An addressee in one line: name and office."""
    parts = (first_of(one.name, language), first_of(one.office, language))
    return ", ".join(part for part in parts if part)


def _addressee(letter: PrintedLetter, position: int | None, language: str) -> str:
    if position is None or not 0 <= position < len(letter.addressees):
        return ""
    return addressee_words(letter.addressees[position], language)


def said_in(words: PerLanguage, language: str, authoritative: str) -> tuple[str, str]:
    """The words in the first language that has some, and which that is."""
    for tag in (language, authoritative, *words):
        if words.get(tag):
            return tag, words[tag]
    return language, ""


def day_of(day: date, language: str) -> Moment:
    """A day for machines, and in words of that language."""
    return Moment(iso=day.isoformat(), words=date_words(day, language))
