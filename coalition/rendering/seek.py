"""Looking for words in the names of one list: case and accents do not count, and there is no index on any disk.

The folded names of a long part are kept beside its lines, as one text that is gone through once.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coalition.intake.names import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.rendering.list_parts import Name, Part

PARTS_KEPT: Final = 8
WORTH_KEEPING: Final = 300
BETWEEN: Final = "\n"
"""Between two names: no folded name has it, nor what is looked for."""


@dataclass(frozen=True, slots=True)
class _Folded:
    """The names of a part in one text, and where each begins."""

    part: Part
    text: str
    starts: tuple[int, ...]


_kept: dict[int, _Folded] = {}


def found_in(part: Part, wanted: str) -> tuple[Name, ...]:
    """The names of a part in which the folded words `wanted` stand, in their order."""
    if not wanted or BETWEEN in wanted:
        return ()
    folded = _folded(part)
    return tuple(part.names[place] for place in dict.fromkeys(_places(folded, wanted)))


def _places(folded: _Folded, wanted: str) -> Iterator[int]:
    at = folded.text.find(wanted)
    while at >= 0:
        place = bisect_right(folded.starts, at) - 1
        yield place
        if place + 1 >= len(folded.starts):
            return
        at = folded.text.find(wanted, folded.starts[place + 1])


def _folded(part: Part) -> _Folded:
    kept = _kept.get(id(part))
    if kept is not None and kept.part is part:
        return kept
    names = [fold_name(f"{name.name} {name.latin}") for name in part.names]
    starts, at = [], 0
    for name in names:
        starts.append(at)
        at += len(name) + len(BETWEEN)
    folded = _Folded(part, BETWEEN.join(names), tuple(starts))
    if len(names) >= WORTH_KEEPING:
        while len(_kept) >= PARTS_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[id(part)] = folded
    return folded
