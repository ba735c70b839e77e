"""A copy held against the letter."""

from __future__ import annotations

import pytest

from coalition.rendering.comparing import compare
from coalition.rendering.pairing import Work

LETTER = "Open the wells\n\nWe, 12 organisations, ask the minister for one\nthing: water.\n\nKalina Press Club\n"


@pytest.mark.parametrize(
    "copy",
    [
        LETTER,
        LETTER.replace("\n", "\r\n"),
        " ".join(LETTER.split()),
        LETTER.replace("water", "wa\u00adter").replace("Kalina", "\u2068Kalina"),
    ],
)
def test_line_breaks_blanks_and_what_nobody_sees_make_no_difference(copy: str) -> None:
    assert compare(LETTER, copy).verdict == "equal"


def test_a_decomposed_letter_is_the_same_letter() -> None:
    assert compare("libert\u00e9", "liberte\u0301").verdict == "equal"


def test_what_differs_is_shown_where_it_stands() -> None:
    found = compare(LETTER, LETTER.replace("one\nthing", "a few things"))
    assert found.verdict == "differs"
    assert [(span.kind, span.words) for span in found.spans if span.kind in {"added", "removed"}] == [
        ("removed", "one thing"),
        ("added", "a few things"),
    ]


def test_one_changed_mark_differs() -> None:
    assert compare(LETTER, LETTER.replace("water.", "water!")).verdict == "differs"


def test_a_part_and_a_page_around_it_are_told_apart() -> None:
    assert compare(LETTER, "ask the minister for one thing").verdict == "part"
    assert compare(LETTER, f"Home News\n{LETTER}\nRead more").verdict == "more"
    assert compare(LETTER, "").verdict == "part"


def test_of_many_words_that_are_the_same_only_those_beside_a_change_are_shown() -> None:
    long = " ".join(f"word{number}" for number in range(500))
    found = compare(long, long.replace("word250", "other"))
    assert [span.kind for span in found.spans] == ["gap", "same", "removed", "added", "same", "gap"]
    assert sum(span.number for span in found.spans) == 499 - 24


def test_a_copy_made_to_keep_us_busy_ends_within_its_bound() -> None:
    work = Work(limit=200_000)
    found = compare("the water " * 3000, "water the the " * 6000, work=work)
    assert found.verdict in {"differs", "more"}
    assert work.spent <= work.limit
