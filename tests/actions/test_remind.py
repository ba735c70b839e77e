"""Reminders: who gets which when, once, and who gets none."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import answer, circulate, clone, directory, draft, mute, remind
from coalition.actions.acts import Actor
from coalition.actions.directory import ContactEntry
from coalition.actions.remind import NoSuchPlan, Plan
from coalition.database import db, transaction
from coalition.emails import letters, outbox
from coalition.emails.case import NoLongerDue
from coalition.emails.still_open import still_open
from coalition.emails.transport import Transport
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, StaleEdit
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.reminder_plan import STANDARD, Step
from tests import builders
from tests.emails.smtp import Mailbox, mail_server, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.cast import Cast, Member

SENT = datetime(2027, 2, 15, 10, tzinfo=UTC)
DEADLINE = datetime(2027, 3, 1, 17, tzinfo=UTC)
"""Monday 1 March 2027, 18:00 in Paris, 19:00 in Sofia, where the cast lives."""
A_WEEK_BEFORE = datetime(2027, 2, 22, 14, 30, tzinfo=UTC)
THURSDAY = datetime(2027, 2, 25, 14, 30, tzinfo=UTC)
"""Three days before, for whose weekend begins on Friday; four days before, when colleagues are asked."""
FRIDAY = datetime(2027, 2, 26, 14, 30, tzinfo=UTC)
LAST_DAY = datetime(2027, 3, 1, 11, 30, tzinfo=UTC)


@pytest.fixture
def letter_id(cast: Cast) -> Iterator[UUID]:
    """A letter sent a fortnight before its deadline; the clock stands at its sending."""
    with time_machine.travel(SENT, tick=False):
        made = builders.a_draft(cast)
        draft.save_dates(made, draft.Dates(deadline_at=DEADLINE, zone="Europe/Paris"), by=cast.coordinator)
        everybody = [one.contact_id for one in (cast.small_member, cast.arabic_member, cast.unnamed_member)]
        circulate.invite(made, everybody, by=cast.coordinator)
        circulate.send(made, by=cast.coordinator, number=3)
        yield made


def tick(at: datetime) -> int:
    """What the tick queues at an instant."""
    with time_machine.travel(at, tick=False):
        return remind.remind_due()


def rows(kind: str = "") -> list[OutgoingEmail]:
    """The mails of the plan, or of one kind of it, as they are queued."""
    db.session.rollback()
    found = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date, OutgoingEmail.id))
    wanted = {kind} if kind else {"reminder", "last_day", "second_contact"}
    return [one for one in found if one.context_or_empty.get("kind") in wanted]


def made(row: OutgoingEmail, at: datetime) -> letters.Mail:
    """The mail of a row, made at an instant."""
    with time_machine.travel(at, tick=False):
        return letters.make(db.session(), row)


def signs(letter_id: UUID, member: Member, at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        builders.signed(letter_id, member)


@pytest.mark.usefixtures("letter_id")
def test_each_step_goes_once_to_each_however_often_the_worker_ticks() -> None:
    assert tick(A_WEEK_BEFORE - timedelta(hours=4)) == 0
    assert tick(A_WEEK_BEFORE) == 3
    assert tick(A_WEEK_BEFORE + timedelta(minutes=1)) == 0
    assert tick(A_WEEK_BEFORE + timedelta(days=1)) == 0
    assert tick(LAST_DAY + timedelta(hours=1)) == 3
    assert tick(LAST_DAY + timedelta(hours=2)) == 0
    assert [one.context["kind"] for one in rows()] == ["reminder"] * 3 + ["last_day"] * 3
    assert {one.kind_class for one in rows()} == {"reminder"}


def test_whoever_acted_is_reminded_no_more_nor_is_a_colleague(letter_id: UUID, cast: Cast) -> None:
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    signs(letter_id, cast.small_member, A_WEEK_BEFORE - timedelta(days=1))
    assert tick(A_WEEK_BEFORE) == 2
    assert builders.invitation_of(letter_id, cast.small_member).id not in {one.invitation_id for one in rows()}


@pytest.mark.only_on("sqlite")
def test_what_they_did_meanwhile_stops_the_mail_that_is_made(letter_id: UUID, cast: Cast) -> None:
    assert tick(A_WEEK_BEFORE) == 3
    signs(letter_id, cast.small_member, A_WEEK_BEFORE)
    with time_machine.travel(A_WEEK_BEFORE, tick=False):
        circulate.revoke(builders.invitation_of(letter_id, cast.arabic_member).id, by=cast.coordinator)
        silenced = builders.invitation_of(letter_id, cast.unnamed_member)
        mute.mute(silenced.id, wholly=False, shown=builders.shown_to(silenced))
    why = []
    for row in rows("reminder"):
        with pytest.raises(NoLongerDue) as refused:
            made(row, A_WEEK_BEFORE)
        why.append(str(refused.value))
    assert sorted(why) == ["the invitation was revoked", "they have answered", "they want no more of these mails"]


def test_a_day_that_they_named_pauses_the_plan_and_stops_what_is_queued(letter_id: UUID, cast: Cast) -> None:
    own = builders.invitation_of(letter_id, cast.small_member)
    own.expected_on = date(2027, 2, 23)
    db.session.commit()
    assert tick(A_WEEK_BEFORE) == 2
    assert tick(datetime(2027, 2, 23, 10, tzinfo=UTC)) == 0
    assert tick(datetime(2027, 2, 24, 9, tzinfo=UTC)) == 1
    row = rows("reminder")[-1]
    builders.invitation_of(letter_id, cast.small_member).expected_on = date(2027, 2, 27)
    db.session.commit()
    with pytest.raises(NoLongerDue, match="they answer later"):
        made(row, datetime(2027, 2, 24, 9, tzinfo=UTC))


@pytest.mark.only_on("sqlite")
def test_a_deadline_that_moves_gives_new_dates_and_repeats_nothing(letter_id: UUID, cast: Cast) -> None:
    assert tick(A_WEEK_BEFORE) == 3
    with time_machine.travel(A_WEEK_BEFORE + timedelta(minutes=1), tick=False):
        circulate.extend(letter_id, deadline_at=DEADLINE + timedelta(days=1), by=cast.coordinator)
    with pytest.raises(NoLongerDue, match="the deadline has moved"):
        made(rows("reminder")[0], A_WEEK_BEFORE + timedelta(minutes=2))
    assert tick(datetime(2027, 2, 23, 14, 30, tzinfo=UTC)) == 0
    assert tick(THURSDAY) + tick(FRIDAY) == 4, "three reminders, and a colleague is asked"
    assert tick(LAST_DAY) == 1, "the colleague, who was asked on Friday"
    assert tick(datetime(2027, 3, 2, 12, tzinfo=UTC)) == 4


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("letter_id")
def test_a_clock_that_jumps_400_days_ahead_or_an_hour_back_sends_nothing_again() -> None:
    assert tick(A_WEEK_BEFORE) == 3
    assert tick(A_WEEK_BEFORE - timedelta(hours=1)) == 0
    assert tick(DEADLINE + timedelta(days=400)) == 0
    assert tick(A_WEEK_BEFORE) == 0
    assert len(rows()) == 3


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("letter_id")
def test_a_worker_that_slept_through_steps_sends_each_contact_one() -> None:
    assert tick(A_WEEK_BEFORE + timedelta(days=2)) == 3
    assert tick(A_WEEK_BEFORE + timedelta(days=2, minutes=1)) == 0
    assert tick(LAST_DAY) == 3
    assert len(rows()) == 6


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("letter_id")
def test_a_worker_that_wakes_after_the_deadline_sends_none_even_of_those_queued() -> None:
    assert tick(LAST_DAY) == 3
    with pytest.raises(NoLongerDue, match="signing is over"):
        made(rows("last_day")[0], DEADLINE + timedelta(minutes=1))
    assert tick(DEADLINE + timedelta(minutes=1)) == 0


@pytest.mark.only_on("sqlite")
def test_a_nudge_takes_the_place_of_the_next_reminder_and_counts(letter_id: UUID, cast: Cast) -> None:
    own = builders.invitation_of(letter_id, cast.small_member).id
    with time_machine.travel(A_WEEK_BEFORE - timedelta(hours=5), tick=False):
        assert circulate.nudge(letter_id, [own], by=cast.coordinator) == 1
    assert tick(A_WEEK_BEFORE) == 2
    remind.save_plan(letter_id, Plan(STANDARD, at_most=1), by=cast.coordinator)
    assert tick(LAST_DAY) == 0


@pytest.mark.only_on("sqlite")
def test_of_two_reminders_that_were_kept_back_only_the_later_goes(letter_id: UUID, cast: Cast) -> None:
    assert tick(A_WEEK_BEFORE) == 3
    own = builders.invitation_of(letter_id, cast.small_member).id
    for row in rows("reminder"):
        row.date = FRIDAY - timedelta(hours=30)
    db.session.commit()
    assert tick(FRIDAY) == 3, "two reminders, and a colleague is asked"
    first, second = [one for one in rows("reminder") if one.invitation_id == own]
    with pytest.raises(NoLongerDue, match="another reminder followed"):
        made(first, FRIDAY)
    assert made(second, FRIDAY).subject.startswith("Kalina Press Club: please decide by 1 March – ")


def test_where_the_first_is_silent_a_colleague_is_asked_and_told_why(letter_id: UUID, cast: Cast) -> None:
    assert tick(THURSDAY) == 2
    assert tick(THURSDAY + timedelta(minutes=1)) == 0
    (row,) = rows("second_contact")
    mail = made(row, THURSDAY)
    assert mail.recipient == "kofi@pressclub.example"
    assert "we asked Kalina Ivanova on behalf of" in mail.text
    assert "15 February 2027" in mail.text
    first = builders.invitation_of(letter_id, cast.small_member)
    second = db.session.get_one(Invitation, row.invitation_id)
    assert second.contact_id == cast.colleague_contact_id
    assert second.organisation_id == first.organisation_id
    assert f"/i/{second.links[0].token(tokens.ours())}" in mail.text
    assert tick(LAST_DAY) == 4, "the colleague is reminded on the last day like everybody"


@pytest.mark.only_on("sqlite")
def test_no_colleague_is_asked_where_somebody_acted_or_two_were_asked(letter_id: UUID, cast: Cast) -> None:
    signs(letter_id, cast.small_member, A_WEEK_BEFORE)
    extra = directory.add_contact(
        cast.arabic_member.organisation_id,
        ContactEntry(address="lina@amman.example", name="Lina", language="ar", zone="Asia/Amman"),
        by=cast.coordinator,
    )
    circulate.invite(letter_id, [extra], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    third = ContactEntry(address="omar@amman.example", name="Omar", language="ar", zone="Asia/Amman")
    directory.add_contact(cast.arabic_member.organisation_id, third, by=cast.coordinator)
    tick(THURSDAY)
    assert not rows("second_contact")


@pytest.mark.only_on("sqlite")
def test_where_mail_comes_back_the_colleague_is_asked_and_nobody_writes_to_the_dead_address(
    letter_id: UUID, cast: Cast
) -> None:
    builders.invitation_of(letter_id, cast.small_member).bounced_at = SENT
    db.session.commit()
    assert tick(A_WEEK_BEFORE) == 2
    tick(THURSDAY)
    assert len(rows("second_contact")) == 1


@pytest.mark.only_on("sqlite")
def test_for_who_stopped_the_mails_no_colleague_is_asked_though_one_came_back(letter_id: UUID, cast: Cast) -> None:
    own = builders.invitation_of(letter_id, cast.small_member)
    own.muted_at = own.bounced_at = SENT
    db.session.commit()
    tick(THURSDAY)
    assert rows("second_contact") == []


@pytest.mark.only_on("sqlite")
def test_under_safe_mail_a_reminder_names_nothing(letter_id: UUID, cast: Cast) -> None:
    assert tick(A_WEEK_BEFORE) == 3
    own = builders.invitation_of(letter_id, cast.unnamed_member).id
    mail = made(next(one for one in rows("reminder") if one.invitation_id == own), A_WEEK_BEFORE)
    assert "Free the reporters" not in mail.subject + mail.text
    assert "Northern Lights" not in mail.subject + mail.text


@pytest.mark.only_on("sqlite")
def test_a_new_letter_has_the_standard_plan_and_one_used_again_keeps_its_own(letter_id: UUID, cast: Cast) -> None:
    kept = remind.plan_of(db.session.get_one(Letter, letter_id))
    assert kept == Plan(tuple(sorted(STANDARD)), 3)
    own = Plan((Step(0, "last_day"), Step(2880)), 2, is_urgent=True)
    remind.save_plan(letter_id, own, by=cast.coordinator)
    again = clone.clone(letter_id, by=cast.coordinator, title="Once more")
    assert remind.plan_of(db.session.get_one(Letter, again)) == own


@pytest.mark.only_on("sqlite")
def test_a_plan_that_no_letter_can_have_and_one_that_a_colleague_changed_are_refused(
    letter_id: UUID, cast: Cast
) -> None:
    for steps in ((Step(0),), (Step(60, "last_day"),), (Step(60, "second_contact"), Step(90, "second_contact"))):
        with pytest.raises(NoSuchPlan):
            remind.save_plan(letter_id, Plan(steps, 3), by=cast.coordinator)
    seen = remind.state_of_plan(db.session.get_one(Letter, letter_id))
    remind.save_plan(letter_id, Plan((), 0), by=cast.coordinator, seen=seen)
    with pytest.raises(StaleEdit):
        remind.save_plan(letter_id, Plan((), 1), by=cast.coordinator, seen=seen)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("letter_id")
def test_a_mail_that_was_put_off_into_the_night_waits_for_the_morning() -> None:
    assert tick(A_WEEK_BEFORE) == 3
    with mail_server(Mailbox()) as port:
        with time_machine.travel(A_WEEK_BEFORE + timedelta(hours=6), tick=False):
            outbox.drain(Transport(settings_for(port)))
        assert {one.state for one in rows("reminder")} == {"queued"}
        morning = datetime(2027, 2, 23, 6, tzinfo=UTC)
        assert {one.next_at for one in rows("reminder")} == {morning}, "8 o'clock in Sofia"
        with time_machine.travel(morning + timedelta(minutes=1), tick=False):
            outbox.drain(Transport(settings_for(port)))
    assert {one.state for one in rows("reminder")} == {"accepted"}


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("letter_id")
def test_a_last_mail_that_would_wait_until_signing_is_over_is_not_sent() -> None:
    assert tick(LAST_DAY) == 3
    with pytest.raises(NoLongerDue, match="signing closes before they are awake"):
        made(rows("last_day")[0], DEADLINE - timedelta(minutes=30))


@pytest.mark.only_on("sqlite")
def test_a_nudge_is_not_made_either_where_a_colleague_answered_meanwhile(letter_id: UUID, cast: Cast) -> None:
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    own = builders.invitation_at(letter_id, cast.small_member, "kofi@pressclub.example").id
    assert circulate.nudge(letter_id, [own], by=cast.coordinator) == 1
    signs(letter_id, cast.small_member, SENT + timedelta(hours=1))
    (row,) = [one for one in db.session.scalars(select(OutgoingEmail)) if one.kind_class == "nudge"]
    with pytest.raises(NoLongerDue, match="they have answered"):
        made(row, SENT + timedelta(hours=2))


@pytest.mark.usefixtures("letter_id")
def test_workers_that_tick_at_once_queue_each_step_once(app: Flask) -> None:
    start, counted = threading.Barrier(3), []

    def work() -> None:
        with app.app_context():
            start.wait()
            counted.append(remind.remind_due())
            db.session.remove()

    with time_machine.travel(A_WEEK_BEFORE, tick=False):
        workers = [threading.Thread(target=work) for _ in range(3)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    assert sorted(counted) == [0, 0, 3]
    assert len(rows("reminder")) == 3


@pytest.mark.only_on("sqlite")
def test_a_decline_is_an_answer_and_ends_the_reminders(letter_id: UUID, cast: Cast) -> None:
    own = builders.invitation_of(letter_id, cast.small_member)
    answer.decline(own.id, key="k" * 32, shown=builders.shown_to(own))
    assert tick(A_WEEK_BEFORE) == 2
    assert clock.now() == SENT


def test_who_signed_beforehand_and_withdrew_is_not_silent(letter_id: UUID, cast: Cast) -> None:
    signs(letter_id, cast.small_member, SENT)
    own = builders.invitation_of(letter_id, cast.small_member)
    own.answered_at = own.answer = None  # as by a consent given beforehand: no invitation answered
    db.session.commit()
    with time_machine.travel(A_WEEK_BEFORE - timedelta(days=1), tick=False), transaction() as session:
        letter, contact = draft.lock(session, letter_id), session.get_one(Contact, cast.small_member.contact_id)
        page = Actor(organisation=contact.organisation, contact=contact, how="own_page")
        answer.withdraw_by(session, letter, page, "withdrawn on the own page")
    assert tick(A_WEEK_BEFORE) == 2
    assert own.id not in {one.invitation_id for one in rows()}
    assert still_open(db.session(), builders.a_letter(letter_id)).unanswered == 2
