"""Releasing at an instant, undoing within ten minutes, and telling of it after them; killed at a step it is nothing."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import event, func, select

from coalition import clock
from coalition.actions import announce, check, circulate, close, draft, publish, release, retract
from coalition.actions.publish import NotReadyToPublish
from coalition.actions.rebuild import rebuild
from coalition.actions.release import NothingPlanned, ReleaseInThePast, TooLateToUndo
from coalition.database import db, transaction
from coalition.models.edition import Edition, PublicLine
from coalition.models.incoming_email import IncomingEmail
from coalition.models.letter import AlreadyPublished, StillUnderEmbargo
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicBody, PublicLetter
from coalition.models.record import RecordEntry
from coalition.models.release import PlannedRelease
from coalition.rendering import bodies
from tests import builders
from tests.builders import a_letter, an_open_letter
from tests.cast import Cast

STRIDE = 1 if os.environ.get("COALITION_TEST_EVERY_STEP") else 5
"""Killed at every fifth statement; with COALITION_TEST_EVERY_STEP at each."""
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def closed(cast: Cast) -> UUID:
    """A closed letter that two members signed by name and one without."""
    letter_id = an_open_letter(cast)
    for member in (cast.small_member, cast.arabic_member):
        builders.signed(letter_id, member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    close.close(letter_id, by=cast.coordinator)
    return letter_id


def reasons(letter_id: UUID) -> dict[str, str]:
    return {one.key: "seen" for one in check.check(db.session(), a_letter(letter_id)).findings}


def in_an_hour() -> datetime:
    return clock.now() + HOUR


def planned(cast: Cast, letter_id: UUID) -> datetime:
    at = in_an_hour()
    release.plan(letter_id, at, by=cast.coordinator, overrides=reasons(letter_id))
    return at


def under_embargo(cast: Cast, letter_id: UUID, until: datetime | None) -> None:
    letter = a_letter(letter_id)
    dates = draft.Dates(deadline_at=letter.deadline_at, zone=letter.zone, embargo_until_at=until)
    draft.save_dates(letter_id, dates, by=cast.coordinator)


def is_public() -> bool:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(PublicLetter)) == 1


def kinds() -> list[str]:
    db.session.rollback()
    return [row.context["kind"] for row in db.session.scalars(select(OutgoingEmail))]


def public_state() -> dict[str, Any]:
    """Everything that readers could be answered from."""
    db.session.rollback()
    session = db.session()
    return {
        "letters": [(one.slug, one.edition_id) for one in session.scalars(select(PublicLetter))],
        "lines": session.scalar(select(func.count()).select_from(PublicLine)),
        "stored": sorted(session.scalars(select(PublicBody.path)).all()),
        "answers": {one.path for one in bodies.answers(session) if not one.path.startswith("/.well-known/")},
    }


# -- planned ------------------------------------------------------------------------------------------------------


def test_a_planned_release_comes_at_its_instant_and_once(cast: Cast, closed: UUID) -> None:
    at = planned(cast, closed)
    with time_machine.travel(at - SECOND, tick=False):
        assert release.release_due() == []
    assert not is_public()
    with time_machine.travel(at, tick=False):
        assert release.release_due() == [closed]
        assert release.release_due() == []
    assert is_public()
    assert db.session.scalar(select(func.count()).select_from(PlannedRelease)) == 0
    assert kinds().count("planned_release") == 1
    edition = db.session.scalars(select(Edition)).one()
    assert list(edition.overrides) == list(reasons(closed))


def test_what_is_found_since_stops_a_planned_release_and_the_coordinators_are_told(cast: Cast, closed: UUID) -> None:
    at = planned(cast, closed)
    with transaction() as session:
        draft.lock(session, closed).move_to("open", now=clock.now())
    with time_machine.travel(at, tick=False):
        assert release.release_due() == []
        assert release.release_due() == []
    assert not is_public()
    kept = db.session.scalars(select(PlannedRelease)).one()
    assert (kept.failed_at, kept.failure) == (at, "not_closed")
    assert kinds().count("planned_release") == 1


def test_what_was_passed_over_holds_for_no_text_that_everybody_has_to_agree_to_anew(cast: Cast, closed: UUID) -> None:
    at = in_an_hour()
    release.plan(closed, at, by=cast.coordinator, overrides=reasons(closed) | {"not_reconfirmed": "Two are on leave."})
    body = builders.BODY.replace("They have waited", "They have waited and waited")
    builders.amended(cast, closed, "substantive", body=body)
    builders.kept(closed, cast.small_member)  # and nobody else
    with time_machine.travel(at, tick=False):
        assert release.release_due() == []
    assert not is_public()
    assert kinds().count("planned_release") == 1  # that it was stopped


def test_a_release_is_planned_only_with_a_reason_for_each_finding(cast: Cast, closed: UUID) -> None:
    with pytest.raises(NotReadyToPublish):
        release.plan(closed, in_an_hour(), by=cast.coordinator)
    with pytest.raises(ReleaseInThePast):
        release.plan(closed, clock.now(), by=cast.coordinator, overrides=reasons(closed))


def test_a_letter_that_will_have_closed_by_then_can_be_planned_while_it_is_open(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    deadline, overrides = a_letter(letter_id).deadline_at, reasons(letter_id)
    assert deadline is not None
    with pytest.raises(NotReadyToPublish):
        release.plan(letter_id, deadline, by=cast.coordinator, overrides=overrides)
    at = deadline + HOUR
    release.plan(letter_id, at, by=cast.coordinator, overrides=overrides)
    with time_machine.travel(at, tick=False):
        close.close_due()
        assert release.release_due() == [letter_id]


def test_a_reason_given_beforehand_holds_for_what_was_said_and_for_no_more(cast: Cast, closed: UUID) -> None:
    for words in ("One thing.", "Another."):
        builders.replied(closed, cast.small_member, words)
    at = planned(cast, closed)
    builders.replied(closed, cast.arabic_member, "A third.")
    with time_machine.travel(at, tick=False):
        assert release.release_due() == []
    kept = release.plan_of(db.session(), closed)
    assert kept is not None
    assert kept.failure == "replies_open"


def test_a_reason_given_beforehand_holds_for_less_of_the_same(cast: Cast, closed: UUID) -> None:
    for words in ("One thing.", "Another."):
        builders.replied(closed, cast.small_member, words)
    at = planned(cast, closed)
    with transaction() as session:
        session.delete(session.scalars(select(IncomingEmail)).first())
    with time_machine.travel(at, tick=False):
        assert release.release_due() == [closed]


def test_a_plan_can_be_moved_and_given_up(cast: Cast, closed: UUID) -> None:
    at = planned(cast, closed)
    release.move(closed, at + HOUR, by=cast.coordinator)
    with time_machine.travel(at, tick=False):
        assert release.release_due() == []
    release.give_up(closed, by=cast.coordinator)
    with time_machine.travel(at + 2 * HOUR, tick=False):
        assert release.release_due() == []
        with pytest.raises(NothingPlanned):
            release.move(closed, at + 3 * HOUR, by=cast.coordinator)
    assert not is_public()


def test_publishing_now_ends_a_plan(cast: Cast, closed: UUID) -> None:
    planned(cast, closed)
    publish.publish(closed, by=cast.coordinator, overrides=reasons(closed))
    assert db.session.scalar(select(func.count()).select_from(PlannedRelease)) == 0
    with pytest.raises(AlreadyPublished):
        planned(cast, closed)


def test_a_cancelled_letter_is_not_released(cast: Cast, closed: UUID) -> None:
    at = planned(cast, closed)
    circulate.cancel(closed, by=cast.coordinator)
    with time_machine.travel(at, tick=False):
        assert release.release_due() == []
    assert db.session.scalar(select(func.count()).select_from(PlannedRelease)) == 0


# -- the embargo --------------------------------------------------------------------------------------------------


def test_nothing_is_released_before_the_end_of_the_embargo(cast: Cast, closed: UUID) -> None:
    until = in_an_hour()
    under_embargo(cast, closed, until)
    with pytest.raises(StillUnderEmbargo):
        publish.publish(closed, by=cast.coordinator, overrides=reasons(closed))
    with pytest.raises(StillUnderEmbargo):
        release.plan(closed, until - SECOND, by=cast.coordinator, overrides=reasons(closed))
    release.plan(closed, until, by=cast.coordinator, overrides=reasons(closed))
    with time_machine.travel(until, tick=False):
        assert release.release_due() == [closed]


def test_a_planned_release_moves_with_the_end_of_the_embargo(cast: Cast, closed: UUID) -> None:
    until = in_an_hour()
    under_embargo(cast, closed, until)
    release.plan(closed, until, by=cast.coordinator, overrides=reasons(closed))
    for later in (until + HOUR, until + MINUTE):
        under_embargo(cast, closed, later)
        kept = release.plan_of(db.session(), closed)
        assert kept is not None
        assert kept.at == later
    release.move(closed, until + HOUR, by=cast.coordinator)
    under_embargo(cast, closed, until + 2 * HOUR)
    kept = release.plan_of(db.session(), closed)
    assert kept is not None
    assert kept.at == until + 2 * HOUR


# -- undo and announce --------------------------------------------------------------------------------------------


def test_for_ten_minutes_no_mail_goes_and_no_feed_tells_of_it(cast: Cast, closed: UUID) -> None:
    builders.published(cast, closed, is_announced=False)
    feed = next(answer for answer in bodies.answers(db.session()) if answer.path == "/feed.atom")
    assert b"Free the reporters" not in feed.make()
    assert announce.announce_due() == []
    assert "published" not in kinds()
    released_at = db.session.scalars(select(PublicLetter)).one().first_published_at
    with time_machine.travel(released_at + 10 * MINUTE, tick=False):
        assert announce.announce_due() == [closed]
        assert announce.announce_due() == []
    assert kinds().count("published") == 3
    db.session.rollback()
    feed = next(answer for answer in bodies.answers(db.session()) if answer.path == "/feed.atom")
    assert b"Free the reporters" in feed.make()


def test_undone_it_is_in_public_as_if_it_had_never_been(cast: Cast, closed: UUID) -> None:
    rebuild()
    before = public_state()
    builders.published(cast, closed, is_announced=False)
    rebuild()
    assert public_state() != before
    release.undo(closed, by=cast.coordinator)
    assert public_state() | {"stored": []} == before | {"stored": []}
    assert not [path for path in public_state()["stored"] if path.startswith("/letters/")]
    edition = db.session.scalars(select(Edition)).one()
    assert edition.undone_at is not None
    assert "published" not in kinds()
    own = select(RecordEntry).where(RecordEntry.chain == closed.hex).order_by(RecordEntry.number)
    verbs = [one.verb for one in db.session.scalars(own)]
    assert verbs[-2:] == ["published", "release undone"]


def test_undone_it_is_released_again_at_the_same_address_as_the_next_edition(cast: Cast, closed: UUID) -> None:
    builders.published(cast, closed, is_announced=False)
    address = db.session.scalars(select(PublicLetter)).one().slug
    release.undo(closed, by=cast.coordinator)
    assert builders.published(cast, closed) == 2
    assert db.session.scalars(select(PublicLetter)).one().slug == address
    assert sorted(line.printed["und"] for line in db.session.scalars(select(PublicLine))) == [
        "Amman Writers’ House",
        "Kalina Press Club",
    ]


def test_after_ten_minutes_or_once_told_nothing_is_undone(cast: Cast, closed: UUID) -> None:
    builders.published(cast, closed, is_announced=False)
    released_at = db.session.scalars(select(PublicLetter)).one().first_published_at
    with time_machine.travel(released_at + 10 * MINUTE, tick=False), pytest.raises(TooLateToUndo):
        release.undo(closed, by=cast.coordinator)
    assert announce.announce(closed, by=cast.coordinator)
    assert not announce.announce(closed, by=cast.coordinator)
    with pytest.raises(TooLateToUndo):
        release.undo(closed, by=cast.coordinator)
    assert is_public()


# -- killed at any step -------------------------------------------------------------------------------------------


def test_of_a_letter_that_was_retracted_within_ten_minutes_nothing_is_told_and_nothing_undone(
    cast: Cast, closed: UUID
) -> None:
    builders.published(cast, closed, is_announced=False)
    retract.retract(closed, {"en": "It was wrong."}, by=cast.coordinator)
    with pytest.raises(TooLateToUndo):
        release.undo(closed, by=cast.coordinator)
    assert not announce.announce(closed, by=cast.coordinator)
    released_at = db.session.scalars(select(PublicLetter)).one().first_published_at
    with time_machine.travel(released_at + 10 * MINUTE, tick=False):
        assert announce.announce_due() == []
    assert "published" not in kinds()


def test_killed_at_any_step_readers_see_the_old_or_the_new(cast: Cast, closed: UUID) -> None:
    overrides, before = reasons(closed), public_state()
    for step in count(0, STRIDE):
        process = os.fork()
        if process == 0:
            _publish_until(step, closed, cast, overrides)
        _pid, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            break
        assert public_state() == before, f"killed at its statement {step}"
    assert step > 30
    assert public_state()["lines"] == 2


def _publish_until(step: int, letter_id: UUID, cast: Cast, overrides: dict[str, str]) -> None:
    """In a process of its own: publish, and end without a word at the statement of that number."""
    db.engine.dispose(close=False)
    db.session.registry.clear()
    done = iter(range(step))

    def end(*_of_statement: Any) -> None:
        if next(done, None) is None:
            os._exit(9)

    event.listen(db.engine, "before_cursor_execute", end)
    event.listen(db.engine, "commit", end)
    try:
        publish.publish(letter_id, by=cast.coordinator, overrides=overrides)
    except BaseException:  # noqa: BLE001 -- whatever went wrong, this process must never go on with the tests
        os._exit(1)
    os._exit(0)
