"""The reminder plan: dates that count back from the deadline, in the hours in which people work and wake."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.languages import weekend
from coalition.models.reminder_plan import (
    APART,
    MINUTES_OF_A_DAY,
    STANDARD,
    Planned,
    Recipient,
    Step,
    Terms,
    next_waking,
    plan,
    second_contact,
)

pytestmark = pytest.mark.only_on("sqlite")
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2027, 3, 1, 18, tzinfo=PARIS).astimezone(UTC)
"""A deadline: Monday 1 March 2027, 18:00 in Paris."""


def terms(
    deadline: datetime = MONDAY, *days: float, last_day: bool = True, most: int = 3, urgent: bool = False
) -> Terms:
    steps = [Step(round(day * MINUTES_OF_A_DAY)) for day in days] or [one for one in STANDARD if one.kind == "reminder"]
    every = (*steps, *([Step(0, "last_day")] if last_day else []))
    return Terms(deadline.astimezone(UTC), every, most, is_urgent=urgent)


def somebody(zone: str = "Europe/Paris", country: str = "FR", *, asked: datetime, **more: object) -> Recipient:
    return Recipient(zone, country, asked.astimezone(UTC), **more)  # type: ignore[arg-type]  # told apart by their names


def before(days: float, deadline: datetime = MONDAY) -> datetime:
    return deadline - timedelta(days=days)


def local(planned: tuple[Planned, ...]) -> list[str]:
    return [f"{one.kind} {one.at:%a %d %b %H:%M}" for one in planned]


def test_a_fortnight_gets_a_week_three_days_and_the_last_day() -> None:
    asked = before(14)
    assert local(plan(terms(), somebody(asked=asked), now=asked)) == [
        "reminder Mon 22 Feb 14:00",
        "reminder Fri 26 Feb 14:00",
        "last_day Mon 01 Mar 12:00",
    ]


def test_the_same_plan_follows_each_recipients_clock_and_weekend() -> None:
    asked = before(14)
    assert local(plan(terms(), somebody("Asia/Amman", "JO", asked=asked), now=asked)) == [
        "reminder Mon 22 Feb 14:00",
        "reminder Thu 25 Feb 14:00",
        "last_day Mon 01 Mar 14:00",
    ]
    assert local(plan(terms(), somebody("Asia/Tokyo", "JP", asked=asked), now=asked)) == [
        "reminder Tue 23 Feb 09:00",
        "reminder Fri 26 Feb 09:00",
        "last_day Mon 01 Mar 15:00",
    ]


def test_an_urgent_letter_counts_weekends_as_days() -> None:
    asked = before(14)
    assert "reminder Fri 26 Feb 14:00" in local(plan(terms(urgent=True), somebody(asked=asked), now=asked))
    saturday = terms(before(2), urgent=True)
    assert local(plan(saturday, somebody(asked=asked), now=asked))[-1] == "last_day Sat 27 Feb 12:00"
    assert local(plan(terms(before(2)), somebody(asked=asked), now=asked))[-1] == "last_day Fri 26 Feb 15:00"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (7.5, ["reminder Wed 24 Feb 09:00", "reminder Fri 26 Feb 14:00", "last_day Mon 01 Mar 12:00"]),
        (5, ["reminder Fri 26 Feb 14:00", "last_day Mon 01 Mar 12:00"]),
        (2.5, ["last_day Mon 01 Mar 12:00"]),
        (1, ["last_day Mon 01 Mar 12:00"]),
        (0.5, []),
    ],
)
def test_the_plan_shrinks_to_the_time_left(days: float, expected: list[str]) -> None:
    asked = before(days)
    assert local(plan(terms(), somebody(asked=asked), now=asked)) == expected


def test_a_call_with_four_days_to_go_gets_what_fits() -> None:
    friday = datetime(2027, 3, 5, 18, tzinfo=PARIS)
    asked = datetime(2027, 3, 1, 17, tzinfo=PARIS)
    assert local(plan(terms(friday), somebody(asked=asked), now=asked)) == [
        "reminder Wed 03 Mar 09:00",
        "last_day Fri 05 Mar 12:00",
    ]


def test_the_cap_keeps_what_is_nearest_to_the_deadline() -> None:
    asked = before(30)
    every = terms(MONDAY, 21, 14, 7, 3, most=2)
    assert local(plan(every, somebody(asked=asked), now=asked)) == [
        "reminder Fri 26 Feb 14:00",
        "last_day Mon 01 Mar 12:00",
    ]
    assert plan(every, somebody(asked=asked, reminded=2), now=asked) == ()


def test_of_two_steps_too_near_to_each_other_the_later_stays() -> None:
    asked = before(30)
    assert local(plan(terms(MONDAY, 7, 6.5, most=5), somebody(asked=asked), now=asked)) == [
        "reminder Tue 23 Feb 09:00",
        "last_day Mon 01 Mar 12:00",
    ]


def test_a_deadline_in_the_recipients_night_is_told_the_day_before() -> None:
    asked = before(14)
    early = datetime(2027, 3, 2, 3, tzinfo=PARIS)
    assert local(plan(terms(early), somebody(asked=asked), now=asked))[-1] == "last_day Mon 01 Mar 15:00"
    morning = datetime(2027, 3, 2, 10, tzinfo=PARIS)
    assert local(plan(terms(morning), somebody(asked=asked), now=asked))[-1] == "last_day Mon 01 Mar 17:00"


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        # Clocks go from 02:00 to 03:00 in the night to 28 March 2027, and from 03:00 to 02:00 in that to 31 October.
        (datetime(2027, 3, 29, 9, tzinfo=PARIS), "last_day Sun 28 Mar 16:00"),
        (datetime(2027, 3, 28, 10, tzinfo=PARIS), "last_day Sat 27 Mar 17:00"),
        (datetime(2027, 10, 31, 10, tzinfo=PARIS), "last_day Sat 30 Oct 17:00"),
        (datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=PARIS), "last_day Sat 30 Oct 15:00"),
    ],
)
def test_a_change_of_clocks_takes_nothing_and_gives_nothing(deadline: datetime, expected: str) -> None:
    asked = deadline.astimezone(UTC) - timedelta(days=14)
    assert local(plan(terms(deadline, urgent=True), somebody(asked=asked), now=asked))[-1] == expected


def test_where_clocks_skip_a_whole_day_the_plan_still_holds() -> None:
    """Samoa had no 30 December 2011."""
    deadline = datetime(2011, 12, 31, 18, tzinfo=ZoneInfo("Pacific/Apia"))
    asked = deadline.astimezone(UTC) - timedelta(days=10)
    shown = local(plan(terms(deadline, 2, urgent=True), somebody("Pacific/Apia", "WS", asked=asked), now=asked))
    assert shown[-1] == "last_day Sat 31 Dec 12:00"


def test_who_named_a_day_is_left_alone_until_it_is_over() -> None:
    asked = before(14)
    until = datetime(2027, 2, 25, tzinfo=PARIS).astimezone(UTC)
    assert local(plan(terms(), somebody(asked=asked, paused_until=until), now=asked)) == [
        "reminder Fri 26 Feb 14:00",
        "last_day Mon 01 Mar 12:00",
    ]
    assert plan(terms(), somebody(asked=asked, paused_until=MONDAY), now=asked) == ()


def test_what_a_worker_slept_through_comes_once_and_late_or_never() -> None:
    who = somebody(asked=before(14))
    late = before(6.3)
    assert local(plan(terms(), who, now=late))[0] == "reminder Tue 23 Feb 10:48"
    at_night = datetime(2027, 2, 23, 2, tzinfo=PARIS).astimezone(UTC)
    assert local(plan(terms(), who, now=at_night))[0] == "reminder Tue 23 Feb 09:00"
    too_late = before(3.5)
    assert local(plan(terms(), who, now=too_late))[0] == "reminder Fri 26 Feb 14:00"
    assert plan(terms(), who, now=MONDAY - timedelta(minutes=30)) == ()
    assert plan(terms(), who, now=MONDAY + timedelta(days=400)) == ()


def test_what_was_just_written_takes_the_place_of_the_next_reminder() -> None:
    nudged = before(7.5)
    who = somebody(asked=before(14), written_at=nudged, reminded=1)
    assert [one.kind for one in plan(terms(), who, now=nudged)] == ["reminder", "last_day"]


def test_a_colleague_is_asked_where_the_first_is_silent_unless_there_is_no_time() -> None:
    standard = Terms(MONDAY, STANDARD, 3)
    first = somebody(asked=before(14))
    found = second_contact(standard, first, zone="Asia/Tokyo", country="JP", now=before(14))
    assert found is not None
    assert f"{found.at:%a %d %b %H:%M}" == "Fri 26 Feb 09:00"
    assert second_contact(standard, somebody(asked=before(3)), zone="UTC", country="", now=before(3)) is None
    assert second_contact(terms(), first, zone="UTC", country="", now=before(14)) is None


def test_what_waited_into_the_night_goes_in_the_morning() -> None:
    night = datetime(2027, 2, 26, 22, tzinfo=PARIS).astimezone(UTC)
    morning = next_waking(night, zone="Europe/Paris", country="FR", is_urgent=False).astimezone(PARIS)
    assert f"{morning:%a %H:%M}" == "Mon 08:00"
    assert next_waking(MONDAY, zone="Europe/Paris", country="FR", is_urgent=False) == MONDAY


ZONES = ("Europe/Paris", "Asia/Amman", "America/Lima", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "UTC")
COUNTRIES = ("FR", "JO", "PE", "NP", "WS", "IR", "")


@settings(max_examples=150, deadline=None)
@given(
    hour=st.integers(0, 24 * 365),
    left=st.floats(0.1, 40),
    since=st.floats(0, 40),
    zone=st.sampled_from(ZONES),
    country=st.sampled_from(COUNTRIES),
    urgent=st.booleans(),
    days=st.lists(st.integers(1, 30), max_size=6, unique=True),
    most=st.integers(0, 6),
)
def test_whatever_the_plan_its_promises_hold(
    *, hour: int, left: float, since: float, zone: str, country: str, urgent: bool, days: list[int], most: int
) -> None:
    deadline = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    asked = deadline - timedelta(days=left)
    now = asked + timedelta(days=min(since, left))
    steps = (*(Step(day * MINUTES_OF_A_DAY) for day in days), Step(0, "last_day"))
    found = plan(Terms(deadline, steps, most, urgent), Recipient(zone, country, asked), now=now)
    assert len(found) <= most
    assert len({one.step for one in found}) == len(found)
    for one in found:
        opens, closes = (time(8), time(21)) if one.kind == "last_day" else (time(9), time(17))
        assert opens <= one.at.time() < closes
        assert urgent or one.at.weekday() not in weekend(country)
        assert asked < one.at.astimezone(UTC) < deadline
        assert one.at.astimezone(UTC) >= now
    instants = [one.at.astimezone(UTC) for one in found]
    assert all(later - earlier >= APART for earlier, later in pairwise(instants))
