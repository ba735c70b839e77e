"""A mail server's pipe: what is taken in ends with 0; whatever else happens, the server is told to come again."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, NoReturn

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from coalition import config
from coalition.cli import intake
from coalition.cli.intake import EX_OK, EX_TEMPFAIL
from coalition.database import db
from coalition.emails import return_paths
from coalition.intake.mail.bounded import LARGEST
from coalition.models.incoming_email import IncomingEmail
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import an_open_letter
from tests.intake.mail.samples import a_mail, a_report

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.cli.conftest import Terminal


pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def way_home(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address at which a mail that went out comes back; the command finds the installation open."""
    config.install(replace(config.settings(), mail_intake="post@letters.test"))
    letter_id = an_open_letter(cast, cast.small_member)
    monkeypatch.setattr(intake, "opened", nullcontext)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).one()
    row.state, row.attempts = "accepted", 1
    db.session.commit()
    return return_paths.bounce_address(row.id)


def state_of(way_home: str) -> str:
    db.session.rollback()
    return db.session.get_one(OutgoingEmail, return_paths.row_of(way_home)).state


@pytest.mark.parametrize("by", ["option", "ORIGINAL_RECIPIENT", "RECIPIENT", "headers"])
def test_a_bounce_from_a_pipe_lands_on_its_row(way_home: str, by: str) -> None:
    raw = a_report(home=way_home if by == "headers" else "post@letters.test")
    to = way_home if by == "option" else None
    assert intake.take(BytesIO(raw), envelope_to=to, environment={by: way_home}) == EX_OK
    assert state_of(way_home) == "bounced"


def test_what_is_not_ours_is_taken_and_answered_by_nothing(way_home: str) -> None:
    assert intake.take(BytesIO(a_mail("spam")), envelope_to=None, environment={}) == EX_OK
    assert state_of(way_home) == "accepted"


def test_a_mail_of_any_length_is_read_to_its_end_and_kept_to_its_limit(way_home: str) -> None:
    stream = BytesIO(a_report(home=way_home) + b"x" * LARGEST * 3)
    assert intake.take(stream, envelope_to=None, environment={}) == EX_OK
    assert stream.read() == b""
    db.session.rollback()
    assert len(db.session.scalars(select(IncomingEmail)).one().raw or "") < LARGEST * 2


@pytest.mark.parametrize(
    "failure", [OperationalError("SELECT secret", {}, Exception("locked")), OSError("full"), ValueError("secret")]
)
def test_what_can_not_be_taken_in_now_waits_at_the_server(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], failure: Exception
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise failure

    monkeypatch.setattr(intake, "opened", nullcontext)
    monkeypatch.setattr(intake, "receive", fail)
    assert intake.take(BytesIO(a_mail()), envelope_to=None) == EX_TEMPFAIL
    said = capfd.readouterr()
    assert type(failure).__name__ in said.err
    assert "secret" not in said.err + said.out


def test_where_nothing_is_installed_the_server_is_told_to_come_again(terminal: Terminal) -> None:
    done = terminal.run("mail", "receive", typed="From: x\n\nx")
    assert done.exit_code == EX_TEMPFAIL
    assert "There is no installation" in done.stderr


def test_an_installation_takes_a_mail_from_standard_input(installed: Terminal) -> None:
    assert installed.run("mail", "receive", "--to", "post@letters.test", typed=a_mail().decode()).exit_code == EX_OK
