"""A backup taken while processes sign: what was acknowledged by then is in it, and nothing of it is sent again.

A dozen signatures here; COALITION_TEST_SIGNATURES=2000 with --log-cli-level=info signs as many by four processes, and
tells the figures.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import sqlalchemy as sa

from coalition import clock
from coalition.actions import circulate, directory
from coalition.actions.back_up import back_up
from coalition.actions.directory import ContactEntry, DirectoryRow, OrganisationEntry
from coalition.database import db
from coalition.models import all_rows
from coalition.models.contact import Contact
from tests import builders
from tests.cast import Member
from tests.cli.test_restoring import elsewhere, public, target

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.cli.test_restoring import Elsewhere

SIGNATURES: Final = int(os.environ.get("COALITION_TEST_SIGNATURES", "12"))
PROCESSES: Final = 2 if SIGNATURES < 1000 else 4
BEFORE: Final = SIGNATURES // 3
"""So many are acknowledged when the backup begins."""
log = logging.getLogger(__name__)
__all__ = ["elsewhere", "target"]


def test_a_backup_taken_while_others_sign_has_every_act_that_was_acknowledged_before_it(
    cast: Cast, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    letter_id, members = an_open_letter_to_many(cast)
    acknowledged, told = os.pipe()
    signers = [
        forked(partial(sign_one_by_one, letter_id, members[number::PROCESSES], told)) for number in range(PROCESSES)
    ]
    os.close(told)
    file = tmp_path / "all.backup"
    with os.fdopen(acknowledged, encoding="ascii") as lines:
        acts = [line.split() for line in (next(lines) for _ in range(BEFORE))]
        made = back_up(file, public(elsewhere.key))
        acts += [line.split() for line in lines]
    assert [os.waitpid(one, 0)[1] for one in signers] == [0] * PROCESSES
    assert len(acts) == SIGNATURES
    before = {one for one, at in acts if datetime.fromisoformat(at) <= made.made_at}
    assert len(before) >= BEFORE

    (elsewhere.home / "erasures.jsonl").touch()
    done = elsewhere.restore(file)
    assert (done.exit_code, "The record fits" in done.output) == (0, True), done.output
    answered = who_answered(elsewhere)
    assert before <= answered <= {one for one, _at in acts}
    log.info("%s rows, %s bytes; %s of %s acts in it", made.rows, made.size, len(answered), SIGNATURES)


def who_answered(elsewhere: Elsewhere) -> set[str]:
    """The contacts that answered, as the restored database has it; no mail waits there."""
    engine = elsewhere.engine()
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT contact_id FROM invitations WHERE answered_at IS NOT NULL").columns(contact_id=sa.Uuid())
        )
        answered = {row.contact_id.hex for row in rows}
        waiting = (
            "SELECT count(*) FROM outgoing_emails WHERE state IN ('queued', 'claimed', 'transmitting', 'deferred')"
        )
        assert connection.scalar(sa.text(waiting)) == 0
        assert connection.scalar(sa.text("SELECT count(*) FROM signatures")) == len(answered)
    engine.dispose()
    return answered


def test_a_backup_that_is_killed_leaves_nothing_under_its_name(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_open_letter(cast)
    whole = all_rows.lines

    def killed_in_the_midst(connection: sa.Connection) -> Iterator[bytes]:
        for number, line in enumerate(whole(connection)):
            if number == 30:
                os.kill(os.getpid(), signal.SIGKILL)
            yield line

    monkeypatch.setattr(all_rows, "lines", killed_in_the_midst)
    file = tmp_path / "all.backup"
    _pid, status = os.waitpid(forked(lambda: back_up(file, "correct horse battery staple")), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
    assert len(list(tmp_path.glob(".all.backup.*.part"))) == 1


def an_open_letter_to_many(cast: Cast) -> tuple[UUID, list[Member]]:
    """A letter sent to a contact at each of SIGNATURES organisations."""
    rows = [
        DirectoryRow(
            OrganisationEntry(names={"und": f"Member {number:04}"}, country="KE"),
            (ContactEntry(address=f"post@member{number:04}.example", name="Ada", language="en"),),
        )
        for number in range(SIGNATURES)
    ]
    contacts = directory.import_rows(rows, by=cast.coordinator).contact_ids
    letter_id = builders.a_draft(cast)
    circulate.invite(letter_id, contacts, by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=SIGNATURES)
    members = [
        Member(contact.organisation_id, contact.id, contact.organisation.name, contact.address)
        for contact in db.session.scalars(sa.select(Contact).where(Contact.id.in_(contacts)))
    ]
    return letter_id, members


def sign_one_by_one(letter_id: UUID, members: list[Member], told: int) -> None:
    """Sign for each, and say so when the verb has returned: that is when a person reads that it is done."""
    for member in members:
        builders.signed(letter_id, member)
        os.write(told, f"{member.contact_id.hex} {clock.now().isoformat()}\n".encode())


def forked(work: Callable[[], object]) -> int:
    """The id of a process that does it, with connections of its own, and ends without going back to the tests."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child
