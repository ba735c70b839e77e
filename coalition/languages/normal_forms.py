"""Unicode's normal forms in a time that grows with the text, whatever the text is.

`unicodedata.normalize` puts the marks of one letter in order by exchanging neighbours: a letter with half a million
marks, which fits into any form, would hold the whole process for minutes. So long runs of marks are put in order
before, and what comes out is the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, Literal, TypeAlias

Form: TypeAlias = Literal["NFC", "NFD", "NFKC", "NFKD"]
Apart: TypeAlias = Literal["NFD", "NFKD"]
SHORT: Final = 1_000
"""Below so many characters nothing takes long."""
LAST_MARK: Final = 0x20000
"""Unicode has no marks from here on."""
ONCE_APART: Final[dict[Apart, str]] = {"NFD": "\u0f73\u0f75\u0f81", "NFKD": "\u0f73\u0f75\u0f81\uff9e\uff9f"}
"""What counts as marks only once it is taken apart."""


def normal_form(form: Form, text: str) -> str:
    """The text in one of Unicode's normal forms."""
    if len(text) > SHORT and not text.isascii():
        apart: Apart = "NFKD" if "K" in form else "NFD"
        text = _runs(apart).sub(lambda run: _in_order(apart, run[0]), text)
    return unicodedata.normalize(form, text)  # noqa: TID251 -- what takes long is in order


def _in_order(apart: Apart, run: str) -> str:
    """The marks taken apart and in their canonical order (UAX #15): that of their classes, and else as they came."""
    marks = "".join(unicodedata.normalize(apart, mark) for mark in run)  # noqa: TID251 -- one by one
    return "".join(sorted(marks, key=unicodedata.combining))


@cache
def _runs(apart: Apart) -> re.Pattern[str]:
    """Where many marks follow one another."""
    marks = {mark for mark in map(chr, range(LAST_MARK)) if unicodedata.combining(mark)} | set(ONCE_APART[apart])
    return re.compile(f"[{''.join(sorted(marks))}]{{30,}}")
