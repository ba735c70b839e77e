"""Names taken off by two people in the same instant: whoever comes second waits, and nobody is turned away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from coalition import clock
from coalition.actions import mask, take_off
from coalition.actions.draft import lock
from coalition.database import db, transaction
from coalition.models import record
from coalition.models.account import Account
from coalition.models.edition import PublicLine
from tests import builders

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.cast import Cast

pytestmark = pytest.mark.only_on("postgres")
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")


def until_it_waits(session: Session, other: Future[int]) -> None:
    """Come back once the other one waits for what this transaction holds."""
    while not session.scalar(WAITING):
        assert not other.done()


def masking_everywhere(app: Flask, cast: Cast) -> int:
    with app.app_context():
        administrator = db.session.get_one(Account, cast.coordinator.id)
        return mask.mask_everywhere(cast.small_member.organisation_id, by=administrator)


def test_one_letter_is_held_by_another_who_takes_a_name_off_it(app: Flask, cast: Cast) -> None:
    letters = sorted(builders.an_open_letter(cast, title=title) for title in ("One matter", "Another matter"))
    for letter_id in letters:
        for member in (cast.small_member, cast.arabic_member):
            builders.signed(letter_id, member)
        builders.published(cast, letter_id)
    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            lock(session, letters[-1])
            other = pool.submit(masking_everywhere, app, cast)
            until_it_waits(session, other)
            take_off.bodies(session, letters[-1])
        assert other.result() == 2
    printed = db.session.query(PublicLine.printed).all()
    assert [names["und"] for (names,) in printed] == [cast.arabic_member.name] * 2


def test_two_enter_something_into_the_record_of_the_house(app: Flask, cast: Cast) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            record.enter(session, "something else", at=clock.now())
            other = pool.submit(masking_everywhere, app, cast)
            until_it_waits(session, other)
        assert other.result() == 0
