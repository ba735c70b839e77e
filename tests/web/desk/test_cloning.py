"""Using a letter again at the desk, and beginning one for practice."""

from __future__ import annotations

from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of


def test_a_letter_is_used_again_with_its_people(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    page = nadia.get(path_of(letter_id)).follow("Use it again")
    assert "Its signatures, answers, comments, dates and photo stay where they are." in page.words
    page = page.form("title").fill(title="Free the others").submit()
    assert page.heading.startswith("Free the others")
    assert "3 people at 3 organisations" in page.words
    assert "This is a new letter. Nobody has seen it yet." in page.words


def test_a_letter_without_a_title_is_not_begun_and_the_ticks_stay(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "clone")).form("title").fill(title=" ", practice="yes").submit()
    assert (page.status, page.errors) == (422, ["Give the letter a title."])
    assert page.form("title").fields["practice"] == ["yes"]


def test_a_practice_letter_says_so_on_every_page_of_it(nadia: Visitor, cast: Cast) -> None:
    page = nadia.get("/desk/letters/new").form("title").fill(title="A try", body="Words.", practice="yes").submit()
    said = "Practice letter: its mails come to you, and it is never published."
    assert said in page.words
    assert said in page.follow("People").words
    ordinary = builders.an_open_letter(cast)
    assert said not in nadia.get(path_of(ordinary)).words
