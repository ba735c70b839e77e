"""Invitations to many, and two workers that are killed while they go out: none is lost, none comes altered.

Few and two kills here; COALITION_TEST_MAILS=10000 with --log-cli-level=info sends as many as the promise is made for,
kills three times and tells the figures.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from coalition import clock, config
from coalition.actions import circulate, directory
from coalition.actions.directory import ContactEntry, DirectoryRow, OrganisationEntry
from coalition.database import db, transaction
from coalition.emails.leases import LEASE
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.emails.smtp import Mailbox, Received, free_port, mail_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cast import Cast

MAILS = int(os.environ.get("COALITION_TEST_MAILS", "160"))
KILLED_AFTER = (MAILS // 6, MAILS // 2) if MAILS < 1000 else (MAILS // 8, MAILS // 3, MAILS * 2 // 3)
WORKERS = 2
PATIENCE = 240.0 + MAILS / 5
log = logging.getLogger(__name__)


def invitations_to(number_of_members: int, cast: Cast) -> None:
    """A letter sent to a contact at each of so many organisations."""
    rows = [
        DirectoryRow(
            OrganisationEntry(names={"und": f"Member {number:04}"}, country="KE"),
            (ContactEntry(address=f"post@member{number:04}.example", name="Ada", language="en"),),
        )
        for number in range(number_of_members)
    ]
    contacts = directory.import_rows(rows, by=cast.coordinator).contact_ids
    letter_id = builders.a_draft(cast)
    circulate.invite(letter_id, contacts, by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=number_of_members)


@contextmanager
def a_worker(port: int, *, jobs: str = "", machine: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """The worker by its own command, on the test's database, with the mail server at `port`.

    `jobs` is the setting of that name. With `machine` it has a home of its own, as on another machine, and shares keys
    and database alone.
    """
    settings = config.settings()
    home = settings.home / machine
    home.mkdir(exist_ok=True)
    environment = {
        "COALITION_HOME": home,
        "COALITION_KEYS": settings.keys_path,
        "COALITION_JOBS": jobs,
        "COALITION_DATABASE": settings.database,
        "COALITION_PUBLIC_ADDRESS": settings.public_address,
        "COALITION_MAIL_SERVER": "localhost",
        "COALITION_MAIL_PORT": port,
        "COALITION_MAIL_SECURITY": "none",
    }
    log = home / f"worker-{port}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "coalition.cli", "worker"],
            env=os.environ | {name: str(value) for name, value in environment.items()},
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool], *processes: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert {process.poll() for process in processes} == {None}, "a worker ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.1)


def states() -> Counter[str]:
    """How many mails of the outbox are in each state."""
    db.session.rollback()
    query = select(OutgoingEmail.state, func.count()).group_by(OutgoingEmail.state)
    rows = [(str(state), int(number)) for state, number in db.session.execute(query)]
    return Counter(dict(rows))


def leases_run_out() -> None:
    """Time passes: what the killed worker had in hand is nobody's any more."""
    with transaction() as session:
        silent = {"synchronize_session": False}
        held = OutgoingEmail.lease_until.is_not(None)
        past = clock.now() - LEASE - timedelta(seconds=1)
        session.execute(update(OutgoingEmail).where(held).values(lease_until=past).execution_options(**silent))


def by_recipient(received: list[Received]) -> dict[str, list[bytes]]:
    found = defaultdict(list)
    for mail in received:
        found[mail.recipient].append(mail.content)
    return found


def has_received(mailbox: Mailbox, number: int) -> bool:
    return len(mailbox.received) >= number


def message_id(content: bytes) -> bytes:
    return next(line for line in content.splitlines() if line.lower().startswith(b"message-id:"))


@pytest.mark.usefixtures("app")
def test_two_workers_killed_again_and_again_lose_no_mail_and_double_only_what_was_in_flight(cast: Cast) -> None:
    invitations_to(MAILS, cast)
    in_flight = 0
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        for number in KILLED_AFTER:
            with ExitStack() as stack:
                workers = [stack.enter_context(a_worker(port, machine=f"m{each}")) for each in range(WORKERS)]
                wait_until(partial(has_received, mailbox, number), *workers)
                for worker in workers:
                    worker.kill()
            in_flight += states()["transmitting"]
            leases_run_out()
        with a_worker(port, machine="m0") as first, a_worker(port, machine="m1") as second:
            wait_until(lambda: states()["accepted"] == states().total(), first, second)
            for worker in (first, second):
                worker.terminate()
            assert [worker.wait(timeout=30) for worker in (first, second)] == [0, 0]
    invitations = {address: mails for address, mails in by_recipient(mailbox.received).items() if "@member" in address}
    doubled = {address: mails for address, mails in invitations.items() if len(mails) > 1}
    lost = MAILS - len(invitations)
    log.info("%s mails, %s workers: %s lost, %s doubled of %s in flight", MAILS, WORKERS, lost, len(doubled), in_flight)
    assert lost == 0
    assert len(doubled) <= in_flight <= len(KILLED_AFTER) * WORKERS * config.settings().mail_connections
    for mails in doubled.values():
        assert len(mails) == 2
        assert len({message_id(content) for content in mails}) == 1
        assert len(set(mails)) == 1
    assert len({message_id(mails[0]) for mails in invitations.values()}) == MAILS


@pytest.mark.only_on("postgres")
@pytest.mark.usefixtures("app")
def test_two_workers_woken_by_redis_send_each_mail_once(tmp_path: Path, cast: Cast) -> None:
    program = shutil.which("redis-server")
    if program is None or find_spec("redis") is None:
        pytest.skip("there is no redis-server here, or the extra is not installed")
    invitations_to(40, cast)
    mailbox = Mailbox()
    with redis_at(program, tmp_path) as jobs, mail_server(mailbox) as port, ExitStack() as stack:
        two = [stack.enter_context(a_worker(port, jobs=jobs, machine=f"m{each}")) for each in range(WORKERS)]
        wait_until(lambda: states()["accepted"] == states().total(), *two)
    assert Counter(mail.recipient for mail in mailbox.received).most_common(1)[0][1] == 1
    assert len(mailbox.received) == states()["accepted"]


@contextmanager
def redis_at(program: str, folder: Path) -> Iterator[str]:
    """A Redis of our own, which keeps nothing; yields its address."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), "--daemonize", "no"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


@pytest.mark.usefixtures("app")
def test_a_worker_that_is_told_to_end_finishes_the_mail_in_hand_and_gives_the_rest_back(cast: Cast) -> None:
    invitations_to(200, cast)
    mailbox = Mailbox()
    with mail_server(mailbox) as port, a_worker(port) as worker:
        wait_until(partial(has_received, mailbox, 20), worker)
        worker.terminate()
        assert worker.wait(timeout=PATIENCE) == 0
    left = states()
    assert left["transmitting"] == left["claimed"] == 0
    assert left["accepted"] == len(mailbox.received)
    assert left["queued"] > 0
