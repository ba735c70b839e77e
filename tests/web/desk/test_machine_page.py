"""The operator's page: what needs doing, in words, with the command that does it; and how the machine is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coalition import clock, config
from coalition.actions import machine, tick
from coalition.actions.footing import Disk, Keys
from coalition.actions.machine import LastBackup, Machine, Queue, Work
from coalition.database import db, transaction
from coalition.keys import KeyRing
from coalition.models.machinery import Backup, TickRun
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def operator(visitor: Visitor, cast: Cast) -> Visitor:
    """An administrator at the desk of a machine whose mail went out."""
    with transaction() as session:
        session.query(OutgoingEmail).update({"state": "accepted"})
    visitor.sign_in(cast.coordinator)
    return visitor


def test_where_all_is_well_it_says_so_and_how_the_machine_is(operator: Visitor) -> None:
    tick.kept("close", lambda: None)
    with transaction() as session:
        session.add(Backup(made_at=clock.now(), name="all.backup", size=34_000_000))
    page = operator.get("/desk/machine")
    assert page.heading == "The machine"
    assert "All is well. Nothing needs you." in page.words
    assert "34 MB" in page.words
    assert '<bdi dir="ltr">/health</bdi>.' in page.text
    assert "Closing letters at their deadline Works" in page.words
    fingerprint = KeyRing.read(config.settings().keys_path).keys("vault")[0].fingerprint[:16]
    assert f"what is private {KeyRing.read(config.settings().keys_path).names('vault')[0]}" in page.words
    assert fingerprint in page.words
    for one in KeyRing.read(config.settings().keys_path).keys("vault"):
        assert one.secret.hex() not in page.text


def test_what_needs_somebody_stands_first_with_what_to_type(operator: Visitor) -> None:
    for name in ("close", "deliver"):
        tick.kept(name, lambda: None)
    with transaction() as session:
        session.query(TickRun).filter_by(name="close").update({"failures": 3, "last_words": "ProgrammingError"})
        session.add(Backup(made_at=clock.now() - timedelta(days=9), name="all.backup", size=1))
    page = operator.get("/desk/machine")
    grave, can_wait = (
        "Closing letters at their deadline: failed 3 times in a row",
        "The last backup is old: it was made 9 days",
    )
    assert page.words.index(grave) < page.words.index(can_wait) < page.words.index("How it is")
    assert "Letters stay open past their deadline." in page.words
    assert "coalition backup FILE" in page.words
    assert "All is well" not in page.words
    home = operator.get("/desk")
    assert grave in home.words
    assert "1 thing about the machine can wait a little" in home.words
    assert operator.get("/desk/outbox").follow("Look at the machine").heading == "The machine"


def test_others_do_not_see_it(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.other_coordinator)
    assert visitor.get("/desk/machine").status == 403
    assert "The machine" not in visitor.get("/desk/team").words


def a_machine(**other: object) -> Machine:
    """A machine as it is found, but for what is given."""
    return replace(machine.look(db.session(), now=clock.now()), **other)  # type: ignore[arg-type]  # what is given fits


LONG_AGO = clock.now() - timedelta(days=3)
BROKEN: dict[str, dict[str, object]] = {
    **{f"keys {state}": {"keys": Keys(state)} for state in ("missing", "damaged", "wrong")},
    "keys lacking vault": {"keys": Keys("lacking", ("vault",))},
    "keys readable by others": {"keys": Keys("ok", is_private=False)},
    **{f"schema {state}": {"schema": state} for state in ("older", "newer")},
    "database read-only": {"takes_nothing": True},
    "restore unfinished": {"is_half_restored": True},
    "restore waits": {"waits_since": LONG_AGO},
    **{
        f"disk {state} home": {"disks": (Disk("home", Path("/srv/coalition"), 10**8, 10**12, state),)}
        for state in ("full", "low", "read-only", "missing")
    },
    "no worker": {"works": (Work("close", "late", LONG_AGO, LONG_AGO, 0, ""),)},
    "mail lies still": {
        "lies_still": True,
        "queues": tuple(Queue(name, 1, timedelta(minutes=40)) for name in ("mail", "webhooks", "pages", "files")),
    },
    "mail held": {"mails": {"held": 3}, "has_mail_server": False},
    "clock ahead": {"ahead": timedelta(minutes=3)},
    "no backup": {"age": timedelta(days=30), "backup": None},
    "backup old": {"backup": LastBackup(clock.now() - timedelta(days=30), 1)},
    **{
        f"backup {state}": {
            "works": (Work("backup", state, LONG_AGO, LONG_AGO, 1, "OSError"),),
            "promises_backups": True,
        }
        for state in ("late", "stuck", "failing")
    },
    "pages lie still": {
        "queues": tuple(Queue(name, 1, timedelta(hours=2)) for name in ("mail", "webhooks", "pages", "files"))
    },
}


def test_each_thing_has_words_that_say_what_to_do(operator: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = set()
    for kind, other in BROKEN.items():
        found = a_machine(**other)
        assert kind in {str(one) for one in found.findings}
        with monkeypatch.context() as patch:
            patch.setattr(machine, "look", lambda *_args, found=found, **_options: found)
            page = operator.get("/desk/machine")
        assert page.text.count('class="part need"') == len(found.findings)
        assert "%(" not in page.words
        titles.add(page.text.partition('<h2 id="need-1">')[2].partition("</h2>")[0])
    assert len(titles) == len(BROKEN)
