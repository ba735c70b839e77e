"""The languages of the interface and of letters, their direction, and what they are called."""

import unicodedata
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global

Direction = Literal["ltr", "rtl"]

INTERFACE = ("en", "fr", "es", "pt", "ar", "ru", "fa")
"""Languages whose catalogue holds every word of mails, of the signing door and of public pages."""

DESK = ("en", "fr", "ar")
"""Those of them whose catalogue holds every word of the desk too. In any other the desk speaks English, whole pages."""

LETTER = tuple(
    "af am ar as az be bg bn bo br bs ca ckb cs cy da de el en eo es et eu fa fi fil fo fr ga gd gl gu ha he hi hr hu "
    "hy id ig is it ja ka kk km kn ko ky lb lo lt lv mg mk ml mn mr ms mt my nb ne nl nn om or pa pl ps pt qu rm ro ru "
    "rw sd si sk sl so sq sr sv sw ta te tg th ti tk tr ug uk ur uz vi wo xh yo zh-hans zh-hant zu".split()
)
"""Languages offered for a letter. Any other tag that CLDR knows (`is_known`) works too, also with a region: "pt-br"."""

RIGHT_TO_LEFT = frozenset({"R", "AL"})


def babel_locale(tag: str) -> Locale:
    """The CLDR locale of a tag, as near as it is known: region, then script, then language; English for what is not."""
    locale = _parsed(tag)
    return locale if locale is not None else Locale("en")


def is_known(tag: str) -> bool:
    """Whether CLDR knows a language by this tag."""
    return _parsed(tag) is not None


def interface_language(tag: str) -> str:
    """The language of the fixed words beside a text in `tag`: its own where there is a catalogue, else English."""
    primary = tag.split("-", maxsplit=1)[0].lower()
    return primary if primary in INTERFACE else "en"


def direction(tag: str) -> Direction:
    """The way a language is written: "rtl" or "ltr"."""
    return "rtl" if babel_locale(tag).text_direction == "rtl" else "ltr"


def script_direction(text: str) -> Direction | None:
    """The direction of the first letter with one (what HTML calls `dir=auto`); None for text without letters."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in RIGHT_TO_LEFT:
            return "rtl"
        if kind == "L":
            return "ltr"
    return None


def name(tag: str, in_language: str) -> str:
    """What a language is called in another: "ar" is "Arabic" in English. An unknown tag stands for itself."""
    locale = _parsed(tag)
    if locale is None:
        return tag
    return locale.get_display_name(babel_locale(in_language)) or tag


def endonym(tag: str) -> str:
    """What a language calls itself: "fr" is "français"."""
    return name(tag, tag)


def with_territory(tag: str) -> str:
    """A tag as Open Graph wants it, "en_US": the language and where it is written, guessed where not named.

    "" for a language of which CLDR does not know where that is.
    """
    locale = _parsed(tag)
    if locale is None:
        return ""
    likely = get_global("likely_subtags")
    known = (str(Locale(locale.language, script=locale.script)), locale.language)
    territory = locale.territory or next((likely[one].split("_")[-1] for one in known if one in likely), "")
    return f"{locale.language}_{territory}" if territory else ""


@lru_cache(maxsize=512)
def _parsed(tag: str) -> Locale | None:
    parts = tag.replace("_", "-").split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return None
