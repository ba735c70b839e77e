"""The digest of the morning: once a day of the account's own, in numbers, when something happened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock
from coalition.actions import enter
from coalition.actions.digest import queue_digests
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.account import Account
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import a_letter, an_open_letter, declined, invitation_of, joined, replied, said, signed

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.cast import Cast

ZONE = "Europe/Paris"
NOON = datetime(2027, 3, 2, 11, tzinfo=UTC)
"""Twelve o'clock in Paris, on a Tuesday."""
EIGHT = datetime(2027, 3, 3, 7, tzinfo=UTC)
"""Eight o'clock there, the morning after."""


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A letter sent on that Tuesday."""
    with time_machine.travel(NOON, tick=False):
        return an_open_letter(cast)


def at(moment: datetime) -> int:
    """How many digests are queued at that moment."""
    with time_machine.travel(moment, tick=False):
        return queue_digests()


def digests() -> list[OutgoingEmail]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.occasion))
    return [row for row in rows if row.context_or_empty.get("kind") == "digest"]


def last() -> letters.Mail:
    return letters.make(db.session(), digests()[-1])


def test_it_comes_at_eight_once_a_day(letter_id: UUID, cast: Cast) -> None:
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        signed(letter_id, cast.small_member)
    assert at(NOON + timedelta(hours=2)) == 0, "Today's digest was of what came before eight."
    assert at(EIGHT - timedelta(minutes=1)) == 0
    assert at(EIGHT) == 1
    assert at(EIGHT) == 0
    assert at(EIGHT + timedelta(hours=5)) == 0
    assert at(EIGHT + timedelta(days=1)) == 0, "Nothing happened since."
    assert digests()[0].recipient == f"account:{cast.coordinator_id.hex}"


def test_it_tells_numbers_of_the_letters_that_one_coordinates_and_names_nobody(letter_id: UUID, cast: Cast) -> None:
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        signed(letter_id, cast.small_member)
        signed(letter_id, cast.unnamed_member, is_withheld=True)
        declined(letter_id, cast.arabic_member)
        said(letter_id, cast.arabic_member, "What of article 2?")
        replied(letter_id, cast.arabic_member)
        replied(letter_id, cast.arabic_member, kind="automatic")
        invitation = db.session.get_one(Invitation, invitation_of(letter_id, cast.arabic_member).id)
        invitation.bounced_at = clock.now()
        db.session.commit()
    assert at(EIGHT) == 1
    mail = last()
    for words in ("3 organisations answered", "1 mail came in reply", "1 new comment", "1 invitation came back"):
        assert words in mail.text
    assert f"/desk/letters/{letter_id}\n" in mail.text
    for word in ("declin", "withh", "withdr", *(one.name for one in (cast.small_member, cast.unnamed_member))):
        assert word not in f"{mail.subject}{mail.text}{mail.html}"
    assert letters.make(db.session(), digests()[-1]).content == mail.content


@pytest.mark.only_on("sqlite")
def test_each_letter_is_told_to_its_coordinators_alone(letter_id: UUID, cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        other_id = an_open_letter(cast, title="Another letter")
        joined(cast, other_id, cast.other_coordinator_id)
        signed(letter_id, cast.small_member)
    assert at(EIGHT) == 1, "Nothing happened with Omar's letter."
    with time_machine.travel(EIGHT + timedelta(hours=1), tick=False):
        signed(other_id, cast.small_member)
    assert at(EIGHT + timedelta(days=1)) == 2
    assert all("Another letter" in letters.make(db.session(), row).text for row in digests()[1:])
    a_letter(other_id).member(cast.other_coordinator_id).ended_at = EIGHT  # type: ignore[union-attr]  # Omar is on the team
    db.session.commit()
    with pytest.raises(NoLongerDue):
        letters.make(db.session(), next(row for row in digests() if cast.other_coordinator_id.hex in row.recipient))


@pytest.mark.only_on("sqlite")
def test_whoever_wants_none_gets_none(letter_id: UUID, cast: Cast) -> None:
    enter.choose_mails(cast.coordinator_id, wants_digest=False, wants_alerts=True)
    with time_machine.travel(NOON, tick=False):
        signed(letter_id, cast.small_member)
    assert at(EIGHT) == 0
    enter.choose_mails(cast.coordinator_id, wants_digest=True, wants_alerts=True)
    assert at(EIGHT) == 1


def test_a_worker_that_slept_a_week_sends_one_and_it_has_all_of_it(letter_id: UUID, cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        signed(letter_id, cast.small_member)
    assert at(EIGHT) == 1
    for days, member in ((1, cast.arabic_member), (4, cast.unnamed_member)):
        with time_machine.travel(NOON + timedelta(days=days, hours=1), tick=False):
            signed(letter_id, member)
    assert at(EIGHT + timedelta(days=7, hours=3)) == 1
    assert at(EIGHT + timedelta(days=7, hours=4)) == 0
    assert "2 organisations answered" in last().text
    assert "since 3 March 2027, 08:00" in last().text


@pytest.mark.only_on("sqlite")
def test_nobody_is_woken_the_next_morning_tells_it(letter_id: UUID, cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        signed(letter_id, cast.small_member)
    assert at(EIGHT) == 1
    with time_machine.travel(NOON + timedelta(hours=25), tick=False):
        signed(letter_id, cast.arabic_member)
    assert at(EIGHT + timedelta(days=1, hours=14)) == 0, "It is ten in the evening."
    assert at(EIGHT + timedelta(days=2)) == 1
    assert "1 organisation answered" in last().text


@pytest.mark.only_on("sqlite")
def test_a_clock_that_jumps_makes_neither_a_flood_nor_a_second_one(letter_id: UUID, cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        signed(letter_id, cast.small_member)
    assert at(EIGHT) == 1
    assert at(EIGHT - timedelta(hours=1)) == 0
    assert at(EIGHT + timedelta(days=400)) == 0
    with time_machine.travel(EIGHT + timedelta(days=400), tick=False):
        invitation = db.session.get_one(Invitation, invitation_of(letter_id, cast.arabic_member).id)
        invitation.bounced_at = clock.now()
        db.session.commit()
    assert at(EIGHT + timedelta(days=401)) == 1
    assert at(EIGHT) == 0
    with time_machine.travel(EIGHT + timedelta(hours=1), tick=False):
        signed(letter_id, cast.unnamed_member)
    assert at(EIGHT + timedelta(days=1)) == 1, "Back in its own days it goes on as it was."
    assert "1 organisation answered" in letters.make(db.session(), digests()[1]).text


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("day", "eight"),
    [(datetime(2027, 3, 28, tzinfo=UTC), 6), (datetime(2027, 10, 31, tzinfo=UTC), 7)],
    ids=["summer time begins", "and ends"],
)
def test_eight_is_eight_where_the_clocks_change(cast: Cast, day: datetime, eight: int) -> None:
    with time_machine.travel(day - timedelta(hours=5), tick=False):
        letter_id = an_open_letter(cast)
        signed(letter_id, cast.small_member)
    assert db.session.get_one(Account, cast.coordinator_id).zone == ZONE
    assert at(day + timedelta(hours=eight, minutes=-1)) == 0
    assert at(day + timedelta(hours=eight)) == 1
    assert digests()[0].occasion == f"digest:{day:%Y-%m-%d}"


@pytest.mark.only_on("sqlite")
def test_eight_is_where_the_account_is(letter_id: UUID, cast: Cast) -> None:
    enter.edit_account(cast.coordinator_id, name="Nadia", language="en", zone="Pacific/Kiritimati")
    with time_machine.travel(NOON, tick=False):
        signed(letter_id, cast.small_member)
    assert at(datetime(2027, 3, 2, 17, 59, tzinfo=UTC)) == 0
    assert at(datetime(2027, 3, 2, 18, tzinfo=UTC)) == 1
    assert digests()[0].occasion == "digest:2027-03-03"


def test_two_workers_at_the_same_moment_queue_one(letter_id: UUID, cast: Cast, app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        signed(letter_id, cast.small_member)
    db.session.remove()
    together = Barrier(3)

    def worker() -> int:
        with app.app_context():
            together.wait()
            return queue_digests()

    with time_machine.travel(EIGHT, tick=False), ThreadPoolExecutor(3) as workers:
        assert sum(one.result() for one in [workers.submit(worker) for _ in range(3)]) == 1
    assert len(digests()) == 1
