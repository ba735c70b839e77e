"""Names that are likely one organisation written in two ways. A suggestion only: nothing is merged because of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from anyascii import anyascii
from rapidfuzz import fuzz

from coalition.intake.countries import country_code
from coalition.intake.names import fold_name

_ALIKE = 86
_WORDS_ALIKE = 74
_NEIGHBOURS = 8
_SHORTEST = 5
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_MARKS = re.compile(r"[^\w\s]+")
# Words that come and go in the same organisation's name.
_SMALL_WORDS = frozenset(
    "the a of for and de la le les des du del los las el y et e en pour para por inc ltd ev asbl vzw ong ngo".split()
)


def look_alikes(names: Sequence[str]) -> dict[int, int]:
    """For each name that looks like an earlier one: its index to the earlier one's. Names equal but for case count too.

    Compares each name with its neighbours in three sorted orders, so that thousands take a fraction of a second; a
    pair that differs early, late and in its words' order may be missed.
    """
    keys = [_key(name) for name in names]
    found: dict[int, int] = {}
    for one, other in _neighbours(keys):
        earlier, later = sorted((one, other))
        if found.get(later, later) > earlier and _are_alike(keys[earlier], keys[later]):
            found[later] = earlier
    return found


def _neighbours(keys: list[str]) -> Iterator[tuple[int, int]]:
    usable = [at for at, key in enumerate(keys) if len(key) >= _SHORTEST]
    for compared in (keys, [key[::-1] for key in keys], [_sorted_words(key) for key in keys]):
        ordered = sorted(usable, key=compared.__getitem__)
        for distance in range(1, _NEIGHBOURS + 1):
            yield from zip(ordered, ordered[distance:], strict=False)


def _are_alike(one: str, other: str) -> bool:
    if not fuzz.ratio(one, other, score_cutoff=_ALIKE):
        return len(one) == len(other) and _sorted_words(one) == _sorted_words(other)
    first, second = one.split(), other.split()
    only_first = " ".join(word for word in first if word not in second)
    only_second = " ".join(word for word in second if word not in first)
    if _digits(one) != _digits(other):
        return False
    if not (only_first and only_second):
        return len(only_first + only_second) <= 2
    # "Attac Austria" and "Attac Australia" are near in letters and two organisations all the same.
    if country_code(only_first) and country_code(only_second):
        return False
    return fuzz.ratio(only_first, only_second) >= _WORDS_ALIKE


def _sorted_words(key: str) -> str:
    return " ".join(sorted(key.split()))


def _digits(key: str) -> str:
    return "".join(character for character in key if character.isdigit())


def _key(name: str) -> str:
    bare = _BRACKETS.sub("", name).strip() or name
    words = _MARKS.sub(" ", anyascii(fold_name(bare)).casefold()).split()
    return " ".join(word for word in words if word not in _SMALL_WORDS) or " ".join(words)
