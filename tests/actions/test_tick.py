"""The works of the tick: written down, and done once by any number of workers."""

from __future__ import annotations

import contextvars
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coalition import clock
from coalition.actions import close, tick
from coalition.database import db
from coalition.models.letter import Letter
from coalition.models.machinery import TickRun
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests.builders import a_letter, an_open_letter, signed
from tests.cast import Cast

EVERY_WORK = (
    "close", "sign_beforehand", "remind", "ask_if_right", "forget_codes", "tell_of_deadlines", "queue_digests",
    "tell_of_bounces",
)  # fmt: skip


def run_of(name: str) -> TickRun:
    db.session.rollback()
    return db.session.get_one(TickRun, name)


def works_never() -> None:
    raise ConnectionError("relay.example said no to lina@press.example")


@pytest.mark.usefixtures("app")
def test_each_work_of_the_tick_says_when_it_began_ended_and_failed() -> None:
    for _ in range(2):
        with pytest.raises(ConnectionError):
            tick.kept("close", works_never)
    run = run_of("close")
    assert (run.failures, run.last_words) == (2, "ConnectionError")
    assert run.failed_at
    assert run.finished_at
    assert run.started_at <= run.finished_at
    tick.began("close")
    assert run_of("close").started_at > run_of("close").finished_at  # type: ignore[operator]  # it has one
    tick.kept("close", lambda: None)
    run = run_of("close")
    assert (run.failures, run.last_words) == (0, "")
    assert run.failed_at


@pytest.mark.only_on("sqlite")
def test_a_letter_that_can_not_be_closed_keeps_no_other_open(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [an_open_letter(cast, cast.small_member, title=title) for title in ("One", "Two", "Three")]
    really = close._close

    def close_most(session: Session, letter: Letter) -> None:
        if letter.id == letters[1]:
            raise ValueError
        really(session, letter)

    monkeypatch.setattr(close, "_close", close_most)
    with time_machine.travel(clock.now() + timedelta(days=12)), pytest.raises(ValueError):  # noqa: PT011 -- the one above
        close.close_due()
    assert [a_letter(one).stage for one in letters] == ["closed", "open", "closed"]


def test_workers_that_tick_at_once_tell_everybody_once_and_close_a_letter_once(app: Flask, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member, cast.arabic_member)
    for member in (cast.small_member, cast.arabic_member):
        signed(letter_id, member)
    deadline = a_letter(letter_id).deadline_at
    assert deadline is not None
    with time_machine.travel(deadline - timedelta(hours=12)):
        refused = db.session.scalars(
            select(OutgoingEmail).where(OutgoingEmail.recipient.startswith("contact:"))
        ).first()
        assert refused is not None
        refused.state, refused.settled_at = "refused", clock.now()
        db.session.commit()
        tick_at_once(app.extensions["coalition.jobs"])
    with time_machine.travel(deadline + timedelta(hours=3)):
        tick_at_once(app.extensions["coalition.jobs"])
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(RecordEntry.verb == "closed")) == 1
    told = Counter(row.context_or_empty["kind"] for row in db.session.scalars(select(OutgoingEmail)))
    assert (told["closed"], told["deadline_near"], told["mail_bounced"]) == (2, 1, 1)
    assert {run.failures for run in db.session.scalars(select(TickRun))} == {0}


def tick_at_once(jobs: Any) -> None:
    """Three workers do all the works of the tick at the same moment."""
    together = threading.Barrier(3)

    def work() -> None:
        for name in EVERY_WORK:
            together.wait()
            jobs._kept(getattr(jobs, name))

    workers = [threading.Thread(target=contextvars.Context().run, args=(work,)) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
