"""JSON read strictly, and where in the text a value stands, so that an error can name its line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

Pointer = Sequence[str | int]

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class NotJson(ValueError):
    """The text is no JSON that can be read; `line` is where reading stopped, 0 where that is not known."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(f"line {line}")
        self.line = line


class KeyTwice(ValueError):
    """An object holds a key twice: one of the values would be lost."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_json(text: str) -> Any:
    """The value of a JSON text. Raises NotJson, also for NaN and for what is nested too deep; KeyTwice."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except (KeyTwice, NotJson):
        raise
    except json.JSONDecodeError as wrong:
        raise NotJson(wrong.lineno) from wrong
    except (ValueError, RecursionError) as wrong:  # numbers of thousands of digits; thousands of brackets
        raise NotJson from wrong


def line_of(text: str, pointer: Pointer) -> int:
    """The line, from 1, at which the value under `pointer` starts in a text that read_json has read."""
    at = _after_blank(text, 0)
    for step in pointer:
        found = _item(text, at, step) if isinstance(step, int) else _member(text, at, step)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def line_of_second(text: str, key: str) -> int:
    """The line of the second place where `key` stands as a key at all: near enough to find one that is there twice."""
    typed = re.escape(json.dumps(key, ensure_ascii=False))
    places = [match.start() for match in re.finditer(typed + r"\s*:", text)]
    return text.count("\n", 0, places[1]) + 1 if len(places) > 1 else 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise KeyTwice(next(key for key in keys if keys.count(key) > 1))
    return found


def _refuse(_: str) -> NoReturn:
    raise NotJson


def _item(text: str, at: int, number: int) -> int | None:
    if text[at] != "[":
        return None
    at = _after_blank(text, at + 1)
    for _ in range(number):
        if text[at] == "]":
            return None
        at = _next(text, at)
    return at


def _member(text: str, at: int, key: str) -> int | None:
    if text[at] != "{":
        return None
    at = _after_blank(text, at + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        value = _after_blank(text, _after_blank(text, end) + 1)
        if name == key:
            return value
        at = _next(text, value)
    return None


def _next(text: str, at: int) -> int:
    """Where the next member or item starts, or the closing bracket stands."""
    _, end = _DECODER.raw_decode(text, at)
    end = _after_blank(text, end)
    return _after_blank(text, end + 1) if text[end] == "," else end


def _after_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at
