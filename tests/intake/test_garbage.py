"""Whatever is brought: a table or a refusal in words, never another error, and no line lost."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coalition.intake.organisations import Preview, read_organisations
from coalition.intake.problems import SheetRefused, sentence
from coalition.intake.sheet import Table, read_file, read_paste

Brought = TypeVar("Brought", str, bytes)

pieces = st.sampled_from(
    [
        *'\t;,|\n\r<>@=-\x00\ud800\u202e\ufeff\u2028＠ "',
        *("Organisation", "Email", "Pays", "a@example.org", "=1+1", "sep=;", "Kenya", "fr", "1. ", "mailto:", "(at)"),
        *("Africa/Nairobi", "oui", "\r\n", '""'),
    ]
)
typed = st.lists(pieces | st.text(max_size=8), max_size=40).map("".join)


def table_or_words(read: Callable[[Brought], Table], brought: Brought) -> Table | str:
    """The table, or what the person is told instead."""
    try:
        return read(brought)
    except SheetRefused as refused:
        return sentence(refused.problem)


def preview(table: Table) -> Preview:
    found = read_organisations(table, default_language="en")
    for problem in (*found.problems, *found.notes):
        assert sentence(problem)
    return found


@settings(max_examples=400, deadline=None)
@given(typed)
@example("\ud800 <a@example.org>")
@example("a,b\n" * 5000)
@example('"' * 10_001)
@example("Organisation;Email\n" + '"a;b\n' * 3000)
@example("<" * 5000 + "@")
@example("a@" * 5000)
@example("(" * 5000 + "\t@")
@example(" ".join(["a@b.example"] * 500))
def test_any_paste_is_read_or_refused_in_words(text: str) -> None:
    table = table_or_words(read_paste, text)
    if isinstance(table, str):
        assert table
        return
    found = preview(table)
    told = {number for org in found.organisations for number in org.lines} | {kept.number for kept in found.kept_lines}
    assert told == {line.number for line in table.lines}


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300)
    | typed.map(lambda text: text.encode("utf-16", "surrogatepass"))
    | st.binary(max_size=200).map(b"PK".__add__)
)
def test_any_file_is_read_or_refused_in_words(data: bytes) -> None:
    table = table_or_words(read_file, data)
    assert preview(table).notes is not None if isinstance(table, Table) else table


@pytest.mark.parametrize("cells", [199, 10_000])
def test_a_very_wide_line_is_read_or_refused(cells: int) -> None:
    text = "\t".join(f"Column {at}" for at in range(cells)) + "\n" + "\t".join("a@example.org" for _ in range(cells))
    if cells > 200:
        with pytest.raises(SheetRefused):
            read_paste(text)
    else:
        assert preview(read_paste(text)).kept_lines


def test_what_stays_in_the_box_says_the_same_when_sent_again() -> None:
    found = preview(read_paste("Organisation\tEmail\nA\t\n\tb@example.org\nC\tc@example.org"))
    again = preview(read_paste(found.leftover))
    assert [problem.code for problem in again.problems] == [problem.code for problem in found.problems]
    assert again.leftover == found.leftover
