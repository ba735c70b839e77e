"""A letter's own words in one language, as every form says them: its names, its heading, its date, its figures."""

from dataclasses import replace
from typing import TypedDict
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from coalition.languages import date_words, number
from coalition.rendering.figures import fill
from coalition.rendering.kinds import kind_words
from coalition.rendering.printed import PerLanguage, PrintedLetter, PrintedText

PARTS_WITH_FIGURES = (
    "title",
    "second_title",
    "short_title",
    "deck",
    "salutation",
    "closing",
    "disclaimers",
    "list_heading",
    "photo_caption",
)
"""The parts of a text, beside its body, in which an author may let a figure be computed."""


class Moment(TypedDict):
    """A day or an instant: ISO 8601 for machines, words for people."""

    iso: str
    words: str


def filled(letter: PrintedLetter, language: str) -> PrintedText:
    """The letter's text in `language` with its figures filled in; those of the body are filled as it is read."""
    text = letter.texts[language]
    typed = {part: getattr(text, part) for part in PARTS_WITH_FIGURES}
    return replace(text, **{part: fill(words, language, letter.figures) for part, words in typed.items() if words})


def coalition_name(letter: PrintedLetter, language: str) -> str:
    """The coalition's name in `language`, else as the letter's authoritative language has it."""
    return first_of(letter.coalition_name, language, letter.authoritative_language)


def heading(letter: PrintedLetter, text: PrintedText) -> str:
    """The title; for a letter without one, what it is and of whom."""
    return text.title or gettext(
        "%(kind)s of %(coalition)s", kind=kind_words(letter.kind), coalition=coalition_name(letter, text.language)
    )


def date_of(letter: PrintedLetter, language: str) -> Moment:
    """The date printed on the letter, as exact as it was given; without one, the day of publication in its zone."""
    iso = letter.printed_on or letter.published_at.astimezone(ZoneInfo(letter.zone)).date().isoformat()
    return Moment(iso=iso, words=date_words(iso, language))


def signed(letter: PrintedLetter, language: str) -> str:
    """How many signed, in words; "" where nobody did."""
    count = letter.figures.signatories
    if not count:
        return ""
    words: str = ngettext("%(number)s signatory", "%(number)s signatories", count, number=number(count, language))
    return words


def first_of(strings: PerLanguage, *languages: str) -> str:
    """The string in the first of `languages` that has one, else the canonical or any; "" where there is none."""
    for language in (*languages, "und", *strings):
        if strings.get(language):
            return strings[language]
    return ""


def said_first(text: PrintedText) -> str:
    """The deck in one line: with its speaker, where it is a quotation; "" where there is none."""
    return f"{text.deck} — {text.deck_speaker}" if text.deck and text.deck_speaker else text.deck
