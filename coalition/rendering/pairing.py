"""Which paragraph of one text is which of another: the same, edited where it stands, or moved; within a bound of work.

Two texts may be made so that comparing them takes for ever. Every step here is paid for from a purse (`Work`); when it
is empty, what was not compared yet counts as replaced. Ordinary versions of 5,000 words use a small part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

from coalition.rendering.tokenising import is_word, tokens

if TYPE_CHECKING:
    from coalition.rendering.paragraphs import Paragraph

EDITED_IN_PLACE = 0.5
"""From this share of words in common on, a paragraph is the one before, edited; less is a removal and an addition."""

EDITED_BETWEEN = 0.3
"""The same, where it stands alone between two that did not change."""

EDITED_AND_MOVED = 0.75
MOVABLE_WORDS = 4
"""A paragraph of fewer words may be anywhere by chance: edited and moved at once, it is not recognised."""

ORDERING_STEPS = 12
"""What a pair that may be one costs besides: it is weighed against the others."""

ONCE = frozenset({"title", "deck", "salutation", "closing"})
"""Parts that, where they have one paragraph in both texts, are the same part in other words, however different."""


@dataclass(slots=True)
class Work:
    """A purse of steps: about one for each two things held against each other."""

    limit: int = 3_000_000
    spent: int = 0

    @property
    def left(self) -> int:
        """How many steps remain."""
        return max(self.limit - self.spent, 0)

    def pay(self, steps: int) -> bool:
        """Take the steps, or say that there are not as many."""
        if steps > self.left:
            return False
        self.spent += steps
        return True


@dataclass(frozen=True, slots=True)
class Pair:
    """Places of the same paragraph in the old and in the new sequence."""

    old: int
    new: int
    likeness: float
    is_moved: bool = False

    @property
    def is_beyond_doubt(self) -> bool:
        """Whether a reader of both would say so too: what is said of the old one may be said of the new one."""
        return self.likeness >= (EDITED_AND_MOVED if self.is_moved else EDITED_IN_PLACE)


def pairs(old: Sequence[Paragraph], new: Sequence[Paragraph], work: Work | None = None) -> list[Pair]:
    """The paragraphs that both texts have, by their places, each at most once; those not named are gone, or are new."""
    work = work or Work()
    found: list[Pair] = []
    for kinds in dict.fromkeys(map(_sequence, (*old, *new))):
        before = _Side.of(old, kinds)
        after = _Side.of(new, kinds)
        found += _pairs_of(before, after, work, is_once=kinds in ONCE)
    return sorted(found, key=lambda pair: pair.new)


def matches(old: Sequence[Hashable], new: Sequence[Hashable], work: Work) -> Iterator[tuple[int, int, int]]:
    """Runs that are equal in both, in order: place in old, place in new, length. What is unpaid is left out.

    As difflib finds them (the longest first, then left and right of it), but never more than `work` has steps for.
    """
    start, end = _equal_ends(old, new)
    if start:
        yield 0, 0, start
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    for place_old, place_new, length in _matches_inside(inner_old, inner_new, work):
        yield start + place_old, start + place_new, length
    if end:
        yield len(old) - end, len(new) - end, end


def _equal_ends(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[int, int]:
    """How many are equal at the start, and then at the end."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    end = next((at for at in range(most - start) if old[-1 - at] != new[-1 - at]), most - start)
    return start, end


def _matches_inside(old: Sequence[Hashable], new: Sequence[Hashable], work: Work) -> list[tuple[int, int, int]]:
    if not old or not new or not work.pay(len(old) + len(new)):
        return []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    # What one look for the longest match costs: for each place of the old, how often its thing stands in the new.
    often = Counter(new)
    costs = [0, *accumulate(1 + often[thing] for thing in old)]
    found, open_ranges = [], [(0, len(old), 0, len(new))]
    while open_ranges:
        a, a_end, b, b_end = open_ranges.pop()
        if a == a_end or b == b_end or not work.pay(costs[a_end] - costs[a] + b_end - b):
            continue
        match = matcher.find_longest_match(a, a_end, b, b_end)
        if match.size:
            found.append((match.a, match.b, match.size))
            open_ranges.append((a, match.a, b, match.b))
            open_ranges.append((match.a + match.size, a_end, match.b + match.size, b_end))
    return sorted(found)


