"""The health endpoint: what a watcher reads when all is well, and when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from coalition import clock
from coalition.actions import machine, tick
from coalition.database import db, transaction
from coalition.models.machinery import TickRun
from coalition.models.outgoing_email import OutgoingEmail
from coalition.web.public import health
from tests.builders import an_open_letter
from tests.cast import Cast
from tests.visitor import Visitor

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture(autouse=True)
def nobody_looked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process found is kept for two seconds; here each look is one."""
    monkeypatch.setattr(health, "KEPT_FOR", 0.0)


@pytest.fixture
def cast_with_ticks(cast: Cast) -> Cast:
    """The cast, on a machine whose tick has just gone."""
    for name in ("close", "deliver"):
        tick.kept(name, lambda: None)
    with transaction() as session:  # the cast was assembled when the run began: its mail would lie still by now
        session.execute(update(OutgoingEmail).values(state="accepted"))
    return cast


def put(name: str, **values: Any) -> None:
    with transaction() as session:
        run = session.get_one(TickRun, name)
        for key, value in values.items():
            setattr(run, key, value)


@pytest.mark.usefixtures("cast_with_ticks")
def test_all_is_well(visitor: Visitor) -> None:
    page = visitor.get("/health")
    assert (page.status, page.text.splitlines()[0]) == (200, "ok")
    assert "tick close: ok, began " in page.text
    assert page.headers["Cache-Control"] == "no-store"
    told = visitor.get("/health", headers={"Accept": "application/json"}).answer.json
    assert told is not None
    assert told["state"] == "ok"
    assert told["ticks"]["close"]["state"] == "ok"


@pytest.mark.usefixtures("cast_with_ticks")
@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"started_at": timedelta(minutes=-6), "finished_at": timedelta(minutes=-6)}, "late"),
        ({"started_at": timedelta(minutes=-16), "finished_at": timedelta(minutes=-17)}, "stuck"),
        ({"failures": 3, "last_words": "ProgrammingError"}, "failing"),
    ],
)
def test_a_work_that_needs_somebody_is_seen(visitor: Visitor, cast: Cast, values: dict[str, Any], state: str) -> None:
    now = clock.now()
    put("close", **{key: now + value if isinstance(value, timedelta) else value for key, value in values.items()})
    page = visitor.get("/health")
    assert page.status == 503
    assert page.text.startswith("not well\n")
    assert f"tick close: {state}" in page.text
    assert visitor.get("/health/web").text == "ok\n"
    visitor.sign_in(cast.coordinator)
    assert "Closing letters at their deadline" in visitor.get("/desk").words
    assert "Closing letters at their deadline" in visitor.get("/desk/outbox").words


@pytest.mark.usefixtures("cast_with_ticks")
def test_a_work_that_a_later_version_does_no_more_worries_nobody(visitor: Visitor) -> None:
    long_ago = clock.now() - timedelta(days=30)
    put("close", started_at=long_ago, finished_at=long_ago)
    page = visitor.get("/health")
    assert page.status == 200
    assert "tick close" not in page.text


@pytest.mark.usefixtures("cast_with_ticks")
def test_other_coordinators_are_not_told_of_the_machine(visitor: Visitor, cast: Cast) -> None:
    put("close", failures=3, last_words="ProgrammingError")
    visitor.sign_in(cast.other_coordinator)
    for path in ("/desk", "/desk/outbox"):
        assert "ProgrammingError" not in visitor.get(path).words


def test_mail_that_lies_still_is_seen(visitor: Visitor, cast_with_ticks: Cast) -> None:
    an_open_letter(cast_with_ticks, cast_with_ticks.small_member)
    later = clock.now() + timedelta(minutes=20)
    found = machine.look(db.session(), now=later)
    assert found.lies_still
    assert not found.is_well
    page = visitor.get("/health")
    assert "oldest_due_mail_seconds: " in page.text
    for secret in ("Kalina", "pressclub", "Free the reporters"):
        assert secret not in page.text


@pytest.mark.usefixtures("cast_with_ticks")
def test_a_clock_that_is_ahead_is_seen(visitor: Visitor) -> None:
    put("close", started_at=clock.now() + timedelta(minutes=3), finished_at=clock.now() + timedelta(minutes=3))
    page = visitor.get("/health")
    assert page.status == 503
    assert "clock_ahead_seconds: 17" in page.text or "clock_ahead_seconds: 18" in page.text


def test_a_database_that_is_away_is_said(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("password=…"))

    monkeypatch.setattr(machine, "look", away)
    page = visitor.get("/health")
    assert (page.status, page.text) == (503, "not well\ndatabase: does not answer\n")


@pytest.mark.usefixtures("cast_with_ticks")
def test_who_asks_often_does_not_load_the_machine(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_FOR", 600.0)
    looks: list[object] = []
    look = machine.look

    def counted(*given: Any, **named: Any) -> machine.Machine:
        looks.append(given)
        return look(*given, **named)

    monkeypatch.setattr(machine, "look", counted)
    monkeypatch.setattr(health, "looked", health._Looked())
    answers = {visitor.get("/health").text for _ in range(5)}
    assert len(answers) == len(looks) == 1


def test_while_one_looks_others_get_what_was_found_before(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "looked", health._Looked())
    before = visitor.get("/health").text
    monkeypatch.setattr(machine, "look", lambda *_args, **_named: pytest.fail("nobody else looks"))
    with health.looked._one_looks:
        assert visitor.get("/health").text == before


@pytest.mark.usefixtures("cast_with_ticks")
def test_what_can_wait_is_said_and_is_not_a_fault(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(days=8)
    look = machine.look
    monkeypatch.setattr(
        machine, "look", lambda session, now: replace(look(session, now=now), now=later, age=timedelta(days=8))
    )
    page = visitor.get("/health")
    assert page.status == 200
    assert page.text.splitlines()[:2] == ["ok", "warning: no backup"]
