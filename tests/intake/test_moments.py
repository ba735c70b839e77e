"""A day and a time in a zone: what clocks do not show, and what they show twice, is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coalition.intake.moments import (
    MomentRefused,
    NotADay,
    NotATime,
    TimeComesTwice,
    TimeIsSkipped,
    UnknownZone,
    read_moment,
    read_printed_date,
)


def test_a_local_time_is_one_instant() -> None:
    assert read_moment("2027-03-01", "18:00", "Africa/Nairobi") == datetime(2027, 3, 1, 15, tzinfo=UTC)


def test_a_time_over_which_clocks_are_put_forward_does_not_exist() -> None:
    with pytest.raises(TimeIsSkipped) as refused:
        read_moment("2027-03-28", "02:30", "Europe/Paris")
    assert f"{refused.value.after:%H:%M}" == "03:30"


def test_a_time_over_which_clocks_are_put_back_comes_twice() -> None:
    with pytest.raises(TimeComesTwice) as refused:
        read_moment("2027-10-31", "02:30", "Europe/Paris")
    assert [f"{one:%z}" for one in (refused.value.first, refused.value.second)] == ["+0200", "+0100"]


@pytest.mark.parametrize(("which", "hour"), [("first", 0), ("second", 1)])
def test_whoever_is_asked_which_of_the_two_is_meant_says_so(which: str, hour: int) -> None:
    meant = read_moment("2027-10-31", "02:30", "Europe/Paris", which=which)
    assert meant == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "refusal"),
    [
        ("1 March 2027", "18:00", "UTC", NotADay),
        ("2027-02-30", "18:00", "UTC", NotADay),
        ("0001-01-01", "00:00", "Asia/Tokyo", NotADay),
        ("9999-12-31", "23:59", "America/Lima", NotADay),
        ("2027-03-01", "", "UTC", NotATime),
        ("2027-03-01", "24:00", "UTC", NotATime),
        ("2027-03-01", "6 pm", "UTC", NotATime),
        ("2027-03-01", "18:00", "Europe/Atlantis", UnknownZone),
        ("2027-03-01", "18:00", "../../etc/passwd", UnknownZone),
        ("\x00", "18:00", "UTC", NotADay),
    ],
)
def test_what_is_no_moment_is_refused_where_it_is_wrong(
    day: str, clock: str, zone: str, refusal: type[MomentRefused]
) -> None:
    with pytest.raises(refusal):
        read_moment(day, clock, zone)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2027-03-01", "2027-03-01"), ("2027-3-1", "2027-03-01"), ("2027-3", "2027-03"), (" 2027 ", "2027"), ("", "")],
)
def test_a_printed_date_is_as_exact_as_it_was_typed(typed: str, kept: str) -> None:
    assert read_printed_date(typed) == kept


@pytest.mark.parametrize("typed", ["March 2027", "2027-13", "2027-02-30", "20270301", "0000"])
def test_what_is_no_date_is_not_printed(typed: str) -> None:
    with pytest.raises(NotADay):
        read_printed_date(typed)
