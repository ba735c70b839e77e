"""What changed between two texts: first paragraph by paragraph, then within each by word, and bounded in time.

The result is plain data that can be stored and shown again in any form. It holds both texts: `Piece.old` of what was,
`Piece.new` of what is. The bound is a purse of steps (coalition.rendering.pairing); a paragraph that it does not reach
is shown as removed and added whole, never wrongly.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from coalition.models.fingerprint import canonical
from coalition.models.version import FINGERPRINTED
from coalition.rendering.pairing import Pair, Work, matches, pairs
from coalition.rendering.paragraphs import ADDRESSEES, NOTE, Paragraph, Parts, Run, paragraphs, parts_of
from coalition.rendering.tokenising import is_word, tokens

if TYPE_CHECKING:
    from coalition.models.version import Text

STEPS_FOR_PAIRING, STEPS_FOR_WORDS, STEPS_FOR_ONE_PARAGRAPH = 1_000_000, 2_000_000, 800_000
"""The work that may be spent on two texts, and on one paragraph of them."""

IN_OTHER_WORDS = 0.25
"""Below this share of words kept, a paragraph is clearer as removed and added whole than word by word."""

SameOrNot: TypeAlias = Literal["same", "added", "removed"]
What: TypeAlias = Literal["same", "edited", "added", "removed", "moved", "left"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one look that were added, removed, or stand in both texts."""

    kind: SameOrNot
    text: str
    marks: tuple[str, ...] = ()
    """As in coalition.rendering.paragraphs.Run; of the new text, but for what was removed."""
    text_was: str | None = None
    """Where the same footnote has another number now: "[1]" before, "[2]" in `text`."""
    marks_was: tuple[str, ...] | None = None
    """Where the same words looked otherwise before."""

    @property
    def old(self) -> str:
        """Its words in the old text."""
        return "" if self.kind == "added" else self.text if self.text_was is None else self.text_was

    @property
    def new(self) -> str:
        """Its words in the new text."""
        return "" if self.kind == "removed" else self.text


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a paragraph stands in its text; as in coalition.rendering.paragraphs.Paragraph."""

    place: int
    """Among all paragraphs of its text, from 0."""
    key: str
    part: str
    kind: str
    number: int
    anchor: str = ""
    marker: str = ""
    level: int = 0

    @property
    def form(self) -> tuple[str, int, str]:
        """How it is set: its kind, level and sort of marker. The number alone follows from what stands before."""
        return self.kind, self.level, self.marker.lstrip("0123456789")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one paragraph.

    "same", "edited", "added", "removed"; "moved", perhaps edited too, stands at its new place, and "left", without
    words, where it stood before.
    """

    kind: What
    old: Spot | None
    new: Spot | None
    pieces: tuple[Piece, ...] = ()

    @property
    def spot(self) -> Spot:
        """Where it stands now, else where it stood."""
        spot = self.old if self.new is None or self.kind == "left" else self.new
        if spot is None:
            raise ValueError("A change belongs to the old text, to the new one, or to both.")
        return spot

    @property
    def has_other_words(self) -> bool:
        """Whether words came or went in a paragraph that both texts have."""
        return self.old is not None and self.new is not None and any(piece.kind != "same" for piece in self.pieces)

    @property
    def has_other_look(self) -> bool:
        """Whether the same words look otherwise: bold, a link's address, a heading, the marker of a list."""
        return self.has_other_form or any(piece.marks_was is not None for piece in self.pieces)

    @property
    def has_other_form(self) -> bool:
        """Whether the whole paragraph is set otherwise."""
        return self.old is not None and self.new is not None and self.old.form != self.new.form

    @property
    def old_words(self) -> str:
        """The paragraph's words in the old text."""
        return "".join(piece.old for piece in self.pieces)

    @property
    def new_words(self) -> str:
        """The paragraph's words in the new text."""
        return "".join(piece.new for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Redline:
    """All that changed from one text to another, in the order of reading; paragraphs that are the same included."""

    changes: tuple[Change, ...]
    typing: tuple[str, ...] = ()
    """Parts that were typed otherwise while no reader sees a difference (the number a list begins with, blanks)."""

    @property
    def changed(self) -> list[Change]:
        """The paragraphs that are not the same, each once."""
        return [change for change in self.changes if change.kind not in {"same", "left"}]

    @property
    def is_empty(self) -> bool:
        """Whether both texts are the same to whoever agrees to them."""
        return not self.changed and not self.typing

    def to_data(self) -> dict[str, Any]:
        """As JSON has it; `from_data` reads it again."""
        return {"changes": [_lean(asdict(change)) for change in self.changes], "typing": list(self.typing)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Redline:
        """From what `to_data` gave."""
        return cls(tuple(map(_change_from, data["changes"])), tuple(data["typing"]))


def redline(old: Text | Parts | str, new: Text | Parts | str) -> Redline:
    """What changed from `old` to `new`: rows of `texts`, mappings of parts (with "addressees"), or bodies alone.

    The last few results are kept by the process, by the words of both texts; nothing is stored.
    """
    return _redline_of(_frozen(parts_of(old)), _frozen(parts_of(new)))


def compare(old: Parts, new: Parts, *, pairing: Work | None = None, wording: Work | None = None) -> Redline:
    """As `redline`, never from memory, and with purses of one's own."""
    before, after = paragraphs(old), paragraphs(new)
    found = pairs(before, after, pairing or Work(STEPS_FOR_PAIRING))
    changes = tuple(_in_order(_Comparison(before, after, found, wording or Work(STEPS_FOR_WORDS))))
    seen = {spot.part for change in changes if change.kind != "same" for spot in (change.old, change.new) if spot}
    typed = (part for part in FINGERPRINTED if part not in seen and _typed(old, part) != _typed(new, part))
    return Redline(changes, tuple(typed))


_FrozenParts: TypeAlias = tuple[tuple[str, Any], ...]


@lru_cache(maxsize=32)
def _redline_of(old: _FrozenParts, new: _FrozenParts) -> Redline:
    return compare(_thawed(old), _thawed(new))


def _frozen(parts: Parts) -> _FrozenParts:
    people = tuple(one if isinstance(one, str) else tuple(sorted(one.items())) for one in parts.get(ADDRESSEES) or ())
    return (*((name, str(parts.get(name) or "")) for name in FINGERPRINTED), (ADDRESSEES, people))


def _thawed(frozen: _FrozenParts) -> Parts:
    parts = dict(frozen)
    return parts | {ADDRESSEES: [one if isinstance(one, str) else dict(one) for one in parts[ADDRESSEES]]}


def _typed(parts: Parts, name: str) -> str:
    return canonical(str(parts.get(name) or ""))


# -- paragraphs -------------------------------------------------------------------------------------------------------


class _Comparison:
    """Two texts and their pairs, with what is asked of them again and again."""

    def __init__(self, old: list[Paragraph], new: list[Paragraph], found: list[Pair], work: Work) -> None:
        self.old, self.new, self.work = old, new, work
        self.by_old = {pair.old: pair for pair in found}
        self.by_new = {pair.new: pair for pair in found}
        same = {old[pair.old].number: new[pair.new].number for pair in found if old[pair.old].kind == "footnote"}
        self.old_notes = {each.number: f"gone {each.number}" for each in old if each.kind == "footnote"} | {
            number: f"note {now}" for number, now in same.items()
        }
        """What a reference in the old text leads to, by its number there: the same as in `new_notes` where it is."""
        self.new_notes = {each.number: f"note {each.number}" for each in new if each.kind == "footnote"}

    def in_place(self) -> Iterator[Pair]:
        return (pair for _, pair in sorted(self.by_new.items()) if not pair.is_moved)


def _in_order(both: _Comparison) -> Iterator[Change]:
    """The old text's losses before the new one's gains, between what stands in both."""
    at_old = at_new = 0
    for pair in [*both.in_place(), None]:
        end_old, end_new = (pair.old, pair.new) if pair else (len(both.old), len(both.new))
        yield from (_gone(both, place) for place in range(at_old, end_old))
        yield from (_come(both, place) for place in range(at_new, end_new))
        if pair:
            yield _kept(both, pair)
        at_old, at_new = end_old + 1, end_new + 1


def _gone(both: _Comparison, place: int) -> Change:
    spot = _spot(both.old[place], place)
    if place in both.by_old:
        at = both.by_old[place].new
        return Change("left", spot, _spot(both.new[at], at))
    return Change("removed", spot, None, tuple(Piece("removed", run.text, run.marks) for run in both.old[place].runs))


def _come(both: _Comparison, place: int) -> Change:
    if place in both.by_new:
        return _kept(both, both.by_new[place])
    spot = _spot(both.new[place], place)
    return Change("added", None, spot, tuple(Piece("added", run.text, run.marks) for run in both.new[place].runs))


def _kept(both: _Comparison, pair: Pair) -> Change:
    old, new = both.old[pair.old], both.new[pair.new]
    pieces = tuple(_pieces(old, new, both))
    change = Change("edited", _spot(old, pair.old), _spot(new, pair.new), pieces)
    if pair.is_moved:
        return replace(change, kind="moved")
    return change if change.has_other_words or change.has_other_look else replace(change, kind="same")


def _spot(paragraph: Paragraph, place: int) -> Spot:
    return Spot(
        place=place,
        key=paragraph.key,
        part=paragraph.part,
        kind=paragraph.kind,
        number=paragraph.number,
        anchor=paragraph.anchor,
        marker=paragraph.marker,
        level=paragraph.level,
    )


# -- words ------------------------------------------------------------------------------------------------------------

_Run: TypeAlias = tuple[int, int, int]
"""Tokens that are equal: place in old, place in new, how many."""


class _Words:
    """A paragraph's tokens, where each begins, and how the words look there."""

    def __init__(self, paragraph: Paragraph, notes: Mapping[int, str]) -> None:
        self.runs = paragraph.runs
        self.tokens: list[str] = []
        """What is compared: a reference to a footnote stands as the note it leads to, in the new text's numbers."""
        lengths: list[int] = []
        for words in _spans(paragraph.runs):
            cut = [words] if isinstance(words, str) else words
            lengths += map(len, cut)
            self.tokens += [_note(words, notes)] if isinstance(words, str) else cut
        self.said = [at for at in range(len(self.tokens)) if not self.is_blank(at)]
        """The places of the tokens that are no blanks."""
        self.starts = [0, *accumulate(lengths)]
        self.run_starts = [0, *accumulate(len(run.text) for run in paragraph.runs)]

    def is_blank(self, at: int) -> bool:
        """Whether there is nothing but a blank."""
        return self.tokens[at].isspace()

    def looks(self, first: int, end: int) -> Iterator[Run]:
        """The words from one token to another, by their looks."""
        start, stop = self.starts[first], self.starts[end]
        at = bisect_right(self.run_starts, start) - 1
        while start < stop:
            run, upto = self.runs[at], min(stop, self.run_starts[at + 1])
            yield Run(run.text[start - self.run_starts[at] : upto - self.run_starts[at]], run.marks)
            start, at = upto, at + 1

    def size(self, first: int, end: int) -> int:
        """The length of the words from one token to another."""
        return self.starts[end] - self.starts[first]


def _spans(runs: Iterable[Run]) -> Iterator[str | list[str]]:
    """Each reference to a footnote as it is; what stands between them cut into tokens, across any formatting."""
    words = ""
    for run in runs:
        if NOTE in run.marks:
            yield tokens(words)
            yield run.text
            words = ""
        else:
            words += run.text
    yield tokens(words)


def _note(shown: str, notes: Mapping[int, str]) -> str:
    """Which footnote a reference leads to; one without words is known by its number alone."""
    number = int(shown.strip("[]"))
    return f"\0{notes.get(number, f'empty {number}')}"


def _pieces(old: Paragraph, new: Paragraph, both: _Comparison) -> list[Piece]:
    before, after, work = _Words(old, both.old_notes), _Words(new, both.new_notes), both.work
    purse = Work(min(STEPS_FOR_ONE_PARAGRAPH, work.left))
    runs = _joined(_matching(before, after, purse))
    work.pay(purse.spent)
    ends = (len(before.tokens), len(after.tokens))
    runs = _readable(runs, before, after, ends)
    return _merged(_cut(runs, before, after, ends))


def _matching(old: _Words, new: _Words, purse: Work) -> Iterator[_Run]:
    """What is equal in both, in order. Words alone are compared, and blanks with the words beside them.

    Blanks are half of a text and all alike: compared as words are, they cost most of the work and lead it astray.
    """
    end_a = end_b = 0
    for place, other, length in matches(
        [old.tokens[at] for at in old.said], [new.tokens[at] for at in new.said], purse
    ):
        for step in range(length):
            a, b = old.said[place + step], new.said[other + step]
            # A blank before the word, and one at the very end, where both have the same.
            blank = int(a > end_a and b > end_b and old.is_blank(a - 1) and old.tokens[a - 1] == new.tokens[b - 1])
            after = int(not step + 1 < length and _is_same_blank(old, a + 1, new, b + 1))
            yield a - blank, b - blank, 1 + blank + after
            end_a, end_b = a + 1 + after, b + 1 + after


def _is_same_blank(old: _Words, a: int, new: _Words, b: int) -> bool:
    is_there = a < len(old.tokens) and b < len(new.tokens)
    return is_there and old.is_blank(a) and old.tokens[a] == new.tokens[b]


def _joined(runs: Iterable[_Run]) -> list[_Run]:
    """Runs that follow each other in both texts as one."""
    out: list[_Run] = []
    for a, b, length in runs:
        if out and (out[-1][0] + out[-1][2], out[-1][1] + out[-1][2]) == (a, b):
            out[-1] = (*out[-1][:2], out[-1][2] + length)
        else:
            out.append((a, b, length))
    return out


def _readable(runs: list[_Run], old: _Words, new: _Words, ends: tuple[int, int]) -> list[_Run]:
    """Without the scraps that two sentences have in common by chance; all or nothing where next to nothing is left."""
    kept: list[_Run] = []
    for place, run in enumerate(runs):
        before = _gap(kept[-1] if kept else (0, 0, 0), run, old, new)
        after = _gap(run, runs[place + 1] if place + 1 < len(runs) else (*ends, 0), old, new)
        if not _is_scrap(run, min(before, after), old):
            kept.append(run)
    whole = max(_word_size(old.tokens), _word_size(new.tokens))
    same = sum(_word_size(old.tokens[a : a + length]) for a, _, length in kept)
    return kept if same >= IN_OTHER_WORDS * whole else []


def _gap(run: _Run, following: _Run, old: _Words, new: _Words) -> int:
    """How many characters stand changed between two runs; of the old or the new text, whichever are more."""
    return max(old.size(run[0] + run[2], following[0]), new.size(run[1] + run[2], following[1]))


def _is_scrap(run: _Run, changed_beside: int, old: _Words) -> bool:
    """Whether what is equal is too little, between changes on both sides, to be worth an island."""
    if not changed_beside:
        return False
    cut = old.tokens[run[0] : run[0] + run[2]]
    words = sum(map(is_word, cut))
    return not words or (words <= 2 and _word_size(cut) < changed_beside / 2)


def _word_size(cut: Iterable[str]) -> int:
    return sum(len(token) for token in cut if not token.isspace())


def _cut(runs: Sequence[_Run], old: _Words, new: _Words, ends: tuple[int, int]) -> Iterator[Piece]:
    a = b = 0
    for next_a, next_b, length in [*runs, (*ends, 0)]:
        yield from (Piece("removed", run.text, run.marks) for run in old.looks(a, next_a))
        yield from (Piece("added", run.text, run.marks) for run in new.looks(b, next_b))
        a, b = next_a + length, next_b + length
        yield from _same(list(old.looks(next_a, a)), list(new.looks(next_b, b)))


def _same(old: list[Run], new: list[Run]) -> Iterator[Piece]:
    """Words that are equal in both, cut wherever the look of either changes."""
    old, new = old[::-1], new[::-1]
    while old and new:
        was, now = old.pop(), new.pop()
        marks_was = None if was.marks == now.marks else was.marks
        if NOTE in now.marks:
            yield Piece("same", now.text, now.marks, None if was.text == now.text else was.text, marks_was)
            continue
        length = min(len(was.text), len(now.text))
        yield Piece("same", now.text[:length], now.marks, None, marks_was)
        for side, run in ((old, was), (new, now)):
            if run.text[length:]:
                side.append(Run(run.text[length:], run.marks))


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours that differ in nothing but their words as one."""
    out: list[Piece] = []
    for piece in pieces:
        is_alike = bool(out) and replace(out[-1], text=piece.text) == piece and NOTE not in piece.marks
        if is_alike:
            out[-1] = replace(piece, text=out[-1].text + piece.text)
        else:
            out.append(piece)
    return out


# -- data -------------------------------------------------------------------------------------------------------------


def _lean(change: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: it is stored for as long as the letter. A look before may be none, and says that."""
    old, new = change["old"], change["new"]
    return {
        "kind": change["kind"],
        "old": old and {name: value for name, value in old.items() if not new or new[name] != value},
        "new": new and {name: value for name, value in new.items() if value or name == "place"},
        "pieces": [
            {name: value for name, value in piece.items() if value or (name == "marks_was" and value is not None)}
            for piece in change["pieces"]
        ],
    }


def _change_from(data: Mapping[str, Any]) -> Change:
    old, new = data["old"], data["new"]
    now = None if new is None else Spot(**new)
    was = None if old is None else replace(now, **old) if now else Spot(**old)
    return Change(data["kind"], was, now, tuple(map(_piece_from, data["pieces"])))


def _piece_from(data: Mapping[str, Any]) -> Piece:
    was = data.get("marks_was")
    return Piece(
        kind=data["kind"],
        text=data["text"],
        marks=tuple(data.get("marks", ())),
        text_was=data.get("text_was"),
        marks_was=None if was is None else tuple(was),
    )
