"""Prose as it is pasted into a form: word processors and chats bring line ends and characters of their own."""

from __future__ import annotations

import re

_LINE_ENDS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n\n"})
_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def tidy_text(text: str) -> str:
    """The text with LF line ends, less the control characters that nobody can see and no database keeps.

    Everything else survives as typed: spaces, marks, joiners, and what orders directions.
    """
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS))
