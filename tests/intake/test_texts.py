"""Prose as it is pasted: line ends are made plain, what nobody sees is taken out, everything else stays."""

from __future__ import annotations

from coalition.intake.texts import tidy_text


def test_line_ends_of_every_program_become_one() -> None:
    assert tidy_text("a\r\nb\rc\x0bd\u2028e\u2029f") == "a\nb\nc\nd\ne\n\nf"


def test_what_no_database_keeps_is_taken_out() -> None:
    assert tidy_text("a\x00b\x1bc\ufffe") == "abc"


def test_typing_survives() -> None:
    typed = "a  b\u200dc\u200fd\u2067e\u2069 “f' :\tg "
    assert tidy_text(typed) == typed
