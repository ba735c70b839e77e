"""What was answered is done: processes killed without a word while people sign, and the disk asked before each answer.

COALITION_TEST_SIGNERS=200 lets as many sign, and kills as often as there are hundreds, and twice more.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import select, update

from coalition.actions import circulate, directory
from coalition.actions.directory import ContactEntry, DirectoryRow, OrganisationEntry
from coalition.database import db, transaction
from coalition.models.consent import Consent
from coalition.models.invitation import Invitation
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry, verify
from coalition.models.signature import Signature
from tests import builders
from tests.emails.smtp import free_port
from tests.served import PATIENCE, Tree, served, wait_until
from tests.stories.test_races import OpenPage, counted, open_page

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.config import Settings
    from tests.cast import Cast

SIGNERS: Final = int(os.environ.get("COALITION_TEST_SIGNERS", "60"))
AT_ONCE: Final = 6
KILLS: Final = 2 + SIGNERS // 100


@pytest.fixture
def links(cast: Cast) -> list[tuple[UUID, str]]:
    """A letter sent to a contact at each of so many organisations: invitations, and the paths of their links."""
    rows = [
        DirectoryRow(
            OrganisationEntry(names={"und": f"Member {number:04}"}, country="KE"),
            (ContactEntry(address=f"post@member{number:04}.example", name="Ada", language="en"),),
        )
        for number in range(SIGNERS)
    ]
    contacts = directory.import_rows(rows, by=cast.coordinator).contact_ids
    letter_id = builders.a_draft(cast)
    circulate.invite(letter_id, contacts, by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=SIGNERS)
    invitations = db.session.scalars(select(Invitation).where(Invitation.letter_id == letter_id))
    found = [(invitation.id, builders.link_path_of(invitation)) for invitation in invitations]
    with transaction() as session:  # whatever else waits is not what is tried, and would look like mail that lies still
        session.execute(update(OutgoingEmail).values(state="accepted"))
    db.session.remove()
    db.engine.dispose()
    return found


@contextmanager
def serving(settings: Settings, database: str, folder: Path, *, web_processes: int) -> Iterator[Tree]:
    """The product by its own command, on the test's database."""
    port = free_port()
    environment = {
        "COALITION_HOME": str(settings.home),
        "COALITION_DATABASE": database,
        "COALITION_PUBLIC_ADDRESS": settings.public_address,
        "COALITION_PORT": str(port),
        "COALITION_WEB_WORKERS": str(web_processes),
    }
    with served(folder, environment, port=port) as tree:
        yield tree


def insisting(act: Callable[[], OpenPage | int]) -> OpenPage | int:
    """Do it until there is an answer, as somebody does who loads a page again."""
    for _ in range(int(PATIENCE / 0.05)):
        with suppress(OSError, HTTPException):
            return act()
        time.sleep(0.05)
    pytest.fail("nobody answers any more")


def sign(address: str, link: str) -> None:
    """Open the link and sign; the form goes again whole where the answer did not come."""
    page = insisting(lambda: open_page(address, link))
    assert isinstance(page, OpenPage)
    fields = {"visibility": "named", "person": "Ada", "role": "Director", "authority": "yes"}
    assert insisting(lambda: page.send("sign", fields)) == 303


