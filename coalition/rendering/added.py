"""Who came onto a list after its release: they stand apart, and it is said since when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask_babel import gettext

from coalition.languages import date_words, number

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter, PrintedLine


def without_added(letter: PrintedLetter) -> PrintedLetter:
    """The letter with the lines alone that stand in its list proper; `added` has the others."""
    if not any(_is_added(letter, line) for line in letter.lines):
        return letter
    groups = tuple(
        replace(group, lines=tuple(line for line in group.lines if not _is_added(letter, line)))
        for group in letter.groups
    )
    return replace(letter, groups=groups)


def added(letter: PrintedLetter, language: str) -> list[tuple[str, tuple[PrintedLine, ...]]]:
    """The lines that were added after publication under their heading, day by day, in the present locale.

    Of a rolling letter those alone that were added since its edition, under one heading.
    """
    by_day: dict[str, list[PrintedLine]] = {}
    for line in letter.lines:
        if _is_added(letter, line):
            day = "" if letter.is_rolling or line.added_on is None else line.added_on.isoformat()
            by_day.setdefault(day, []).append(line)
    return [(_heading(letter, day, language), tuple(by_day[day])) for day in sorted(by_day)]


def _is_added(letter: PrintedLetter, line: PrintedLine) -> bool:
    """Whether the line stands apart: of a rolling letter until the next edition, else for good."""
    return letter.is_since(line) if letter.is_rolling else line.added_on is not None


def _heading(letter: PrintedLetter, day: str, language: str) -> str:
    if not day:
        return str(gettext("Added since edition %(number)s", number=number(letter.edition, language)))
    return str(gettext("Added after publication, %(date)s", date=date_words(day, language)))
