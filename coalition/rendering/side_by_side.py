"""A body beside its translation, block by block as typed, for whoever translates; and one body from blocks again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from coalition.rendering.text.tokens import RECOMMENDATIONS, reader

FOOTNOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a whole list or quotation or table, or a footnote, as typed."""

    kind: str
    """Of its Markdown token: "paragraph", "heading 2", "bullet_list"; "footnote"."""
    source: str


NO_BLOCK = Block("", "")


@dataclass(frozen=True, slots=True)
class Pair:
    """A block and what is taken for its translation; either may be empty."""

    original: Block
    translation: Block


def blocks_of(body: str) -> list[Block]:
    """The blocks of a body in Markdown; joined by `body_of` they say what the body says."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = dict(_starts("\n".join(lines)))
    blocks: list[Block] = []
    kept: list[str] = []
    kind = ""
    for at, line in enumerate(lines):
        begins = starts.get(at) or ("footnote" if kind != "fence" and FOOTNOTE.match(line) else "")
        if begins and kind != RECOMMENDATIONS:
            blocks += _block(kind, kept)
            kept, kind = [], begins
        elif begins:
            kind = begins
        kept.append(line)
    return blocks + _block(kind, kept)


def body_of(blocks: Iterable[str]) -> str:
    """One body from blocks as typed; empty ones are left out."""
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip())


def beside(original: str, translation: str) -> list[Pair]:
    """The blocks of both bodies in pairs: by their order where they are built alike, else by what they are."""
    there, here = blocks_of(original), blocks_of(translation)
    kinds = [each.kind for each in there], [each.kind for each in here]
    pairs: list[Pair] = []
    for _what, a, end_a, b, end_b in SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
        pairs += [Pair(*both) for both in zip_longest(there[a:end_a], here[b:end_b], fillvalue=NO_BLOCK)]
    return _first_to_first(pairs)


def _first_to_first(pairs: list[Pair]) -> list[Pair]:
    """Where one side has more blocks of a kind in a row, its last ones stand alone, not its first."""
    for at in range(len(pairs) - 1):
        one, two = pairs[at], pairs[at + 1]
        if not one.original.kind and one.translation.kind == two.original.kind == two.translation.kind:
            pairs[at : at + 2] = [Pair(two.original, one.translation), Pair(NO_BLOCK, two.translation)]
        elif not one.translation.kind and one.original.kind == two.original.kind == two.translation.kind:
            pairs[at : at + 2] = [Pair(one.original, two.translation), Pair(two.original, NO_BLOCK)]
    return pairs


def _starts(body: str) -> Iterator[tuple[int, str]]:
    """The line where each block begins, and its kind; footnotes have no place of their own in the tokens."""
    inside_notes = False
    for token in reader().parse(body):
        if token.type in {"footnote_block_open", "footnote_block_close"}:
            inside_notes = token.nesting == 1
        if token.level or token.nesting == -1 or token.map is None or inside_notes:
            continue
        kind = token.type.removesuffix("_open")
        if kind == "recommendations":
            kind = RECOMMENDATIONS
        yield token.map[0], f"{kind} {token.tag[1]}" if kind == "heading" else kind


def _block(kind: str, lines: list[str]) -> list[Block]:
    source = "\n".join(lines).strip("\n")
    return [Block(kind or "paragraph", source)] if source.strip() else []
