from __future__ import annotations

import json
from dataclasses import replace

import pytest

from coalition.rendering.data import to_json
from tests.rendering.letters import ODD_NAMES, group, letter, line, photo, real_list


@pytest.mark.parametrize(("case", "language"), [("c01", "en"), ("c09", "en"), ("c12", "ar")])
def test_each_name_of_a_real_list_stands_once_in_order(case: str, language: str) -> None:
    printed, names = real_list(case, language)
    data = json.loads(to_json(printed))
    assert [each["name"] for part in data["groups"] for each in part["lines"]] == names


def test_a_name_is_said_again_only_where_another_language_prints_another() -> None:
    two = replace(line("Rivers"), names={"und": "Rivers", "en": "Rivers", "ar": "أنهار"})
    (part,) = json.loads(to_json(letter(type(group())(headings={}, lines=(two,)))))["groups"]
    assert part["lines"][0]["name"] == "Rivers"
    assert part["lines"][0]["names"] == {"ar": "أنهار"}


def test_the_same_edition_gives_the_same_bytes_and_shows_characters_as_they_are() -> None:
    first, second = (to_json(letter(group(*ODD_NAMES), photo=photo())) for _ in range(2))
    assert first == second
    assert all(json.dumps(name, ensure_ascii=False).encode() in first for name in ODD_NAMES)


def test_facts_are_public_ones() -> None:
    data = json.loads(to_json(letter(withheld_count=2, photo=photo())))
    assert data["published_at"] == "2027-03-01T17:00:00Z"
    assert data["withheld_count"] == 2
    assert data["photo"]["address"] == "https://letters.example.org/photos/1.jpg"
    assert "content" not in data["photo"]
    assert "sort_keys" not in data["groups"][0]["lines"][0]
    assert "{{organisations}}" in data["texts"]["en"]["body"]
    assert "We, 2 organisations" in data["texts"]["en"]["body_plain"]
