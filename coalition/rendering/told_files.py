"""What happened to a letter since, for files on paper and in word programs: a head and plain paragraphs each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask_babel import force_locale, gettext

from coalition.languages import interface_language
from coalition.rendering.after import told_before, told_since
from coalition.rendering.sheet import paragraphs
from coalition.rendering.text import to_plain

if TYPE_CHECKING:
    from coalition.rendering.after import Told
    from coalition.rendering.printed import PrintedLetter

UNBROKEN: Final = 100_000
"""Letters in a line: where it breaks is for the paper to say."""


@dataclass(frozen=True, slots=True)
class ToldInFile:
    """One note, delivery or response; `lines` are paragraphs of lines in the language `tag`."""

    head: str
    lines: list[list[str]]
    tag: str


@dataclass(frozen=True, slots=True)
class ToldInFiles:
    """What stands before the text, and what after the list under a heading, which is "" where nothing does."""

    before: list[ToldInFile]
    heading: str
    since: list[ToldInFile]


def told_in_files(letter: PrintedLetter, language: str) -> ToldInFiles:
    """What is published of what happened since, in one of the letter's languages."""
    with force_locale(interface_language(language)):
        before = [_told(one, letter, language) for one in told_before(letter, language)]
        since = [_told(one, letter, language) for one in told_since(letter, language)]
        return ToldInFiles(before, gettext("What happened since") if since else "", since)


def _told(one: Told, letter: PrintedLetter, language: str) -> ToldInFile:
    words = to_plain(one.words, one.tag, letter.figures, width=UNBROKEN) if one.words else ""
    lines = [*paragraphs(words), *([[one.tail]] if one.tail else [])]
    return ToldInFile(one.head, lines, one.tag or language)
