"""What happened to a published letter, day by day: its editions, notes, deliveries and responses, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale, gettext

from coalition.languages import direction, interface_language, number
from coalition.rendering.after import day_of, delivery_line, note_view, response_view
from coalition.rendering.editions_page import edition_path, editions_of, how_words
from coalition.rendering.page import link, path, updates_path
from coalition.rendering.words import coalition_name, filled, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from coalition.models.public import PublicLetter
    from coalition.rendering.printed import PrintedLetter


@dataclass(frozen=True, slots=True)
class _Happened:
    """One thing that happened: its day, the instant that tells it from others of that day, and its view."""

    on: date
    at: datetime
    view: dict[str, Any]


def updates_page(session: Session, public: PublicLetter, letter: PrintedLetter, language: str) -> bytes:
    """The page in one of the letter's languages."""
    text = filled(letter, language)
    with force_locale(interface_language(language)):
        happened = [*_editions(session, public, letter, language), *_since(letter, language)]
        page = render_template(
            "public/updates.html",
            language=language,
            words_language=interface_language(language),
            direction=direction(language),
            coalition_name=coalition_name(letter, language),
            title=text.title or text.short_title or heading(letter, text),
            letter_path=path(letter, language),
            address=letter.public_address + updates_path(letter, language),
            languages=[
                link(letter.public_address, updates_path(letter, tag), tag, is_current=tag == language)
                for tag in letter.languages
            ],
            happened=[one.view for one in sorted(happened, key=lambda one: (one.on, one.at), reverse=True)],
        )
    return page.encode()


def _since(letter: PrintedLetter, language: str) -> Iterator[_Happened]:
    """What is told beside the text."""
    for note in letter.after.notes:
        yield _Happened(note.dated_on, note.published_at.astimezone(UTC), {"note": note_view(note, letter, language)})
    first = datetime.min.replace(tzinfo=UTC)
    for response in letter.after.responses:
        yield _Happened(response.responded_on, first, {"response": response_view(response, letter, language)})
    for delivery in letter.after.deliveries:
        day = day_of(delivery.delivered_on, language)
        yield _Happened(
            delivery.delivered_on, first, {"delivery": delivery_line(delivery, letter, language), "date": day}
        )


def _editions(session: Session, public: PublicLetter, letter: PrintedLetter, language: str) -> Iterator[_Happened]:
    """The editions, each on the day that it has in the letter's zone."""
    for edition in editions_of(session, public):
        printed = edition.printed
        tag = language if language in printed["texts"] and language != printed["authoritative_language"] else ""
        published = edition.published_at.astimezone(UTC)
        day = published.astimezone(ZoneInfo(letter.zone)).date()
        view = {
            "words": gettext("Edition %(number)s", number=number(edition.number, language)),
            "path": edition_path(public.slug, edition.number, tag),
            "how": how_words(edition),
        }
        yield _Happened(day, published, {"edition": view, "date": day_of(day, language)})
