"""`coalition account`: for who runs the server. Each act is in the record as theirs, and told to its person."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import enter, sessions
from coalition.cli import accounts
from coalition.cli.refusal import Refused
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.account import Account
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import HOUSE_CHAIN, RecordEntry
from tests import builders
from tests.cli.conftest import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast
    from tests.visitor import Visitor

NADIA, OMAR = "nadia@freevoices.example", "omar@freevoices.example"


@pytest.fixture(autouse=True)
def at_the_machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands act in the application of the test, where there is one, instead of in one that they open."""
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        monkeypatch.setattr(accounts, "opened", nullcontext)


def last_act() -> tuple[str, str, str]:
    entry = db.session.scalars(
        select(RecordEntry).where(RecordEntry.chain == HOUSE_CHAIN).order_by(RecordEntry.number.desc()).limit(1)
    ).one()
    return entry.verb, entry.actor_kind, entry.actor_id


def told(account_id: object) -> str:
    """The one mail about their account that waits for that person, as it reads."""
    db.session.rollback()
    account = db.session.get_one(Account, account_id)
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.recipient == f"account:{account.id.hex}"))
    (row,) = (row for row in rows if row.context["kind"] == "account_changed")
    return " ".join(letters.make(db.session(), row).text.split())


# -- at a terminal -------------------------------------------------------------------------------------------------


def test_the_commands_are_there_and_say_what_they_do(installed: Terminal) -> None:
    done = installed.run("account", "--help")
    for command in ("list", "set-up", "take-away-second-step", "end-sessions", "end", "administrator"):
        assert re.search(rf"^  {command} ", done.stdout, re.MULTILINE), command
    done = installed.run("account", "list")
    assert done.exit_code == 0
    assert re.search(r"Nadia Rahimi +nadia@freevoices.example +administrator +no +not in the last", done.stdout)
    done = installed.run("account", "set-up", NADIA)
    assert "https://letters.example.org/desk/set-up/" in done.stdout
    done = installed.run("account", "end-sessions", "nobody@freevoices.example")
    assert (done.exit_code, done.stderr) == (1, "There is no account with the address nobody@freevoices.example.\n")
    done = installed.run("account", "administrator", NADIA, "--no")
    assert (done.exit_code, done.stderr.startswith("Nobody would be administrator")) == (1, True)
    done = installed.run("account", "end", NADIA)
    assert (done.exit_code, done.stderr.startswith("Nobody would be administrator")) == (1, True)


# -- what each does ------------------------------------------------------------------------------------------------


def test_the_list_tells_who_is_here_and_when_they_signed_in_last(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.coordinator)
    enter.end_account(cast.other_coordinator_id, by=cast.coordinator)
    head, nadia, omar = accounts.listed()
    assert head.split("  ")[0] == "Name"
    assert re.search(r"Nadia Rahimi .* administrator +no +\d{4}-\d\d-\d\d +active$", nadia)
    assert re.search(r"Omar Haddad .* coordinator +no +not in the last 30 days +ended$", omar)


def test_a_set_up_link_lets_the_locked_out_choose_a_password_once(cast: Cast, visitors: Callable[..., Visitor]) -> None:
    here = visitors()
    here.sign_in(cast.coordinator)
    path = accounts.set_up(NADIA).splitlines()[-1].partition("/desk/")[2]
    assert last_act() == ("set-up link made", "machine", "")
    assert "made a link with which a new password can be chosen" in told(cast.coordinator_id)
    page = visitors().get(f"/desk/{path}").form(0).fill(password="another long pass phrase").submit()
    assert page.status == 200
    assert here.get("/desk/account").path != "/desk/account"
    assert visitors().get(f"/desk/{path}").status == 404


def test_sessions_are_ended_and_told(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.coordinator)
    assert accounts.end_sessions(" Nadia@FreeVoices.example ") == (
        "They are signed out of 1 browser, and told so by mail."
    )
    assert visitor.get("/desk/account").path != "/desk/account"
    assert last_act() == ("sessions ended", "machine", "")
    assert "Whoever runs the server signed you out" in told(cast.coordinator_id)
    assert accounts.end_sessions(NADIA) == "They are signed in nowhere."


def test_an_account_is_ended_and_told(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.other_coordinator)
    assert accounts.end(OMAR, leave_alone=0) == "The account of Omar Haddad has ended. They are told by mail."
    assert visitor.get("/desk/account").path != "/desk/account"
    assert last_act() == ("account ended", "machine", "")
    assert "Whoever runs the server ended your account" in told(cast.other_coordinator_id)
    with pytest.raises(Refused, match="There is no account"):
        accounts.set_up(OMAR)


def test_letters_are_left_alone_only_where_that_was_said(cast: Cast) -> None:
    builders.an_open_letter(cast)
    enter.appoint_administrator(cast.other_coordinator_id, is_administrator=True)
    with pytest.raises(Refused, match="say --leave-alone 1"):
        accounts.end(NADIA, leave_alone=0)
    accounts.end(NADIA, leave_alone=1)
    assert cast.coordinator.ended_at


def test_an_administrator_is_made_and_unmade_and_told(cast: Cast) -> None:
    assert accounts.administrator(OMAR, is_administrator=True) == (
        "Omar Haddad is administrator. They are told by mail."
    )
    assert cast.other_coordinator.is_administrator
    assert last_act() == ("made administrator", "machine", "")
    assert "made you an administrator" in told(cast.other_coordinator_id)
    assert accounts.administrator(OMAR, is_administrator=True) == "Omar Haddad is administrator already."
    accounts.administrator(NADIA, is_administrator=False)
    assert not cast.coordinator.is_administrator
    with pytest.raises(Refused, match="Nobody would be administrator"):
        accounts.administrator(OMAR, is_administrator=False)


def test_a_translator_is_not_made_administrator(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Account, cast.other_coordinator_id).role = "translator"
    with pytest.raises(Refused, match="is here as translator"):
        accounts.administrator(OMAR, is_administrator=True)


def test_a_second_step_is_taken_away_and_told(cast: Cast) -> None:
    with pytest.raises(Refused, match="has no second step"):
        accounts.take_away_second_step(OMAR)
    with transaction() as session:
        session.get_one(Account, cast.other_coordinator_id).totp_secret = "JBSWY3DPEHPK3PXP"
    assert sessions.all_known(have_second_step={cast.other_coordinator_id})[1].has_second_step
    accounts.take_away_second_step(OMAR)
    assert not cast.other_coordinator.has_app
    assert last_act() == ("second step taken away", "machine", "")
