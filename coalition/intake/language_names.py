"""Which language somebody means by "French", "francés", "الفرنسية", "fr" or "pt_BR"."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from coalition.intake.names import fold_name
from coalition.languages import LETTER, endonym

READ_IN = ("en", "fr", "es", "ar")
"""The languages in which names of languages and countries are understood, beside a language's own name for itself."""

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?$")
_DETAILS = re.compile(r"\s*(\(.*\)|[;,/].*)$")
_OTHER_WORDS = {
    "mandarin": "zh",
    "castellano": "es",
    "castilian": "es",
    "farsi": "fa",
    "dari": "fa-af",
    "flemish": "nl",
    "brazilian portuguese": "pt-br",
    "bosnian/croatian/serbian": "bs",
}


def language_code(text: str) -> str | None:
    """The language tag ("fr", "pt-br") for a tag or a language's name in one of READ_IN or in itself, else None."""
    typed = text.strip()
    if not typed or len(typed) > 60:
        return None
    return _from_tag(typed) or _from_name(typed)


def _from_tag(typed: str) -> str | None:
    match = _TAG.match(typed)
    if not match or match[1].lower() not in _codes():
        return None
    return "-".join(part.lower() for part in match.groups() if part)


def _from_name(typed: str) -> str | None:
    known = _names()
    folded = fold_name(typed)
    bare = fold_name(_DETAILS.sub("", typed))
    # Arabic names its languages with the article and in the feminine; people also write them without either.
    candidates = (folded, bare, f"ال{bare}", f"ال{bare}ه", bare.removeprefix("ال"))
    return next((known[candidate] for candidate in candidates if candidate in known), None)


@cache
def _codes() -> frozenset[str]:
    return frozenset(str(tag) for tag in Locale("en").languages if len(str(tag)) <= 3) - {"und", "mul", "zxx", "mis"}


@cache
def _names() -> dict[str, str]:
    known = {fold_name(word): tag for word, tag in _OTHER_WORDS.items()}
    for reader in READ_IN:
        for tag, name in Locale(reader).languages.items():
            if tag in _codes():
                known.setdefault(fold_name(str(name)), str(tag))
    for tag in LETTER:
        known.setdefault(fold_name(endonym(tag)), tag)
    return known
