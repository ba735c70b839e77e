"""A copy of a letter held against the letter, word by word; line breaks and blanks, which programs change, aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coalition.languages.normal_forms import normal_form
from coalition.rendering.pairing import Work, matches
from coalition.rendering.tokenising import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"))
"""What no reader sees and programs put in or lose: soft hyphens, marks of direction."""
AROUND: Final = 12
"""How many words are shown on either side of what differs."""
SHORTEST_GAP: Final = 2 * AROUND + 8


@dataclass(frozen=True, slots=True)
class Span:
    """Words that stand in both ("same"), in the copy alone ("added") or in the letter alone ("removed").

    "gap" stands for words in both that are not shown; `number` says how many.
    """

    kind: str
    words: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out."""

    verdict: str
    """"equal"; "part": the copy's words stand in the letter, in order, but not all of them; "more": the letter stands
    whole in the copy, among other words; "differs"."""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    words: str
    is_after_blank: bool


def compare(letter: str, copy: str, *, work: Work | None = None) -> Comparison:
    """What a copy has otherwise than the letter. Within a bound of work: past it, words count as replaced."""
    old, new = _tokens(letter), _tokens(copy)
    before, after = [one.words for one in old], [one.words for one in new]
    if before == after:
        return Comparison("equal")
    spans = tuple(_spans(old, new, list(matches(before, after, work or Work()))))
    kinds = {span.kind for span in spans}
    verdict = "differs" if {"added", "removed"} <= kinds else "part" if "removed" in kinds else "more"
    return Comparison(verdict, spans)


def _tokens(text: str) -> list[_Token]:
    plain = normal_form("NFC", text).translate(UNSEEN)
    found, is_after_blank = [], False
    for token in tokens(plain):
        if token.isspace():
            is_after_blank = True
        else:
            found.append(_Token(token, is_after_blank))
            is_after_blank = False
    return found


def _spans(old: Sequence[_Token], new: Sequence[_Token], runs: Sequence[tuple[int, int, int]]) -> Iterator[Span]:
    at_old = at_new = 0
    ends = (len(old), len(new), 0)
    for place_old, place_new, length in [*runs, ends]:
        if place_old > at_old:
            yield Span("removed", _joined(old[at_old:place_old]))
        if place_new > at_new:
            yield Span("added", _joined(new[at_new:place_new]))
        if length:
            yield from _same(
                old[place_old : place_old + length],
                is_first=place_old == 0 and place_new == 0,
                is_last=place_old + length == len(old) and place_new + length == len(new),
            )
        at_old, at_new = place_old + length, place_new + length


def _same(words: Sequence[_Token], *, is_first: bool, is_last: bool) -> Iterator[Span]:
    """Words in both: of many only those beside what differs."""
    if len(words) <= SHORTEST_GAP:
        yield Span("same", _joined(words))
        return
    if not is_first:
        yield Span("same", _joined(words[:AROUND]))
    shown = AROUND * (not is_first) + AROUND * (not is_last)
    yield Span("gap", number=len(words) - shown)
    if not is_last:
        yield Span("same", _joined(words[-AROUND:]))


def _joined(words: Sequence[_Token]) -> str:
    return "".join(" " * (one.is_after_blank and place > 0) + one.words for place, one in enumerate(words))
