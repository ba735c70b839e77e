"""After a restore: nothing goes out and nothing closes by itself, until an administrator has seen what is held."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock
from coalition.actions import hold_back
from coalition.database import db
from coalition.models.account import Account
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import HOUSE_CHAIN, RecordEntry
from tests import builders

if TYPE_CHECKING:
    from flask import Flask

    from tests.cast import Cast
    from tests.visitor import Visitor


def come_back() -> None:
    """Make the present database one that was just restored."""
    db.session.remove()
    with db.engine.begin() as connection:
        hold_back.hold_back(connection, made_at=clock.now())
    hold_back.finish()


def states() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(OutgoingEmail.state)))


def test_no_letter_closes_and_no_mail_goes_until_an_administrator_says_so(
    app: Flask, cast: Cast, visitor: Visitor
) -> None:
    letter_id = builders.an_open_letter(cast)
    come_back()
    assert states() == {"held"}
    jobs = app.extensions["coalition.jobs"]
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        jobs._kept(jobs.close)
        assert stage_of(letter_id) == "open"
        assert hold_back.may_run("deliver")
        visitor.sign_in(cast.coordinator)
        page = visitor.get("/desk/outbox")
        assert "4 mails waited when the backup was made." in page.words
        assert "1 letter is past its deadline: it closes when you press" in page.words
        assert "This site was restored from its backup of" in visitor.get("/desk/directory").words
        page = page.form("go-on").submit("Let letters close and reminders go again")
        assert "Time works again" in page.words
        assert "was restored" not in page.words
        jobs._kept(jobs.close)
        assert stage_of(letter_id) == "closed"
    verbs = select(RecordEntry.verb).where(RecordEntry.chain == HOUSE_CHAIN).order_by(RecordEntry.number.desc())
    assert list(db.session.scalars(verbs.limit(2))) == ["went on after a restore", "restored"]


def test_a_held_mail_is_sent_or_stopped_one_by_one(cast: Cast, visitor: Visitor) -> None:
    builders.an_open_letter(cast)
    come_back()
    visitor.sign_in(cast.coordinator)
    page = visitor.get("/desk/outbox")
    assert "It waited when the backup was made, and may have gone out since." in page.words
    token = page.form("release").fields["csrf_token"][0]
    rows = list(db.session.scalars(select(OutgoingEmail.id).limit(2)))
    visitor.post("/desk/outbox", {"csrf_token": token, "retry": str(rows[0])})
    visitor.post("/desk/outbox", {"csrf_token": token, "stop": str(rows[1])})
    assert states() == {"held", "queued", "stopped"}


def test_who_was_signed_in_signs_in_again(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.coordinator)
    with db.session.begin_nested():
        account = db.session.get_one(Account, cast.coordinator_id)
        account.new_code(browser="hers", now=clock.now())
    db.session.commit()
    come_back()
    assert visitor.get("/desk/outbox").heading == "Sign in"
    db.session.rollback()
    assert db.session.get_one(Account, cast.coordinator_id).sign_in_code is None


@pytest.mark.usefixtures("cast")
def test_going_on_where_nothing_waits_changes_nothing(cast: Cast) -> None:
    before = len(list(db.session.scalars(select(RecordEntry.id))))
    hold_back.go_on(by=cast.coordinator)
    assert len(list(db.session.scalars(select(RecordEntry.id)))) == before


def stage_of(letter_id: object) -> str:
    db.session.rollback()
    return str(db.session.get_one(Letter, letter_id).stage)
