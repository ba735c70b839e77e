"""Every setting is documented, in the words in which the program knows it."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from coalition.config import Settings
from tests.house.source import words_of

ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<default>.+?) \| (?P<meaning>.+) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, str]]:
    """The settings of the document: name to what holds without it, and its meaning."""
    return {row["name"]: (row["default"], row["meaning"]) for row in ROW.finditer(words_of("docs/settings.md"))}


def test_the_document_lists_every_setting_in_order_and_no_other() -> None:
    assert list(rows()) == [item.name for item in fields(Settings)]


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_a_setting_is_told_with_its_meaning_and_what_holds_without_it(item: object) -> None:
    name, default, metadata = (getattr(item, part) for part in ("name", "default", "metadata"))
    told_default, told_meaning = rows()[name]
    assert told_meaning == metadata["meaning"]
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    assert told_default == (f"`{shown}`" if shown else "empty")
