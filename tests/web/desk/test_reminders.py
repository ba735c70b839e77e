"""The plan of the reminders at the desk: its steps, its dates for each recipient, and what the board says of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from coalition.actions import draft, remind
from coalition.actions.remind import Plan
from coalition.models.reminder_plan import STANDARD, Step
from tests.builders import a_letter, an_open_letter
from tests.web.desk.letters import path_of, ready, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor

pytestmark = pytest.mark.only_on("sqlite")
NOW = datetime(2027, 2, 15, 10, tzinfo=UTC)
DEADLINE = datetime(2027, 3, 1, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    """The clock stands at an instant from before anybody signs in."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A draft with everybody on its list, a fortnight before its deadline."""
    made = ready(cast)
    draft.save_dates(made, draft.Dates(deadline_at=DEADLINE, zone="Europe/Paris"), by=cast.coordinator)
    return made


def test_before_sending_the_page_shows_who_gets_what_when_on_their_clock(nadia: Visitor, letter_id: UUID) -> None:
    page = nadia.get(path_of(letter_id, "reminders"))
    assert "If it were sent now, to those who have not answered by then:" in page.words
    assert "7 days before 22 February 2027 Monday 14:00 Europe/Sofia 3" in page.words
    assert "3 days before 25 February 2027 Thursday 14:00 Europe/Sofia 1" in page.words
    assert "26 February 2027 Friday 14:00 Europe/Sofia 2" in page.words
    assert "Last mail, before it closes 1 March 2027 Monday 13:00 Europe/Sofia 3" in page.words
    assert "Asking a colleague, 4 days before 25 February 2027 Thursday 14:00 Europe/Sofia 1" in page.words
    assert "Kalina Press Club Kalina Ivanova" in page.words


def test_the_tasks_and_the_page_before_sending_say_it_in_a_line(nadia: Visitor, letter_id: UUID) -> None:
    assert "7 and 3 days before; on the last day" in state_of(nadia.get(path_of(letter_id)), "Reminders")
    words = nadia.get(path_of(letter_id, "send")).words
    assert "7 and 3 days before; on the last day. The first goes on 22 February 2027." in words


def test_a_plan_is_looked_at_before_it_is_saved(nadia: Visitor, letter_id: UUID) -> None:
    form = nadia.get(path_of(letter_id, "reminders")).form("/reminders")
    looked = form.fill(days="٥, 2", second="", at_most="2").submit("Only show its dates")
    assert "It is not saved yet." in looked.words
    assert "5 days before 24 February 2027" in looked.words or "2 days before" in looked.words
    assert remind.plan_of(a_letter(letter_id)) == Plan(tuple(sorted(STANDARD)), 3)
    saved = looked.form("/reminders").submit("Save the plan")
    assert "The plan is saved." in saved.words
    kept = Plan((Step(0, "last_day"), Step(2 * 1440), Step(5 * 1440)), 2)
    assert remind.plan_of(a_letter(letter_id)) == kept


def test_what_no_plan_can_have_is_said_in_words_and_stays_typed(nadia: Visitor, letter_id: UUID) -> None:
    form = nadia.get(path_of(letter_id, "reminders")).form("/reminders")
    page = form.fill(days="a week", second="0", at_most="99").submit("Save the plan")
    assert page.status == 422
    assert "Enter whole numbers of days from 1 to 365, apart by commas, like 7, 3." in page.errors
    assert page.form("/reminders").has_field("days")
    assert "a week" in page.text


def test_a_plan_that_a_colleague_saved_meanwhile_is_not_overwritten_unseen(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    form = nadia.get(path_of(letter_id, "reminders")).form("/reminders")
    remind.save_plan(letter_id, Plan((Step(1440),), 1), by=cast.coordinator)
    page = form.fill(days="9").submit("Save the plan")
    assert page.status == 409
    assert "What was saved meanwhile: 1 day before" in page.words
    page.form("/reminders").submit("Save the plan")
    assert Step(9 * 1440) in remind.plan_of(a_letter(letter_id)).steps


def test_without_a_deadline_the_page_says_what_is_missing(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    draft.save_dates(letter_id, draft.Dates(deadline_at=None, zone="UTC"), by=cast.coordinator)
    assert "There is no deadline yet" in nadia.get(path_of(letter_id, "reminders")).words
    assert "None: there is no deadline to count back from" in nadia.get(path_of(letter_id, "send")).words


def test_the_board_says_what_comes_next_and_the_organisation_what_came(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    board = nadia.get(path_of(letter_id))
    assert "Next reminder" in board.words
    assert "18 February 2027" in board.words
    with time_machine.travel(datetime(2027, 2, 18, 10, tzinfo=UTC), tick=False):
        assert remind.remind_due() == 1
        nadia.sign_in(cast.coordinator)
        assert "reminded, 18 February 2027" in nadia.get(path_of(letter_id)).words
        page = nadia.get(path_of(letter_id, "organisations", str(cast.small_member.organisation_id)))
        assert "Reminder to \u2068Kalina Ivanova\u2069 (waiting)" in page.words
        assert "To those who have not answered by then:" in nadia.get(path_of(letter_id, "reminders")).words
