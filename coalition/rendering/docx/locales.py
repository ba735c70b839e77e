"""What word programs need to know of a language: its tag with a region, its faces, its digits."""

from __future__ import annotations

from typing import Final

from babel.core import get_global

from coalition.languages import babel_locale, number
from coalition.rendering.faces import ARABIC_SCRIPT

CJK: Final = frozenset({"zh", "ja", "ko"})
EAST_ASIAN: Final = {"ja": "MS Mincho", "ko": "Batang"}
NUMBERINGS: Final = {"1": "decimal", "١": "hindiNumbers", "۱": "hindiNumbers"}


def word_language(tag: str) -> str:
    """The tag with the region that spelling checkers ask for: "fr-FR", "zh-CN"; the likely one where none is given."""
    locale = babel_locale(tag)
    likely: dict[str, str] = dict(get_global("likely_subtags"))
    asked = "_".join(filter(None, (locale.language, locale.script)))
    full = likely.get(asked) or likely.get(locale.language) or ""
    territory = locale.territory or (full.rpartition("_")[2] if full.count("_") else "")
    return "-".join(filter(None, (locale.language, territory)))


def has_italics(tag: str) -> bool:
    """Whether words are stressed by italics; in scripts that have none they are set bold."""
    return babel_locale(tag).language not in ARABIC_SCRIPT | CJK


def western_language(tag: str) -> str:
    """The tag for words in Latin letters: of a text in Chinese, Japanese or Korean they are taken for English.

    Under a tag of theirs a program breaks lines anywhere within such a word.
    """
    return "en-US" if babel_locale(tag).language in CJK else word_language(tag)


def east_asian_face(tag: str) -> str:
    """The face for Chinese, Japanese and Korean characters, in the shapes of the language."""
    if tag.lower().startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        return "PMingLiU"
    return EAST_ASIAN.get(babel_locale(tag).language, "SimSun")


def numbering(tag: str) -> str:
    """The number format (ST_NumberFormat) that counts in the language's digits, where there is one."""
    return NUMBERINGS.get(number(1, tag), "decimal")
