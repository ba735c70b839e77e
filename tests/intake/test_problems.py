import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from coalition.intake import letter_file_problems, problems
from coalition.intake.organisations import read_organisations
from coalition.intake.problems import ERRORS, NOTES, REFUSALS, REMARKS, Problem, sentence
from coalition.intake.sheet import read_paste

FORBIDDEN = re.compile(r"\b(please|sorry|oops|invalid|forbidden|entity)\b", re.IGNORECASE)


def test_a_line_without_address_is_told_in_the_agreed_words() -> None:
    found = read_organisations(read_paste("A, a@example.org\nB\nC, c@example.org"), default_language="en")
    (problem,) = found.problems
    assert sentence(problem) == "Line 2: no email address. The line stays in the box; the others are ready."
    assert sentence(problem, others_are_ready=False) == "Line 2: no email address. The line stays in the box."


@pytest.mark.parametrize("code", [*ERRORS, *REMARKS, *NOTES, *REFUSALS])
def test_every_problem_has_a_sentence(code: str) -> None:
    words = sentence(Problem(code, 7, "E-mail", "typed", "en"))
    assert "%" not in words
    assert not FORBIDDEN.search(words)
    assert words.rstrip()[-1] in ".?"
    if code in REMARKS or code in ERRORS:
        assert words.startswith("Line 7: ")


def test_what_was_typed_is_shown_on_one_line_and_cut() -> None:
    words = sentence(Problem("country_not_known", 1, value="a\n\u202e" + "x" * 500))
    assert "\n" not in words
    assert "\u202e" not in words
    assert len(words) < 200


def test_a_percent_sign_in_what_was_typed_breaks_nothing() -> None:
    assert "“100 %s”" in sentence(Problem("country_not_known", 1, value="100 %s"))


def test_every_code_that_is_given_is_known() -> None:
    folder = Path(problems.__file__).parent
    given = set()
    for path in folder.glob("*.py"):
        given |= set(re.findall(r'(?:Problem|self\._say)\(\s*"(\w+)"', path.read_text(encoding="utf-8")))
        given |= set(re.findall(r'"(address_\w+)"', path.read_text(encoding="utf-8")))
    known = ERRORS.keys() | REMARKS.keys() | NOTES.keys() | REFUSALS.keys() | letter_file_problems.SENTENCES.keys()
    assert given <= known


def test_every_sentence_can_be_translated() -> None:
    extracted = {
        message for _, message, _, _ in extract_from_file("python", problems.__file__, keywords={"lazy_gettext": None})
    }
    for words in (*ERRORS.values(), *REMARKS.values(), *NOTES.values(), *REFUSALS.values()):
        assert str(words) in extracted
