"""Styles say start and end, never left and right: a page in Arabic is the same page, mirrored."""

from __future__ import annotations

import re

import pytest

from tests.house.source import files, words_of

SIDES = "left|right|top|bottom"
PHYSICAL = re.compile(
    rf"""(?<![\w-])(?:
        (?:margin|padding|scroll-margin|scroll-padding)-(?:{SIDES})\s*:
      | border-(?:{SIDES})(?:-(?:width|style|color))?\s*:
      | border-(?:top|bottom)-(?:left|right)-radius\s*:
      | (?:{SIDES})\s*:
      | (?:text-align|float|clear)\s*:\s*(?:left|right)\b
    )""",
    re.VERBOSE,
)
FOREIGN = re.compile(r"@import\b|url\(\s*['\"]?(?:https?:)?//", re.IGNORECASE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def sheets() -> list[str]:
    return [name for name in files() if name.endswith(".css")]


def found(pattern: re.Pattern[str]) -> list[str]:
    """Every match outside comments as "file: match"."""
    return [
        f"{name}: {match.group()}" for name in sheets() for match in pattern.finditer(COMMENT.sub("", words_of(name)))
    ]


def test_styles_name_no_physical_side() -> None:
    assert sheets()
    assert found(PHYSICAL) == []


def test_styles_load_nothing_from_elsewhere() -> None:
    assert found(FOREIGN) == []


@pytest.mark.parametrize("rule", ["margin-left: 1em", "left:0", "text-align: right", "border-top-left-radius: 2px"])
def test_a_physical_side_is_found(rule: str) -> None:
    assert PHYSICAL.search(f"p {{ {rule} }}")


@pytest.mark.parametrize("rule", ["margin-inline-start: 1em", "inset-inline-start:0", "text-align: end", "--left: 1px"])
def test_a_logical_side_is_let_through(rule: str) -> None:
    assert not PHYSICAL.search(f"p {{ {rule} }}")
