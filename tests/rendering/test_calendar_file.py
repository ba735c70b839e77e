"""The calendar file, read by a strict reader of its own: RFC 5545, sections 3.1 to 3.3."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.rendering.calendar_file import Moment, calendar_file
from tests.calendars import read_calendar

pytestmark = pytest.mark.only_on("sqlite")
MOMENT = Moment(
    uid="deadline.3f2a@letters.coalition.example",
    sequence=2,
    at=datetime(2027, 3, 1, 17, 0, tzinfo=UTC),
    summary="Signing closes: Free; the, reporters",
    description="1 March 2027, 18:00 (Europe/Brussels)\n1 March 2027, 17:00 (UTC)\n\nOpen the link \\ in our mail.",
    language="en",
    organiser_name='Coalition "for" Open Letters',
    organiser_address="letters@coalition.example",
    made_at=datetime(2027, 2, 12, 9, 30, tzinfo=UTC),
)


def changed(**others: object) -> Moment:
    """The moment with other facts."""
    facts = {name: getattr(MOMENT, name) for name in Moment.__slots__} | others
    return Moment(**facts)


def test_the_file_tells_the_moment_in_utc_and_who_says_so() -> None:
    read = read_calendar(calendar_file(MOMENT))
    assert read["METHOD"] == "PUBLISH"
    assert (read["UID"], read["SEQUENCE"], read["DTSTART"]) == (MOMENT.uid, "2", "20270301T170000Z")
    assert (read["SUMMARY"], read["DESCRIPTION"]) == (MOMENT.summary, MOMENT.description)
    assert read["DTSTAMP"] == "20270212T093000Z"
    assert (read["STATUS"], read["CLASS"], read["ORGANIZER"]) == (
        "CONFIRMED", "PRIVATE", "mailto:letters@coalition.example",
    )  # fmt: skip
    assert "http" not in calendar_file(MOMENT).decode()


def test_a_cancelled_one_takes_the_entry_away() -> None:
    read = read_calendar(calendar_file(changed(is_cancelled=True, sequence=3)))
    assert (read["METHOD"], read["STATUS"], read["UID"]) == ("CANCEL", "CANCELLED", MOMENT.uid)


@given(words=st.text(max_size=120))
def test_whatever_a_title_holds_the_file_keeps_its_form(words: str) -> None:
    file = calendar_file(changed(summary=words, description=words, organiser_name=words, language="ar"))
    read = read_calendar(file)
    kept = "".join(sign for sign in words if sign == "\n" or sign.isprintable() or ord(sign) > 0xA0)
    assert read["SUMMARY"] == read["DESCRIPTION"] == kept
    assert len(re.findall(rb"(?m)^BEGIN:VEVENT\r$", file)) == 1
    assert file == calendar_file(changed(summary=words, description=words, organiser_name=words, language="ar"))
