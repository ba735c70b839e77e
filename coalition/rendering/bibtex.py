"""How to cite a letter, for programs that keep references: one BibTeX entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask_babel import force_locale, gettext

from coalition.languages import interface_language, moment_words, number
from coalition.rendering.words import coalition_name, date_of, filled, first_of, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.rendering.printed import PrintedLetter

ENDING: Final = ".bib"
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""As BibTeX calls them: a style writes them in its own language."""
LATEX: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",  # a brace after a backslash counts all the same when BibTeX looks for the end
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{mark: f"\\{mark}" for mark in "#$%&_"},
    }
)


JOINED: Final = re.compile(r"([-'`,<>])(?=\1)|([!?])(?=`)")
"""Marks that TeX would print as one: two hyphens as a dash, two quotation marks as another one."""


def bibtex(letter: PrintedLetter, language: str) -> str:
    """The letter in one of its languages as an entry, UTF-8 and LF.

    Its authors are those who lead it as the list of today has them, else the coalition. When the reader looked at it
    nobody knows here, so there is no such field.
    """
    with force_locale(interface_language(language)):
        fields = ",\n".join(f"  {name} = {value}" for name, value in _fields(letter, language))
    return f"@misc{{{_key(letter, language)},\n{fields}\n}}\n"


def _key(letter: PrintedLetter, language: str) -> str:
    of_language = "" if language == letter.authoritative_language else f"-{language.lower()}"
    return f"{letter.slug}{of_language}-{letter.edition}"


def _fields(letter: PrintedLetter, language: str) -> Iterator[tuple[str, str]]:
    text, coalition = filled(letter, language), coalition_name(letter, language)
    authors = [first_of(lead, language, letter.authoritative_language) for lead in letter.leads] or [coalition]
    yield "author", "{" + " and ".join(f"{{{escaped(name)}}}" for name in authors) + "}"
    yield "title", f"{{{{{escaped(text.title or text.short_title or heading(letter, text))}}}}}"
    if authors != [coalition]:
        yield "organization", f"{{{{{escaped(coalition)}}}}}"
    year, *rest = date_of(letter, language)["iso"].split("-")
    yield "year", f"{{{year}}}"
    if rest:
        yield "month", MONTHS[int(rest[0]) - 1]
    if len(rest) > 1:
        yield "day", f"{{{int(rest[1])}}}"
    edition = gettext(
        "Edition %(number)s, published %(moment)s",
        number=number(letter.edition, language),
        moment=moment_words(letter.published_at, letter.zone, language),
    )
    yield "note", f"{{{escaped(edition)}}}"
    yield "url", f"{{{letter.address(language)}}}"


def escaped(words: str) -> str:
    """Words as LaTeX shows them, on one line; other scripts as they are."""
    return JOINED.sub(r"\g<0>{}", " ".join(words.split()).translate(LATEX))
