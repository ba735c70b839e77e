"""`coalition doctor` as an operator calls it, and what it says of the database and of what runs."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from coalition import clock
from coalition.actions import findings, footing
from coalition.cli.doctor import machinery, store
from coalition.cli.findings import CHANGE
from coalition.database import transaction
from coalition.models.machinery import Tick, TickRun
from coalition.models.outgoing_email import OutgoingEmail

OF_THE_TESTS = "PostgreSQL runs with"
"""What a cluster of tests lacks on purpose, for speed: and so it is seen to be found."""

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.cli.conftest import Terminal


def test_a_new_installation_is_told_what_is_missing_and_no_network_is_asked(installed: Terminal) -> None:
    done = installed.run("doctor", "--offline")
    assert (done.exit_code, done.stderr.endswith("to change.\n")) == (1, True)
    changes = [line for line in done.stdout.splitlines() if line.startswith("Change:") and OF_THE_TESTS not in line]
    assert changes == ["Change:  No worker has ever run. Start `coalition serve`, or `coalition worker`."]
    assert "letters.example.org" not in done.stdout


def test_where_there_is_no_installation_it_is_said(terminal: Terminal) -> None:
    done = terminal.run("doctor", "--offline")
    assert (done.exit_code, "There is no installation in instance" in done.stdout) == (1, True)


def test_without_its_keys_nothing_is_opened(installed: Terminal) -> None:
    (installed.folder / "instance" / "keys.json").unlink()
    done = installed.run("doctor", "--offline")
    assert (done.exit_code, done.stdout.count("Change:")) == (1, 1)
    assert "keys.json" in done.stdout.partition("Change:")[2]


def test_an_older_database_is_told_to_be_upgraded(installed: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footing, "schema", lambda _session: "older")
    done = installed.run("doctor", "--offline")
    assert (done.exit_code, "run `coalition upgrade`" in done.stdout) == (1, True)


def test_a_database_that_keeps_its_promises_is_good(cast: Cast) -> None:  # noqa: ARG001 -- the founded coalition
    said = [one for one in store.of() if one.kind != "look"]
    unsafe = [one.words.split()[3] for one in said if OF_THE_TESTS in one.words]
    assert unsafe in ([], ["fsync", "full_page_writes", "synchronous_commit"])
    assert unsafe or [one.words.split(",")[0] for one in said] == ["SQLite answers"]


def test_a_missing_trigger_and_a_restore_that_was_cut_off_must_change(cast: Cast) -> None:  # noqa: ARG001 -- the founded coalition
    with transaction() as session:
        session.add(Tick(fact="restore: unfinished", at=clock.now()))
    (said,) = store.of()
    assert (said.kind, "was cut off" in said.words) == (CHANGE, True)


@pytest.mark.only_on("sqlite")
def test_a_database_without_its_log_must_change() -> None:
    with create_engine("sqlite://").connect() as connection:
        (said,) = store._of_sqlite(connection)
    assert said.words.startswith("The SQLite database is in the mode memory, not WAL")


def test_a_worker_that_stopped_and_works_that_fail_are_told(cast: Cast) -> None:  # noqa: ARG001 -- the founded coalition
    with transaction() as session:
        session.query(OutgoingEmail).update({"state": "accepted"})

    def ran(name: str, *, ago: timedelta, failures: int = 0) -> None:
        with transaction() as session:
            at = clock.now() - ago
            session.add(TickRun(name=name, started_at=at, finished_at=at, failures=failures, last_words="OSError"))

    ran("close_due", ago=timedelta(minutes=20))
    said = [one.words for one in machinery.of() if one.kind == CHANGE]
    assert said == ["No worker has run for five minutes. Start `coalition serve`, or `coalition worker`."]
    ran("deliver", ago=timedelta(), failures=4)
    said = [one.words for one in machinery.of() if one.kind == CHANGE]
    assert "The work “deliver” fails each time. The worker's log says why." in said


@pytest.mark.only_on("sqlite")
def test_everything_that_can_be_found_of_the_machine_has_its_sentence() -> None:
    literal = set(re.findall(r'Finding\(f?"([a-z -]+?)(?: \{[a-z.]+\})?"', inspect.getsource(findings)))
    literal |= {"no backup", "backup old"}
    unsaid = {kind for kind in literal if not any(known.startswith(kind) for known in machinery.SENTENCES)}
    assert unsaid == set()
    assert len(literal) > 10
