"""Taking a mail from anywhere apart without letting it cost us anything: what is too much is left unread.

A mail that comes in was written by whoever wanted to. Python's parser is recursive in nested parts, and slow in long
parameters and in some charsets: each of these is limited before it is asked.
"""

from __future__ import annotations

import codecs
import re
from email import errors
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from itertools import islice
from typing import Any, Final, TypeAlias

Mail: TypeAlias = "Message[Any, Any]"

LARGEST: Final = 1 << 18
"""Bytes of a mail that are looked at: words come first, attachments are cut off."""
LONGEST_HEADER: Final = 4000
MOST_PARTS: Final = 60
MOST_CONTAINERS: Final = 40
_CONTAINER: Final = re.compile(rb"(?i)multipart/|message/")
_TEXT_CHARSET: Final = re.compile(
    r"(ascii|utf-?(8|16|32).*|iso8859.*|latin.*|cp\d+|koi8.*|mac[-_].*|gb.*|big5.*|shift_?jis.*|euc.*|iso2022.*|tis.*|hz)"
)
"""Charsets of letters. "idna", "punycode" and their like are slow or do something else than read bytes."""
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class _Bounded(Compat32):
    """The old rules, under which a header is words and nothing is taken apart before it is asked for."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """A header's name and words, cut where no honest one ends."""
        name, value = super().header_source_parse(sourcelines)
        return name[:LONGEST_HEADER], value[:LONGEST_HEADER]


_PARSER: Final = BytesParser(policy=_Bounded())


def parsed(raw: bytes) -> Mail:
    """The mail in `raw`. One that is nested too often is read as headers and plain words alone."""
    content = as_carried(raw)[:LARGEST]
    are_headers_all = len(_CONTAINER.findall(content)) > MOST_CONTAINERS
    try:
        return _PARSER.parsebytes(content, headersonly=are_headers_all)
    except (RecursionError, errors.MessageError, ValueError, LookupError):
        return _PARSER.parsebytes(content, headersonly=True)


def as_carried(raw: bytes) -> bytes:
    """The same bytes for the same mail by whichever way it comes: with LF, without the line that mailbox files add."""
    content = raw.replace(b"\r\n", b"\n")
    return content.partition(b"\n")[2] if content.startswith(b"From ") else content


def parts(mail: Mail) -> list[Mail]:
    """The mail and the parts in it that were written by its sender: not what is in a mail that came along."""
    found: list[Mail] = []
    waiting = [mail]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        found.append(part)
        if kind_of(part).startswith("multipart/"):
            waiting[:0] = inner(part)
    return found


def inner(part: Mail) -> list[Mail]:
    """What a part holds, where it holds parts."""
    held = part.get_payload() if part.is_multipart() else []
    return [one for one in held if isinstance(one, Message)]


def kind_of(part: Mail) -> str:
    """The media type, in small letters."""
    return str(part.get_content_type()).lower()


def header(mail: Mail, name: str) -> str:
    """A header in words, on one line; "" where there is none."""
    return next(iter(headers(mail, name, at_most=1)), "")


def headers(mail: Mail, name: str, *, at_most: int = 20) -> list[str]:
    """Every header of that name, in words."""
    wanted = name.lower()
    values = (value for known, value in mail.raw_items() if known.lower() == wanted)
    return [_words(value) for value in islice(values, at_most)]


def text_of(part: Mail) -> str:
    """What a part says, by its charset where that is one of letters; whatever does not fit it is a mark of doubt."""
    return without_unseen(decoded(bytes_of(part), _charset_of(part)))


def bytes_of(part: Mail) -> bytes:
    """What a part holds, as it was before it was encoded for the way."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):
        content = None
    return content if isinstance(content, bytes) else b""


def decoded(content: bytes, charset: str) -> str:
    """Bytes as words."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError, UnicodeError):
        name = "utf-8"
    if not _TEXT_CHARSET.fullmatch(name):
        name = "utf-8"
    return content.decode(name, "replace")


def without_unseen(words: str) -> str:
    """Words without what no page and no database column can hold, NUL above all."""
    return _UNSEEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def _charset_of(part: Mail) -> str:
    try:
        return str(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError, UnicodeError, TypeError):
        return "utf-8"


def _words(value: Any) -> str:
    raw = str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = decode_header(raw)
    except (errors.MessageError, ValueError):
        pieces = [(raw, None)]
    said = "".join(piece if isinstance(piece, str) else decoded(piece, charset or "utf-8") for piece, charset in pieces)
    return " ".join(without_unseen(said.replace("\n", " ")).split())[:LONGEST_HEADER]
