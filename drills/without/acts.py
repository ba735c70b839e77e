"""An acknowledged act is never lost; one standing signature; the deadline is one instant."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import current_app
from sqlalchemy import text

from coalition import clock
from coalition.database import after_commit, db, transaction
from coalition.intake import moments
from drills.without import Without, answering, instead

INDEX = "uq_signatures_letter_id_organisation_index"


def _answered_first(sign: Any) -> Any:
    """Say that it is done, and do it half a second later."""

    def sign_later(invitation_id: Any, link_id: Any, form: Any) -> str:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- as Flask's manual does

        def do() -> None:
            time.sleep(0.5)
            with app.app_context():
                sign(invitation_id, link_id, form)

        threading.Thread(target=do, daemon=True).start()
        return str(form.shown.language)

    return sign_later


def _unsynced(prepare: Any) -> Any:
    def prepared(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    return prepared


def _queued_afterwards(queue: Any) -> Any:
    """Queue a mail in a transaction of its own, once the act is committed."""

    def queue_later(_session: Any, kind: str, **facts: Any) -> None:
        def do() -> None:
            with transaction() as session:
                queue(session, kind, **facts)

        after_commit(do)

    return queue_later


def _in_two_steps(enter: Any) -> Any:
    """Commit what was written so far, then go on."""

    def entered(session: Any, *of_entry: Any, **detail: Any) -> Any:
        session.commit()
        return enter(session, *of_entry, **detail)

    return entered


def _without_index(upgrade: Any) -> Any:
    def upgraded(*given: Any, **named: Any) -> None:
        upgrade(*given, **named)
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP INDEX IF EXISTS {INDEX}"))

    return upgraded


def _begins_as_readers_do(_begin: Any) -> Any:
    return lambda connection: connection.exec_driver_sql("BEGIN")


@contextmanager
def _many_writers(_session: Any) -> Iterator[None]:
    yield


def _clock_asked_first(verb: Any) -> Any:
    """The time is what it was when the request came in."""

    @wraps(verb)
    def done(*given: Any, **named: Any) -> Any:
        ask, at = clock.now, clock.now()
        clock.now = lambda: at
        try:
            return verb(*given, **named)
        finally:
            clock.now = ask

    return done


def _guessed(read: Callable[..., Any]) -> Any:
    def read_anyhow(*given: Any, **named: Any) -> Any:
        try:
            return read(*given, **named)
        except moments.TimeIsSkipped as skipped:
            return skipped.after
        except moments.TimeComesTwice as twice:
            return twice.first

    return read_anyhow


NO_LOCKS = {
    "sqlalchemy.dialects.postgresql.base:PGCompiler.for_update_clause": answering(""),
    "coalition.database:_begin_sqlite": _begins_as_readers_do,
    "coalition.database:_one_writer": instead(_many_writers),
}

TAKEN_OUT = {
    "answer_after_commit": Without(
        "waiting for the commit: the answer leaves first", {"coalition.actions.sign_at_once:sign": _answered_first}
    ),
    "sync": Without("a sync of the disk (`PRAGMA synchronous=OFF`)", {"coalition.database:_prepare_sqlite": _unsynced}),
    "mail_in_the_transaction": Without(
        "the outbox in the act's transaction: mails are queued after it",
        {"coalition.emails.outbox:queue": _queued_afterwards},
    ),
    "one_transaction": Without(
        "one transaction for the act and its record", {"coalition.models.record:enter": _in_two_steps}
    ),
    "unique_and_locks": Without(
        "the UNIQUE index on standing signatures and without locks",
        NO_LOCKS | {"flask_migrate:upgrade": _without_index},
    ),
    "unique": Without("the UNIQUE index on standing signatures", {"flask_migrate:upgrade": _without_index}),
    "idempotency": Without(
        "the idempotency key of a form",
        {"coalition.web.signing.open_form:OpenForm.key_of": lambda _present: lambda _form, _act: secrets.token_hex(16)},
    ),
    "locks": Without("locks: whoever comes reads what is there", NO_LOCKS),
    "clock_after_lock": Without(
        "asking the clock after the lock: the time is that of the request's arrival",
        {
            "coalition.actions.answer:sign": _clock_asked_first,
            "coalition.actions.sign_at_once:sign": _clock_asked_first,
        },
    ),
    "refused_times": Without(
        "refusing local times that do not exist or come twice: they are guessed",
        {"coalition.intake.moments:read_moment": _guessed},
    ),
    "skew": Without(
        "a limit to how far clocks may differ", {"coalition.actions.findings:SKEW": instead(timedelta(days=999))}
    ),
}
