"""The deadline is one instant, whoever waits for whom: who gets the lock after it is late, who had it before is in."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import event, select

from coalition import clock
from coalition.actions import answer, close, sign_at_once
from coalition.database import db
from coalition.models.account import Account
from coalition.models.letter import Letter, NotOpenForSigning
from coalition.models.record import RecordEntry, verify
from coalition.models.signature import Signature
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from coalition.models.invitation import Invitation
    from tests.cast import Cast

A_MOMENT: Final = 0.4
"""Seconds given to somebody who is expected to wait: nothing is waited for where they do not."""


def ordinary(invitation: Invitation, opened_at: datetime) -> None:
    answer.sign(invitation.id, builders.a_form(invitation, at=opened_at))


def at_once(invitation: Invitation, opened_at: datetime) -> None:
    sign_at_once.sign(invitation.id, invitation.links[-1].id, builders.a_form(invitation, at=opened_at))


@pytest.mark.parametrize(
    ("sign", "refused"), [(ordinary, NotOpenForSigning), (at_once, sign_at_once.NotPlain)], ids=["ordinary", "at once"]
)
def test_who_waits_for_the_letters_row_until_the_deadline_has_passed_is_late(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    sign: Callable[[Invitation, datetime], None],
    refused: type[Exception],
) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    assert invitation.links
    deadline = builders.a_letter(letter_id).deadline_at
    assert deadline is not None
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    present = [deadline - timedelta(seconds=1)]
    monkeypatch.setattr(clock, "now", lambda: present[0])

    def time_passes(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # Whoever locks has waited for whoever had the lock: on SQLite the database, else the letter's row.
        if statement.startswith("BEGIN IMMEDIATE") or "FOR UPDATE" in statement:
            present[0] = deadline + timedelta(hours=1)

    event.listen(db.engine, "after_cursor_execute", time_passes)
    lock = sign_at_once._LOCK.run

    def locked(*given: Any) -> list[Any]:
        found = lock(*given)
        time_passes(None, None, "FOR UPDATE")
        return found

    monkeypatch.setattr(sign_at_once._LOCK, "run", locked)
    try:
        with pytest.raises(refused):
            sign(invitation, present[0])
    finally:
        event.remove(db.engine, "after_cursor_execute", time_passes)
    assert present[0] > deadline
    db.session.rollback()
    assert db.session.scalars(select(Signature)).all() == []


def test_who_closes_while_somebody_signs_waits_and_the_signature_stands_before_it(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    by: UUID = cast.coordinator.id
    wrong: list[Exception] = []

    def close_it() -> None:
        with app.app_context():
            try:
                close.close(letter_id, by=db.session.get_one(Account, by))
            except Exception as error:  # noqa: BLE001 -- told by the test
                wrong.append(error)
            finally:
                db.session.remove()

    closing = threading.Thread(target=close_it)
    ensure = Letter.ensure_open_for_signing

    def ensured_and_then_closed(letter: Any, **given: Any) -> bool:
        is_in_grace = ensure(letter, **given)
        closing.start()
        closing.join(A_MOMENT)
        return is_in_grace

    monkeypatch.setattr(Letter, "ensure_open_for_signing", ensured_and_then_closed)
    builders.signed(letter_id, cast.arabic_member)
    closing.join()
    assert wrong == []
    db.session.rollback()
    chain = db.session.scalars(
        select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number)
    ).all()
    verify(chain)
    assert [entry.verb for entry in chain if entry.verb in {"answered", "closed"}] == ["answered", "closed"]
    assert builders.a_letter(letter_id).stage == "closed"
