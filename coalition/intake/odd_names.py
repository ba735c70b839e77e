"""What is odd about a name: told to whoever types, imports or prints it, never a reason to refuse it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from flask_babel import lazy_gettext

from coalition.intake.columns import looks_like_person

WORDS: Final = {
    "name_is_address": lazy_gettext("It holds a mail or web address."),
    "name_is_telephone": lazy_gettext("It holds what looks like a telephone number."),
    "name_is_number": lazy_gettext("It holds what looks like the number of a person or a register."),
    "name_shouts": lazy_gettext("It is in capitals throughout."),
    "name_mixes_scripts": lazy_gettext("A word mixes letters of two alphabets that look alike."),
    "name_ends_oddly": lazy_gettext("It begins or ends with a stray mark."),
    "name_unbalanced": lazy_gettext("A bracket or a quotation mark has no partner."),
    "name_double_space": lazy_gettext("It has two spaces in a row."),
    "name_is_person": lazy_gettext("It looks like the name of a person."),
}
"""Code of what is odd to a sentence about “it”, the name."""
_ADDRESS = re.compile(r"\S@\S|https?://|\bwww\.", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?:\+|\b00|\(0?)\d[\d ()./-]{6,}\d|\b\d{2,4}(?:[ ./-]\d{2,4}){3,}\b")
_NUMBER = re.compile(r"\d{7,}|\b\d{3}[-.]\d{2,3}[-.]\d{2,4}\b|\b\d{3}\.\d{3}\.\d{3}\b|\b[A-Z]{1,3}[- ]?\d{6,}\b")
_PARTNERS = (("(", ")"), ("[", "]"), ("«", "»"), ("“", "”"))
_SHORT_CAPITALS = 12
_TITLE = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof|professor|sr|sra|mme|mlle|m|herr|frau)\.? ", re.IGNORECASE)


def oddities(name: str, *, may_be_person: bool = True) -> tuple[str, ...]:
    """What is odd about a name, as codes of WORDS, the gravest first. `may_be_person` asks after that too."""
    tests = {
        "name_is_address": bool(_ADDRESS.search(name)),
        "name_is_telephone": bool(_TELEPHONE.search(name)),
        "name_is_number": bool(_NUMBER.search(name)) and not _TELEPHONE.search(name),
        "name_mixes_scripts": mixes_scripts(name),
        "name_shouts": _shouts(name),
        "name_ends_oddly": name[:1] in "-–—,;.*•:" or name[-1:] in "-–—,;*•:",
        "name_unbalanced": any(name.count(one) != name.count(two) for one, two in _PARTNERS)
        or name.count('"') % 2 == 1,
        "name_double_space": "  " in name,
        "name_is_person": may_be_person and is_person(name),
    }
    return tuple(code for code, is_odd in tests.items() if is_odd and name)


def words_of(name: str, *, may_be_person: bool = True) -> list[str]:
    """The same in sentences, in the language of the request."""
    return [str(WORDS[code]) for code in oddities(name, may_be_person=may_be_person)]


def mixes_scripts(name: str) -> bool:
    """Whether a word of it mixes Latin, Cyrillic or Greek letters: a Cyrillic “а” in “Pаris” is seen by nobody."""
    return any(len(_scripts(word)) > 1 for word in re.split(r"[\W\d_]+", name))


def is_person(name: str) -> bool:
    """Whether it begins with a title, or is two or three words built like a given and a family name."""
    if _TITLE.match(name) and " " in name.strip():
        return True
    words = name.split()
    return len(words) == 3 and len(words[1].rstrip(".")) == 1 and looks_like_person(name)  # "John B. Smith"


def _scripts(word: str) -> set[str]:
    found = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return found & {"LATIN", "CYRILLIC", "GREEK"}


def _shouts(name: str) -> bool:
    """Whether a name longer than an acronym is in capitals, in a script that has small letters."""
    cased = [letter for letter in name if unicodedata.category(letter) in {"Lu", "Ll"}]
    return len(cased) > _SHORT_CAPITALS and all(letter.isupper() for letter in cased)
