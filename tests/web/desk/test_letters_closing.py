"""The end of signing at the desk: extended, closed, cancelled; and what the record says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coalition import clock
from tests import builders
from tests.builders import a_letter, an_open_letter
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of


def test_a_letter_is_extended_closed_and_opened_again(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "close")).form("/extend").fill(closes_date="2099-03-01").submit()
    assert "Signing now closes later." in page.words
    page = page.follow("Extend or close").form("/close").submit()
    assert "Signing is closed. Those who signed are told." in page.words
    page.follow("Open again").form("/extend").fill(closes_date="2099-03-02").submit()
    assert a_letter(letter_id).stage == "open"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("", "Enter the day."),
        ("2020-01-01", "This moment has passed. Choose a later one."),
        ("tomorrow", "Enter the day as year, month and day, like 2027-03-01."),
    ],
)
def test_a_deadline_that_cannot_be_is_asked_for_again(nadia: Visitor, cast: Cast, day: str, words: str) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "close")).form("/extend").fill(closes_date=day).submit()
    assert (page.status, page.errors) == (422, [words])


def test_an_earlier_deadline_is_refused(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    soon = clock.now() + timedelta(days=2)
    page = nadia.get(path_of(letter_id, "close")).form("/extend").fill(closes_date=f"{soon:%Y-%m-%d}").submit()
    assert page.errors == ["People were told a deadline. Choose a later one, or close the letter by hand."]


def test_cancelling_says_what_it_does_and_wants_a_tick(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    page = nadia.get(path_of(letter_id, "cancel"))
    assert "1 signature is void." in page.words
    assert page.form("sure").submit().status == 422
    assert a_letter(letter_id).stage == "open"
    page = page.form("sure").fill(sure="yes").submit()
    assert "The letter is cancelled." in page.words
    assert "Cancelled" in page.heading


def test_the_log_says_what_was_done_and_names_no_answer(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.declined(letter_id, cast.small_member, reason="Our board is against it.")
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    words = nadia.get(path_of(letter_id, "log")).words
    assert "Sent it to 3 people" in words
    assert words.count("Gave, changed or withdrew an answer") == 2
    for secret in ("Kalina", "Northern Lights", "decline", "withheld"):
        assert secret not in words
