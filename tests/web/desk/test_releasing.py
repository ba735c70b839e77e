"""Releasing at the desk: the answers to check, a plan that is made, moved and given up, and ten minutes to undo."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import time_machine
from sqlalchemy import select

from coalition import clock
from coalition.actions import announce, draft, release
from coalition.database import db, transaction
from coalition.models.public import PublicLetter
from coalition.models.release import PlannedRelease
from tests.builders import a_letter, published
from tests.cast import Cast
from tests.visitor import Form, Page, Visitor
from tests.web.desk.letters import path_of
from tests.web.desk.test_publishing import closed_letter, reason_fields

if TYPE_CHECKING:
    from datetime import datetime

HOUR = timedelta(hours=1)


def soon(hours: int = 1) -> datetime:
    return (clock.now() + hours * HOUR).replace(second=0, microsecond=0)


def choosing(page: Page, at: datetime | None = None, *, when: str = "later") -> Form:
    """The form of the check list filled: each finding passed over, and an instant in the letter's zone, Paris."""
    local = (at or soon()).astimezone(ZoneInfo("Europe/Paris"))
    reasons = dict.fromkeys(reason_fields(page), "We looked.")
    moment = {"at_date": f"{local:%Y-%m-%d}", "at_time": f"{local:%H:%M}"} if at else {}
    return page.form("/publish").fill({**reasons, "when": when, **moment})


def the_plan() -> PlannedRelease | None:
    db.session.rollback()
    return db.session.scalars(select(PlannedRelease)).one_or_none()


def embargoed(letter_id: UUID, until: datetime, cast: Cast) -> None:
    letter = a_letter(letter_id)
    dates = draft.Dates(deadline_at=letter.deadline_at, zone=letter.zone, embargo_until_at=until)
    draft.save_dates(letter_id, dates, by=cast.coordinator)


def test_the_answers_to_check_say_what_will_be_out(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast, languages=("en", "fr"))
    page = choosing(nadia.get(path_of(letter_id, "publish")), when="now").submit("Continue")
    assert page.heading == "Publish the letter now?"
    for words in (
        "http://letters.test/letters/free-the-reporters",
        "Edition 1",
        "English · French",
        "HTML",
        "PDF",
        "Names printed 2",
        "Names withheld 1",
        "3 people who signed get a mail, ten minutes later",
        "We looked.",
    ):
        assert words in page.words
    assert db.session.scalars(select(PublicLetter)).one_or_none() is None


def test_changing_something_keeps_everything_typed(nadia: Visitor, cast: Cast) -> None:
    letter_id, at = closed_letter(cast), soon(3)
    page = choosing(nadia.get(path_of(letter_id, "publish")), at).submit("Continue")
    assert page.heading == "Plan the release?"
    page = page.form("/publish").submit("Change something")
    form = page.form("/publish")
    assert [form.fields[name] for name in reason_fields(page)] == [["We looked."]]
    assert form.fields["when"] == ["later"]
    assert form.submit("Continue").heading == "Plan the release?"


def test_a_release_is_planned_moved_and_given_up(nadia: Visitor, cast: Cast) -> None:
    letter_id, at = closed_letter(cast), soon(3)
    page = choosing(nadia.get(path_of(letter_id, "publish")), at).submit("Continue")
    page = page.form("/publish").submit("Plan the release")
    assert page.heading == "Release planned"
    assert "(UTC)" in page.words
    kept = the_plan()
    assert kept is not None
    assert kept.at == at
    hour = f"{(at + HOUR).astimezone(clock.now().tzinfo):%H:%M}"
    later = {"at_date": f"{clock.now() + timedelta(days=2):%Y-%m-%d}", "at_time": hour}
    page = page.form("/publish/plan").fill(later).submit("Move the release")
    kept = the_plan()
    assert kept is not None
    assert kept.at > at
    page = page.form("/publish/plan").fill({"at_date": "2020-01-01"}).submit("Move the release")
    assert page.status == 422
    assert page.errors == ["This moment has passed. Choose a later one."]
    page = nadia.get(path_of(letter_id, "publish")).forms[-1].submit("Give the plan up")
    assert page.heading == "Check and publish"
    assert the_plan() is None


def test_a_planned_release_that_was_stopped_says_why_and_keeps_the_reasons(nadia: Visitor, cast: Cast) -> None:
    letter_id, at = closed_letter(cast), soon()
    choosing(nadia.get(path_of(letter_id, "publish")), at).submit("Continue").form("/publish").submit()
    with transaction() as session:
        draft.lock(session, letter_id).move_to("open", now=clock.now())
    with time_machine.travel(at, tick=False):
        release.release_due()
        page = nadia.get(path_of(letter_id, "publish"))
    assert "was stopped: look at what is found below." in page.words
    assert "Signing is not closed yet." in page.words
    assert [page.form("/publish").fields[name] for name in reason_fields(page)] == [["We looked."]]


def test_under_an_embargo_it_is_released_at_its_end_or_later_and_never_now(nadia: Visitor, cast: Cast) -> None:
    letter_id, until = closed_letter(cast), soon(5)
    embargoed(letter_id, until, cast)
    page = nadia.get(path_of(letter_id, "publish"))
    assert "Until then nothing of the letter exists in public." in page.words
    assert choosing(page, when="now").submit("Continue").errors == ["Choose when the letter is released."]
    page = choosing(page, until - HOUR).submit("Continue")
    assert page.errors[0].startswith("The embargo ends later: ")
    page = choosing(page, when="embargo").submit("Continue")
    assert "Under embargo until" in page.words
    page.form("/publish").submit("Plan the release")
    kept = the_plan()
    assert kept is not None
    assert kept.at == until


def test_for_ten_minutes_the_desk_shows_the_time_left_and_the_way_back(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast)
    published(cast, letter_id, is_announced=False)
    page = nadia.get(path_of(letter_id, "publish"))
    assert "Time left: 9 minutes" in page.words or "Time left: 10 minutes" in page.words
    page = page.form("/publish/undo").submit("Undo the release")
    assert page.heading == "Check and publish"
    assert "In public it is as if the letter had never been there." in page.words
    assert nadia.get("/letters/free-the-reporters").status == 404
    published(cast, letter_id, is_announced=False)
    page = nadia.get(path_of(letter_id, "publish"))
    undo = page.form("/publish/undo")
    page = page.form("/publish/announce").submit("Tell everybody now")
    assert "Time left" not in page.words
    assert "It is too late to undo the release" in undo.submit().words
    assert not announce.announce(letter_id, by=cast.coordinator)
