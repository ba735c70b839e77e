"""Before release at the desk: the page proof, and the question to those whose last word is old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coalition import clock
from coalition.actions import close
from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of


def test_the_proof_is_shown_from_the_board_of_a_closed_letter(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    close.close(letter_id, by=cast.coordinator)
    page = nadia.get(path_of(letter_id)).follow("Page proof")
    page = page.form("/proof").fill(until_date="2099-03-01", until_time="12:00").submit()
    assert "The proof goes to 1 person." in page.words
    assert "Objections are taken until:" in page.words
    assert builders.a_letter(letter_id).proof_until_at is not None


@pytest.mark.parametrize(
    ("day", "words"), [("", "Enter the day."), ("2020-01-01", "This moment has passed. Choose a later one.")]
)
def test_a_proof_wants_a_time_to_come(nadia: Visitor, cast: Cast, day: str, words: str) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    page = nadia.get(path_of(letter_id, "proof")).form("/proof").fill(until_date=day, until_time="12:00").submit()
    assert (page.status, page.errors) == (422, [words])


def test_without_signatures_there_is_nobody_to_show_it_to(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    page = (
        nadia.get(path_of(letter_id, "proof")).form("/proof").fill(until_date="2099-03-01", until_time="12:00").submit()
    )
    assert page.status == 409


def test_whoever_agreed_long_ago_is_asked_again(nadia: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    page = nadia.get(path_of(letter_id, "choices")).form("/choices").fill(freshness_days="5").submit()
    assert "The choices are saved." in page.words
    page = nadia.get(path_of(letter_id, "proof"))
    assert "Every organisation on the list agreed within the last 5 days." in page.words
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    nadia.sign_in(cast.coordinator)
    page = nadia.get(path_of(letter_id, "proof")).form("/ask-again").submit()
    assert "1 person is asked." in page.words
    assert "Everybody concerned was asked today already." in page.form("/ask-again").submit().words