# -- paragraphs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """The paragraphs of one sequence in one of the two texts."""

    places: list[int]
    idents: list[str]
    words: list[Counter[str]] = field(repr=False)

    @classmethod
    def of(cls, all_of_them: Sequence[Paragraph], sequence: str) -> _Side:
        places = [at for at, each in enumerate(all_of_them) if _sequence(each) == sequence]
        idents = [_ident(all_of_them[at]) for at in places]
        return cls(places, idents, [Counter(filter(is_word, tokens(ident))) for ident in idents])


def _sequence(paragraph: Paragraph) -> str:
    """What is compared with what: parts with their own, footnotes among themselves."""
    return paragraph.kind if paragraph.kind == "footnote" else paragraph.part


def _ident(paragraph: Paragraph) -> str:
    """The words; the number of a footnote is no word of the paragraph that refers to it."""
    return "".join("*" if "note" in run.marks else run.text for run in paragraph.runs)


def _pairs_of(old: _Side, new: _Side, work: Work, *, is_once: bool) -> Iterator[Pair]:
    free_old, free_new = set(range(len(old.places))), set(range(len(new.places)))
    for a, b, likeness, is_moved in _found(old, new, work, is_once=is_once):
        if a in free_old and b in free_new:
            free_old.discard(a)
            free_new.discard(b)
            yield Pair(old.places[a], new.places[b], likeness, is_moved)


def _found(old: _Side, new: _Side, work: Work, *, is_once: bool) -> Iterator[tuple[int, int, float, bool]]:
    """Pairs by places within the sides, the surest first."""
    runs = list(matches(old.idents, new.idents, work))
    for a, b, length in runs:
        yield from ((a + step, b + step, 1.0, False) for step in range(length))
    rest_old, rest_new = _rest(runs, len(old.idents), 0), _rest(runs, len(new.idents), 1)
    moved = list(_moved_whole(old, new, rest_old, rest_new))
    yield from moved
    gone = {a for a, *_ in moved}
    come = {b for _, b, *_ in moved}
    edited = [
        found
        for gap_old, gap_new in _gaps(runs, len(old.idents), len(new.idents))
        for found in _edited(
            old, new, [a for a in gap_old if a not in gone], [b for b in gap_new if b not in come], work
        )
    ]
    if is_once and len(old.idents) == len(new.idents) == 1 and not runs:
        edited = [(0, 0, max(EDITED_IN_PLACE, _likeness(old.words[0], new.words[0])), False)]
    yield from edited
    gone |= {a for a, *_ in edited}
    come |= {b for _, b, *_ in edited}
    yield from _moved_and_edited(
        old, new, [a for a in rest_old if a not in gone], [b for b in rest_new if b not in come], work
    )


def _rest(runs: list[tuple[int, int, int]], count: int, side: int) -> list[int]:
    taken = {run[side] + step for run in runs for step in range(run[2])}
    return [at for at in range(count) if at not in taken]


def _gaps(runs: list[tuple[int, int, int]], old: int, new: int) -> Iterator[tuple[range, range]]:
    a = b = 0
    for next_a, next_b, length in [*runs, (old, new, 0)]:
        if next_a > a and next_b > b:
            yield range(a, next_a), range(b, next_b)
        a, b = next_a + length, next_b + length


def _moved_whole(
    old: _Side, new: _Side, rest_old: list[int], rest_new: list[int]
) -> Iterator[tuple[int, int, float, bool]]:
    """What stands elsewhere word for word; equal ones in their order."""
    waiting: dict[str, list[int]] = {}
    for b in reversed(rest_new):
        waiting.setdefault(new.idents[b], []).append(b)
    for a in rest_old:
        if waiting.get(old.idents[a]):
            yield a, waiting[old.idents[a]].pop(), 1.0, True


