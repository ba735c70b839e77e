"""Killed at any statement of signing: the act with its record, count and mails is there, or nothing of it is.

At every fifth statement here; at each with COALITION_TEST_EVERY_STEP.
"""

from __future__ import annotations

import os
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import event, func, select

from coalition import statements
from coalition.actions import answer, sign_at_once
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from coalition.models.signature import Signature
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable

    from coalition.models.invitation import Invitation
    from tests.cast import Cast

STRIDE: Final = 1 if os.environ.get("COALITION_TEST_EVERY_STEP") else 5


def in_the_ordinary_way(invitation: Invitation) -> None:
    answer.sign(invitation.id, builders.a_form(invitation))


def at_once(invitation: Invitation) -> None:
    sign_at_once.sign(invitation.id, invitation.links[-1].id, builders.a_form(invitation))


def state() -> dict[str, int]:
    """How much there is of everything that an answer leaves."""
    db.session.rollback()
    counted = {
        noun.__tablename__: db.session.scalar(select(func.count()).select_from(noun)) or 0
        for noun in (Signature, Consent, OutgoingEmail, RecordEntry)
    }
    return counted | {"signed": db.session.scalars(select(Tally.signed)).one()}


@pytest.mark.parametrize("sign", [in_the_ordinary_way, at_once])
def test_killed_at_any_statement_all_of_a_signature_is_there_or_nothing(
    cast: Cast, sign: Callable[[Invitation], None]
) -> None:
    member = cast.arabic_member  # whose organisation has nobody else to be told
    letter_id = builders.an_open_letter(cast, member)
    before = state()
    for step in count(0, STRIDE):
        invitation = builders.invitation_of(letter_id, member)
        assert invitation.links
        process = os.fork()
        if process == 0:
            _until(step, partial(sign, invitation))
        _pid, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            break
        assert os.waitstatus_to_exitcode(status) == 9
        assert state() == before, f"killed at its statement {step}"
    assert step > 5
    assert state() == {name: number + 1 for name, number in before.items()}


def _until(step: int, act: Callable[[], None]) -> None:
    """In a process of its own: do it, and end without a word at the statement of that number."""
    db.engine.dispose(close=False)
    db.session.registry.clear()
    done = iter(range(step))

    def end(*_of_statement: Any) -> None:
        if next(done, None) is None:
            os._exit(9)

    run = statements.Constant.run

    def ended_or_run(self: statements.Constant, *given: Any) -> Any:
        end()
        return run(self, *given)

    event.listen(db.engine, "before_cursor_execute", end)
    event.listen(db.engine, "commit", end)
    setattr(statements.Constant, "run", ended_or_run)  # noqa: B010 -- its types are those of what it stands for
    try:
        act()
    except BaseException:  # noqa: BLE001 -- whatever went wrong, this process must never go on with the tests
        os._exit(1)
    os._exit(0)
