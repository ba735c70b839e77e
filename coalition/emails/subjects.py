"""Subjects that a phone shows whole: names and titles in them are shortened visibly, the fact and the date never.

That is done to the finished subject, for the rest of it differs from language to language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from coalition import languages

LONGEST: Final = 60
LEAST_TITLE, LEAST_NAME, SHORTEST_NAME = 12, 16, 8
"""What is left of a letter's title, and of a name with a title after it or without, in characters with their dots."""
DOTS: Final = "…"
BREAKING_BLANKS: Final = re.compile(r"[^\S\u00a0\u202f]+")
"""Blanks and line breaks, without the no-break spaces: those belong to the words around them."""


def fitted(subject: str, *, titles: Sequence[str], names: Sequence[str]) -> str:
    """The subject in at most LONGEST characters: the title is shortened, then names; at last the title is left out."""
    found = subject
    for values, least, is_last in ((titles, LEAST_TITLE, True), (names, LEAST_NAME, False)):
        for value in values:
            found = _shorter(found, _one_line(value), least, is_last=is_last)
    if length(found) <= LONGEST:
        return found
    for title in titles:
        subject = _without(subject, _one_line(title))
    for name in names:
        subject = _shorter(subject, _one_line(name), SHORTEST_NAME, is_last=False)
    return subject


def _one_line(value: str) -> str:
    return BREAKING_BLANKS.sub(" ", value).strip()


def _without(subject: str, title: str) -> str:
    """The subject without the title after a dash at its end, whichever dash the language takes."""
    for ending in filter(None, (title, title and languages.isolate(title))):
        before = subject.removesuffix(ending).rstrip()
        if before != subject and before.endswith(("–", "—")):
            return before[:-1].rstrip()
    return subject


@lru_cache(maxsize=256)
def length(subject: str) -> int:
    """How many characters a reader sees: without the isolates around names."""
    return sum(unicodedata.category(sign) not in {"Cf", "Mn"} for sign in subject)


def _shorter(subject: str, value: str, least: int, *, is_last: bool) -> str:
    """The subject with the value shortened by what is too much; a title stands at the end of it, a name before."""
    too_long = length(subject) - LONGEST
    if too_long <= 0 or not value or value not in subject:
        return subject
    room = max(least, length(value) - too_long)
    before, _value, after = subject.rpartition(value) if is_last else subject.partition(value)
    return f"{before}{shortened(value, room)}{after}"


def shortened(words: str, room: int) -> str:
    """The beginning of the words in `room` characters, with dots where something is left out. Keeps marks together."""
    if length(words) <= room:
        return words
    shown, left = "", room - len(DOTS)
    for sign in words:
        left -= length(sign)
        if left < 0:
            break
        shown += sign
    return shown.rstrip(" \u00a0\u202f,;:–-(«“\"'") + DOTS