def _edited(
    old: _Side, new: _Side, gap_old: list[int], gap_new: list[int], work: Work
) -> list[tuple[int, int, float, bool]]:
    """The pairs of one gap that are most alike together, in order: what stood there before, edited."""
    if len(gap_old) == len(gap_new) == 1:
        likeness = _likeness(old.words[gap_old[0]], new.words[gap_new[0]]) if _pay_for(old, gap_old[0], work) else 0.0
        return [(gap_old[0], gap_new[0], likeness, False)] if likeness >= EDITED_BETWEEN else []
    alike = _alike(old, new, gap_old, gap_new, work, least=EDITED_IN_PLACE)
    return [(gap_old[i], gap_new[j], likeness, False) for i, j, likeness in _best_in_order(alike, len(gap_new))]


def _best_in_order(alike: list[tuple[int, int, float]], width: int) -> list[tuple[int, int, float]]:
    """Of pairs sorted by their first place, those that cross no other and are most alike in sum."""
    best: list[tuple[float, tuple[int, int, float] | None, int]] = []
    """Sum, last pair, and the entry before it; index 0 is nothing."""
    best.append((0.0, None, 0))
    ends = _Highest(width)
    row: list[tuple[int, int]] = []
    for place, (i, j, likeness) in enumerate(alike):
        before = ends.up_to(j - 1, best)
        best.append((best[before][0] + likeness, (i, j, likeness), before))
        row.append((j, len(best) - 1))
        # Pairs of one old paragraph see only those of earlier ones.
        if place + 1 == len(alike) or alike[place + 1][0] != i:
            for end, entry in row:
                ends.put(end, entry, best)
            row = []
    at = max(range(len(best)), key=lambda entry: best[entry][0])
    chosen = []
    while at:
        _, pair, before = best[at]
        if pair is not None:
            chosen.append(pair)
        at = before
    return chosen[::-1]


class _Highest:
    """A Fenwick tree of the best entry that ends at or before a place."""

    def __init__(self, width: int) -> None:
        self.tree = [0] * (width + 1)

    def up_to(self, place: int, best: Sequence[tuple[float, object, int]]) -> int:
        entry, at = 0, place + 1
        while at > 0:
            entry = max(entry, self.tree[at], key=lambda each: best[each][0])
            at -= at & -at
        return entry

    def put(self, place: int, entry: int, best: Sequence[tuple[float, object, int]]) -> None:
        at = place + 1
        while at < len(self.tree):
            self.tree[at] = max(self.tree[at], entry, key=lambda each: best[each][0])
            at += at & -at


def _moved_and_edited(
    old: _Side, new: _Side, rest_old: list[int], rest_new: list[int], work: Work
) -> Iterator[tuple[int, int, float, bool]]:
    long_old = [a for a in rest_old if old.words[a].total() >= MOVABLE_WORDS]
    long_new = [b for b in rest_new if new.words[b].total() >= MOVABLE_WORDS]
    alike = _alike(old, new, long_old, long_new, work, least=EDITED_AND_MOVED)
    for i, j, likeness in sorted(alike, key=lambda found: -found[2]):
        yield long_old[i], long_new[j], likeness, True


def _alike(
    old: _Side, new: _Side, some_old: list[int], some_new: list[int], work: Work, *, least: float
) -> list[tuple[int, int, float]]:
    """Pairs (places in the two lists) at least so alike. Where there are too many, only those of about one place."""
    if not some_old or not some_new:
        return []
    price = sum(1 + len(old.words[a]) for a in some_old)
    reach = min(len(some_new), work.left // (2 * price))
    out: list[tuple[int, int, float]] = []
    for i, a in enumerate(some_old):
        middle = i * len(some_new) // len(some_old)
        for j in range(max(0, middle - reach), min(len(some_new), middle + reach + 1)):
            if not _pay_for(old, a, work):
                return out
            likeness = _likeness(old.words[a], new.words[some_new[j]])
            if likeness >= least:
                if not work.pay(ORDERING_STEPS):
                    return out
                out.append((i, j, likeness))
    return out


def _pay_for(side: _Side, place: int, work: Work) -> bool:
    return work.pay(1 + len(side.words[place]))


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    """The share of words in common, as often as they stand in both: 1 for the same words, 0 for none."""
    total = old.total() + new.total()
    common = sum(min(times, new[word]) for word, times in old.items() if word in new)
    return 2 * common / total if total else 0.0
