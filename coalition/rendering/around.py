"""What a letter belongs to, in words: the campaign that it supports, its event, its series, its hashtags."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from flask_babel import gettext

from coalition.languages import date_words, direction, isolate, script_direction
from coalition.rendering.words import Moment, first_of

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter, PrintedPress


class Event(TypedDict):
    """An event as a page shows it; either part may be empty."""

    name: str
    date: Moment | None


def event(letter: PrintedLetter, language: str) -> Event | None:
    """The event that the letter was written for; None for one without."""
    about = letter.about
    name = first_of(about.event, language, letter.authoritative_language) if about.event else ""
    date = Moment(iso=about.event_on, words=date_words(about.event_on, language)) if about.event_on else None
    return Event(name=name, date=date) if name else None


def press(letter: PrintedLetter, language: str) -> PrintedPress | None:
    """What journalists get in that language; None where nothing was written for them in it."""
    block = letter.about.press.get(language)
    return block if block is not None and (block.contact or block.quotations) else None


def hashtags(letter: PrintedLetter) -> list[str]:
    """The hashtags with their sign."""
    return [f"#{tag}" for tag in letter.about.hashtags]


def around_lines(letter: PrintedLetter, language: str) -> tuple[str, ...]:
    """The same as lines of plain words, for files; in the language now set."""
    lines = []
    if letter.about.organiser:
        organiser = _within(letter.about.organiser, language)
        lines.append(gettext("We support the campaign of %(organiser)s", organiser=organiser))
        lines.append(letter.about.campaign)
    if found := event(letter, language):
        name, date = _within(found["name"], language), found["date"]
        lines.append(gettext("%(event)s, %(date)s", event=name, date=date["words"]) if date else name)
    if letter.about.series:
        lines.append(gettext("Series: %(series)s", series=_within(letter.about.series, language)))
    lines.append(" ".join(_within(tag, language) for tag in hashtags(letter)))
    return tuple(str(line) for line in lines if line)


def _within(name: str, language: str) -> str:
    return name if script_direction(name) in {None, direction(language)} else isolate(name)
