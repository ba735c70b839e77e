"""The demonstration's mailbox: there by configuration alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from coalition import config
from coalition.config import Settings, SettingsWrong
from coalition.database import db
from coalition.emails import outbox
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    """The settings of a demonstration, with a letter that went out."""
    as_demo = replace(config.settings(), demo=True, mail_server="", public_address="http://127.0.0.1:8000")
    monkeypatch.setattr(config._keeper, "settings", as_demo)
    builders.an_open_letter(cast)
    outbox.drain()


def a_mail() -> OutgoingEmail:
    """An invitation that went out."""
    db.session.rollback()
    query = select(OutgoingEmail).where(OutgoingEmail.state == "accepted", OutgoingEmail.kind_class == "invitation")
    return db.session.scalars(query).all()[0]


def test_in_a_real_installation_there_is_no_mailbox(visitor: Visitor, cast: Cast) -> None:
    builders.an_open_letter(cast)
    db.session.rollback()
    row = db.session.scalars(select(OutgoingEmail)).all()[0]
    for path in ("/demo/mailbox", f"/demo/mailbox/{row.id}", f"/demo/mailbox/{row.id}/html"):
        assert visitor.get(path).status == 404


def test_no_header_of_a_request_opens_it(visitor: Visitor) -> None:
    lies = {"Host": "127.0.0.1", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"}
    assert visitor.get("/demo/mailbox", headers=lies).status == 404


@pytest.mark.parametrize(
    "changes", [{"host": "::"}, {"public_address": "https://letters.example.org"}, {"host": "192.0.2.1"}]
)
def test_a_demonstration_is_on_this_machine_alone(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsWrong):
        Settings(demo=True, **changes)


@pytest.mark.usefixtures("demo")
def test_a_mail_is_shown_as_text_and_in_a_frame(visitor: Visitor) -> None:
    page = visitor.get("/demo/mailbox")
    assert ": please decide by" in page.text
    mail = visitor.get(f"/demo/mailbox/{a_mail().id}")
    assert "http://127.0.0.1:8000/i/" in mail.text
    assert "frame-src 'self'" in mail.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("demo")
def test_the_frame_runs_and_loads_nothing(visitors: Callable[..., Visitor]) -> None:
    page = visitors(inspects=False).get(f"/demo/mailbox/{a_mail().id}/html")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert '<base target="_top">' in page.text


@pytest.mark.usefixtures("demo")
def test_pages_that_are_none_are_the_first_or_empty(visitor: Visitor) -> None:
    for number in ("0", "-3", "many", "999999999999999999999"):
        assert visitor.get(f"/demo/mailbox?page={number}").status == 200
