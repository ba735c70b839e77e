"""How names sort for a reader: the Unicode Collation Algorithm with what each language does differently.

A key is made once, when a name is stored, and compared as plain text: four hexadecimal digits a weight, so that any
database and any collation give the same order. The data are those of pyuca (DUCET 9.0); the tailorings are ours, after
CLDR's: letters that a language counts as its own, digraphs, hamza forms, and the language's own script first.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple, Protocol, cast

from coalition.languages.normal_forms import normal_form
from coalition.languages.tags import babel_locale
from coalition.languages.tailorings import FORMS, OWN_SCRIPTS, TAILORINGS

FIRST_LETTER = 0x1C47
"""DUCET's primary weight of "a": below it stand spaces, marks, signs and digits."""

AFTER_ALL_CONTINUATIONS = 0xFFFD
"""A letter of a language's own is written as the letter it follows, this weight, and its place there."""

OTHER_SCRIPT = 0xFFF0
"""Stands before each letter of a script that is not the language's own, and so sends it to the end."""

PLAIN_SECONDARY, PLAIN_TERTIARY, CAPITAL = 0x20, 0x02, 0x08

FORM_SECONDARY = 0x60
"""What tells the forms of one letter apart where all else is equal; beyond the weights of most accents."""


class Element(NamedTuple):
    """One collation element: what letter it is, how it is marked, how it is cased. 0 says nothing at that level."""

    primary: int
    secondary: int
    tertiary: int


class Collator(Protocol):
    """The part of pyuca that is used here."""

    def collation_elements(self, normalized_string: str) -> list[list[int]]:
        """The collation elements of a string in NFD."""


@lru_cache(maxsize=4096)
def sort_key(name: str, language: str) -> str:
    """A text that sorts as `name` does for a reader of `language` when compared code point by code point.

    Letters decide first, then accents, then case. Marks before the first letter or digit are passed over: a name in
    quotation marks stands where it stood without them.
    """
    tag = babel_locale(language).language
    unordered = _elements(_from_first_letter(name), tag)
    elements = [weighed for each in unordered for weighed in _own_script_first(each, tag)]
    primary = [each.primary for each in elements if each.primary]
    secondary = _without_plain_end([each.secondary for each in elements if each.secondary], PLAIN_SECONDARY)
    tertiary = _without_plain_end([each.tertiary for each in elements if each.tertiary], PLAIN_TERTIARY)
    return "".join(f"{weight:04x}" for weight in (*primary, 0, *secondary, 0, *tertiary))


def _from_first_letter(name: str) -> str:
    for place, character in enumerate(name):
        if unicodedata.category(character)[0] in "LN":
            return name[place:]
    return name


def _elements(name: str, tag: str) -> Iterator[Element]:
    """The collation elements of a name, those of the language's own letters in their place in its alphabet."""
    forms, own = FORMS.get(tag, {}), _own_letters(tag)
    rest = ""
    for piece in _pieces(name, tag):
        small = _small(piece, tag)
        if small not in own and piece not in forms:
            rest += piece
            continue
        yield from _root(rest)
        rest = ""
        if piece in forms:
            letter, form = forms[piece]
            yield from _root(letter)
            yield Element(0, FORM_SECONDARY + form, PLAIN_TERTIARY)
        else:
            letter, place = own[small]
            yield from _root(letter)
            yield Element(AFTER_ALL_CONTINUATIONS, 0, 0)
            yield Element(place, PLAIN_SECONDARY, PLAIN_TERTIARY if piece == small else CAPITAL)
    yield from _root(rest)


def _pieces(name: str, tag: str) -> Iterator[str]:
    """The name cut into the language's letters: its digraphs whole, all else by the character."""
    own = _own_letters(tag)
    longest = max(map(len, own), default=1)
    text = "".join(_own_mark_first(character, tag) for character in normal_form("NFC", name))
    place = 0
    while place < len(text):
        lengths = range(longest, 0, -1)
        length = next((n for n in lengths if _small(text[place : place + n], tag) in own), 1)
        yield text[place : place + length]
        place += length


def _own_mark_first(character: str, tag: str) -> str:
    """A letter of the language's own that carries one more mark, taken apart: Vietnamese ầ is â with a grave."""
    base, *marks = list(normal_form("NFD", character))
    for mark in marks if len(marks) > 1 else ():
        letter = normal_form("NFC", base + mark)
        if _small(letter, tag) in _own_letters(tag):
            return letter + "".join(other for other in marks if other != mark)
    return character


def _small(piece: str, tag: str) -> str:
    if tag in {"tr", "az"}:
        piece = piece.replace("I", "ı").replace("İ", "i")
    return piece.lower()


def _own_script_first(element: Element, tag: str) -> Iterator[Element]:
    """A letter of another script goes behind all of the language's own."""
    low, high = OWN_SCRIPTS.get(tag, (0, OTHER_SCRIPT))
    if element.primary >= FIRST_LETTER and element.secondary and not low <= element.primary < high:
        yield Element(OTHER_SCRIPT, 0, 0)
    yield element


def _without_plain_end(weights: list[int], plain: int) -> list[int]:
    """Plain weights at the end say nothing and are the least: left out, the order stays and the key is short."""
    end = len(weights)
    while end and weights[end - 1] == plain:
        end -= 1
    return weights[:end]


def _root(text: str) -> list[Element]:
    elements = _collator().collation_elements(normal_form("NFD", text))
    return [Element(*[*each, 0, 0, 0][:3]) for each in elements]


@cache
def _own_letters(tag: str) -> dict[str, tuple[str, int]]:
    """A language's own letters in small: the letter each follows, and its place after it."""
    letters: dict[str, tuple[str, int]] = {}
    for rule in TAILORINGS.get(tag, "").split():
        after, *places = rule.split("<")
        for place, forms in enumerate(places, start=1):
            letters.update(dict.fromkeys(forms.split("="), (after, place)))
    return letters


@cache
def _collator() -> Collator:
    """The data of the algorithm, read when the first name is sorted: they are large."""
    from pyuca.collator import Collator_9_0_0  # noqa: PLC0415 (its import alone would slow every start)

    return cast("Collator", Collator_9_0_0())
