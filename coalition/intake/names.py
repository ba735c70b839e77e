"""Names of organisations and people: which characters may stand in them, and when two of them are the same."""

from __future__ import annotations

import re
import unicodedata

from coalition.languages.normal_forms import normal_form

NAME_LIMIT = 300
FOLDED_LIMIT = 400

# Refused (DOMAIN §4): control characters, bidi embeddings and overrides (202A-202E) and isolates (2066-2069). With
# them what cannot be written or printed at all: line and paragraph separators, halves of surrogate pairs, code points
# that are no characters. Kept on purpose: ZWJ, ZWNJ, LRM, RLM, every kind of space, double spaces.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_ARABIC_ALIKE = str.maketrans({"ى": "ي", "ة": "ه", "ـ": ""})
_PLAIN_MARKS = str.maketrans(
    dict.fromkeys("‘’‚‛`´ʼ", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class NameRefused(ValueError):
    """A name that cannot be taken as it stands."""


class NameMissing(NameRefused):
    """Nothing is left of the name but spaces."""


class NameTooLong(NameRefused):
    """The name is longer than a list can print; `length` is how many characters it has."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} characters, {NAME_LIMIT} at most")
        self.length = length


class UnprintableName(NameRefused):
    """The name holds characters that nobody can see and that can turn the line around them.

    `characters` are they, each once, in order; str() of the exception names them ("U+202E").
    """

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__(named(characters))
        self.characters = characters


def check_name(text: str) -> str:
    """The name as it will be kept: as typed, without the spaces around it. Raises a NameRefused."""
    name = text.strip()
    if found := unprintable(name):
        raise UnprintableName(found)
    if not name:
        raise NameMissing
    if len(name) > NAME_LIMIT:
        raise NameTooLong(len(name))
    return name


def unprintable(text: str) -> tuple[str, ...]:
    """The characters in `text` that a name may not hold, each once, in order."""
    return tuple(dict.fromkeys(_UNPRINTABLE.findall(text)))


def named(characters: tuple[str, ...]) -> str:
    """Characters that cannot be shown, by their code points: "U+202E, U+0007"."""
    return ", ".join(f"U+{ord(character):04X}" for character in characters)


def fold_name(text: str) -> str:
    """What two spellings of one name have in common: no case, no accents, no hamza, plain quotation marks and hyphens.

    For finding and comparing only, never shown; at most FOLDED_LIMIT characters.
    """
    return fold(text)[:FOLDED_LIMIT]


def fold(text: str) -> str:
    """The same of words of any length: no case, no accents, each two parted by one blank."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = _UNSEEN.sub("", text.translate(_PLAIN_MARKS))
    apart = normal_form("NFKD", plain.casefold())
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(bare.translate(_ARABIC_ALIKE).casefold().split())