def test_whatever_process_is_killed_while_people_sign_each_answer_that_was_given_stands(
    settings: Settings, database_url: str, links: list[tuple[UUID, str]], tmp_path: Path
) -> None:
    acknowledged: list[UUID] = []
    with serving(settings, database_url, tmp_path, web_processes=2) as tree, ThreadPoolExecutor(AT_ONCE) as pool:
        address = f"http://127.0.0.1:{tree.port}"

        def one_signs(invitation: UUID, link: str) -> None:
            sign(address, link)
            acknowledged.append(invitation)

        signing = [pool.submit(one_signs, *one) for one in links]
        for kill in range(1, KILLS + 1):
            enough = SIGNERS * kill // (KILLS + 1)
            wait_until(lambda enough=enough: len(acknowledged) >= enough, f"{enough} have signed", tree)  # type: ignore[misc]  # a lambda with a default
            wait_until(tree.is_whole, "everybody is there", tree)
            os.kill(tree.web_process(), signal.SIGKILL)
        for one in signing:
            one.result()
        for pid in (tree.process.pid, *tree.all()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert len(acknowledged) == SIGNERS
    each_stands_once(acknowledged)


def each_stands_once(acknowledged: list[UUID]) -> None:
    """Signature, consent, count, receipt and record of each, once and together."""
    db.session.rollback()
    answered = db.session.scalars(select(Invitation).where(Invitation.id.in_(acknowledged))).all()
    assert {one.answer_kind for one in answered if one.answered_at} == {"sign"}
    assert sum(one.answered_at is not None for one in answered) == SIGNERS
    assert counted(Signature) == counted(Consent) == db.session.scalars(select(Tally.signed)).one() == SIGNERS
    assert counted(OutgoingEmail, OutgoingEmail.occasion == "sealed") == SIGNERS
    letter_id = answered[0].letter_id
    chain = db.session.scalars(
        select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number)
    ).all()
    verify(chain)
    assert sum(entry.verb == "answered" for entry in chain) == SIGNERS


LINE: Final = re.compile(r"^(?P<thread>\d+) +(?P<words>.*)$")
CALLED: Final = re.compile(r"^(?P<call>\w+)\((?P<with>.*)$")
ANSWERED: Final = re.compile(r"HTTP/1\.1 303.*/receipt")


@pytest.mark.only_on("sqlite")
def test_the_disk_has_what_was_written_before_the_answer_leaves(
    settings: Settings, database_url: str, links: list[tuple[UUID, str]], tmp_path: Path
) -> None:
    program = shutil.which("strace")
    if program is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace.txt"
    with serving(settings, database_url, tmp_path, web_processes=1) as tree:
        with watched(program, tree.web_process(), trace):
            for _invitation, link in links[:4]:
                sign(f"http://127.0.0.1:{tree.port}", link)
        assert tree.end() == 0
    assert answers_after_a_sync(trace.read_text("utf-8", "replace")) == [True] * 4


@contextmanager
def watched(program: str, pid: int, trace: Path) -> Iterator[None]:
    """Have strace write down what the process, with all its threads, writes and syncs."""
    calls = "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync"
    words = trace.with_name("strace.txt")
    with words.open("wb") as out:
        process = subprocess.Popen(
            [program, "-f", "-yy", "-s", "1200", "-e", calls, "-o", str(trace), "-p", str(pid)], stdout=out, stderr=out
        )
    try:
        wait_until(lambda: b"attached" in words.read_bytes() or process.poll() is not None, "strace is attached")
        if process.poll() is not None:
            pytest.skip(f"strace may not look: {words.read_text('utf-8', 'replace')}")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)


def answers_after_a_sync(trace: str) -> list[bool]:
    """For each answer to a form: whether the log of the database was synced after it was last written to."""
    is_synced, found = True, []
    begun: dict[str, str] = {}
    for line in filter(None, map(LINE.match, trace.splitlines())):
        thread, words = line["thread"], line["words"]
        if words.startswith("<... "):
            words, is_over = begun.pop(thread, ""), True
        else:
            is_over = not words.endswith("<unfinished ...>")
            begun[thread] = words
        called = CALLED.match(words)
        if called is None:
            continue
        is_log = "-wal>" in called["with"]
        if is_log and called["call"].startswith("pwrite"):
            is_synced = False
        elif is_log and called["call"] in {"fsync", "fdatasync"} and is_over:
            is_synced = True
        elif ANSWERED.search(words) and not line["words"].startswith("<... "):
            found.append(is_synced)
    return found
