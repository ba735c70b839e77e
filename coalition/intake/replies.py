"""The words of a mail that answers ours: what its writer wrote, and what they only quote; and never a link of ours.

Nothing here decides what the words mean: a person reads them. What is quoted is ours, or a colleague's, and is never
taken for an answer; it is kept, folded away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

WORDS_LIMIT: Final = 20_000
LINE_LIMIT: Final = 300
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
"""What no page and no header can hold, and what would turn the direction of the words around it."""
_LONG = re.compile(r"[\w.-]{22,}+@?", re.ASCII)
"""As long as the key in a link of ours, wherever a mail program put it and whatever it wrapped around it."""
_SURELY_A_KEY: Final = 44
_MIXED = re.compile("[a-z][A-Z]")
_MIXED_MOST: Final = 4
"""A name written in one word begins a few of its parts with a capital; a key changes all the time."""
_QUOTE = re.compile(r"\s{0,3}>")
_DIVIDER = re.compile(r"\s*(-{3,}\s*\w.*\w\s*-{3,}|[_=]{20,})\s*", re.UNICODE)
"""A line like "-----Original Message-----", in any language, or the rule that a mail program draws."""
_HEADER = re.compile(r"\s*\*?[^\W\d_][\w \-’']{0,24}\s?\*?[:：]\*?\s?.*", re.UNICODE)
_HEADERS_LEAST: Final = 3
_COLONS: Final = (":", "：")
_MARKS_ARE_SHORT: Final = 300
"""A longer line is no mark of a mail program."""


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """A mail in two parts: what was written, and what is only quoted. Both may be empty."""

    own: str
    quoted: str


def split_reply(words: str) -> ReplyWords:
    """Tell what was written from what is quoted, at whichever end of the mail it stands."""
    lines = words.split("\n")
    end = next((at for at in range(len(lines)) if _begins_the_rest(lines, at)), len(lines))
    own: list[str] = []
    quoted: list[str] = []
    for at in range(end):
        (quoted if _is_quoted(lines, at) else own).append(lines[at])
    quoted += lines[end:]
    return ReplyWords(own="\n".join(own).strip(), quoted="\n".join(quoted).strip())


def plain_words(words: str, *, limit: int = WORDS_LIMIT) -> str:
    """Words from outside as they may be kept: nothing unseen, no key of a link of ours, at most `limit` characters.

    A reply quotes our mail with the link in it. Whoever reads the reply must not be able to act with it (SAFETY §2).
    """
    seen = _UNSEEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))[:limit]
    return _LONG.sub(_unless_key, seen).strip()


def plain_line(words: str, *, limit: int = LINE_LIMIT) -> str:
    """The same for one line: a subject, a name."""
    return plain_words(" ".join(words.split()), limit=limit)


def _unless_key(found: re.Match[str]) -> str:
    """The word itself where it is a mail address or the name of a host, for those are long too."""
    word = found[0]
    is_key = (
        any(sign.isdigit() for sign in word) or len(word) >= _SURELY_A_KEY or len(_MIXED.findall(word)) > _MIXED_MOST
    )
    return "…" if is_key and not word.endswith("@") else word


def _begins_the_rest(lines: list[str], at: int) -> bool:
    """Whether everything from here on is quoted: no sign stands before each line of it."""
    if len(lines[at]) > _MARKS_ARE_SHORT or _is_quoted_line(lines[at]):
        return False
    if _DIVIDER.fullmatch(lines[at]):
        return True
    if _headers_from(lines, at) >= _HEADERS_LEAST:
        return True
    return _attributes(lines, at) and not _is_followed_by_quote(lines, at)


def _is_quoted(lines: list[str], at: int) -> bool:
    if _is_quoted_line(lines[at]):
        return True
    return _is_followed_by_quote(lines, at) and _attributes(lines, at, needs_address=False)


def _is_quoted_line(line: str) -> bool:
    return _QUOTE.match(line) is not None


def _headers_from(lines: list[str], at: int) -> int:
    """How many lines like "From: …", "Sent: …" follow one another, the first with an address."""
    block = []
    for line in lines[at : at + 6]:
        if not _HEADER.fullmatch(line):
            break
        block.append(line)
    return len(block) if block and "@" in block[0] else 0


def _attributes(lines: list[str], at: int, *, needs_address: bool = True) -> bool:
    """Whether "On Monday … wrote:" begins here; on two lines where the second begins with the address."""
    line, after = (one.strip() for one in [*lines[at : at + 2], ""][:2])
    if line.endswith(_COLONS):
        return "@" in line or not needs_address
    return bool(line) and "@" in after.split(" ")[0] and after.endswith(_COLONS)


def _is_followed_by_quote(lines: list[str], at: int) -> bool:
    """Whether quoted lines come next, after an attribution of one line or two and an empty line."""
    rest = [line for line in lines[at + 1 : at + 4] if line.strip()]
    return any(_is_quoted_line(line) for line in rest[:2])
