"""What is written down of requests and works: enough to find what happened, and nothing of what was sent or shown."""

from __future__ import annotations

import json
import logging
import threading
from io import StringIO
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import text
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter
from werkzeug.test import Client

from coalition import logs
from coalition.database import db
from coalition.emails import outbox
from coalition.emails.transport import Transport
from coalition.web import request_log
from coalition.web.desk import outbox as outbox_page
from tests import builders
from tests.emails.smtp import Mailbox, mail_server, scripted_server, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.cast import Cast
    from tests.visitor import Visitor

CANARIES = ("canary-token-7Qx", "canary@vogel.example", "Kanarienvogel e. V.")
TOKEN, ADDRESS, NAME = CANARIES
GOOD = {"visibility": "named", "person": NAME, "role": NAME, "authority": "yes"}
SECRETS = (*CANARIES, "canary", "vogel", "kanarien")


@pytest.fixture
def written(app: Flask) -> Iterator[StringIO]:  # noqa: ARG001 -- making the app says where events go
    """Where all events of ours and of libraries come to."""
    stream = StringIO()
    structlog.configure(logger_factory=lambda *_names: structlog.PrintLogger(stream))
    handler = logs.writer(stream)
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(written: StringIO) -> list[dict[str, Any]]:
    """Each line is JSON, and has what every line has; none has anything of what was sent."""
    words = written.getvalue()
    assert not [secret for secret in SECRETS if secret.casefold() in words.casefold()], words
    found = [json.loads(line) for line in words.splitlines()]
    assert all({"event", "level", "timestamp", "process", "pid"} <= set(line) for line in found)
    return found


def value_for(kind: BaseConverter) -> object:
    """Something that fits a place of an address."""
    if isinstance(kind, UUIDConverter):
        return uuid4()
    return 7 if isinstance(kind, IntegerConverter) else TOKEN


def filled(rule: Rule) -> str | None:
    """An address of a rule with what nobody may write down at each place."""
    if any(isinstance(kind, AnyConverter) for kind in rule._converters.values()):
        return None
    built = rule.build({name: value_for(kind) for name, kind in rule._converters.items()}, append_unknown=False)
    return f"{built[1]}?to={ADDRESS}" if built else None


@pytest.mark.only_on("sqlite")
def test_no_door_writes_down_what_was_sent(
    app: Flask, cast: Cast, visitor: Visitor, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request is taken for a slow one, so that each has its line."""
    monkeypatch.setattr(request_log, "SLOW", -1.0)
    letter_id = builders.an_open_letter(cast, cast.small_member)
    token = builders.link_path(letter_id, cast.small_member)
    visitor.get(token).form("sign").fill(GOOD).submit()
    visitor.get("/lost").form("lost").fill(address=ADDRESS).submit()
    visitor.get("/desk/sign-in").form("sign-in").fill(address=ADDRESS, password=TOKEN).submit()
    headers = {"Referer": f"http://letters.test/i/{TOKEN}", "User-Agent": NAME, "Cookie": f"desk={TOKEN}"}
    client, asked = Client(app), 0
    for rule in app.url_map.iter_rules():
        path = filled(rule)
        if path is None:
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            sent = (
                {"title": NAME, "address": ADDRESS, "token": TOKEN, "csrf_token": TOKEN} if method == "POST" else None
            )
            client.open(path, method=method, data=sent, headers=headers, base_url="http://letters.test")
            asked += 1
    client.open("/", method="CANARY", base_url="http://letters.test")
    found = lines(written)
    assert token.rpartition("/")[2] not in written.getvalue()
    slow = [line for line in found if line["event"] == "a request was slow"]
    assert len(slow) > asked > 300
    assert {"request", "route", "method", "status", "milliseconds"} <= set(slow[0])
    assert {"signing.arrive", "desk.sign_in", "public.lost"} & {line["route"] for line in slow}
    assert slow[-1]["method"] == "another"


@pytest.mark.only_on("sqlite")
def test_the_page_of_a_fault_shows_the_name_by_which_its_line_is_found(
    cast: Cast, visitor: Visitor, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ValueError(f"{NAME} <{ADDRESS}>")

    monkeypatch.setattr(outbox_page, "_troubles", broken)
    visitor.sign_in(cast.coordinator)
    page = visitor.client.get(f"/desk/outbox?{TOKEN}", base_url="http://letters.test")
    assert page.status_code == 500
    fault, request = lines(written)
    assert (fault["event"], request["event"]) == ("fault", "a request failed")
    assert fault["request"] == request["request"]
    assert f"By this name the operator finds what happened: {fault['request']}" in page.text
    assert (fault["route"], fault["error"], request["status"]) == ("desk.outbox", "ValueError", 500)
    assert any("broken" in place for place in fault["places"])
    written.truncate(0)
    structlog.get_logger().warning("afterwards")
    assert "request" not in json.loads(written.getvalue().lstrip("\0"))


@pytest.mark.only_on("sqlite")
def test_a_format_that_is_not_made_is_no_failure(visitor: Visitor, written: StringIO) -> None:
    assert visitor.client.get("/oembed?format=xml", base_url="http://letters.test").status_code == 501
    assert lines(written) == []


def test_what_a_database_says_of_a_row_is_not_written_down(app: Flask, cast: Cast, written: StringIO) -> None:
    jobs = app.extensions["coalition.jobs"]
    taken = str(cast.small_member.organisation_id)

    def close() -> None:
        statement = text("INSERT INTO organisations (id, name) VALUES (:id, :name)")
        db.session.execute(statement, {"id": taken, "name": NAME})

    jobs.close = close
    jobs.tick()
    assert "a tick failed" in {line["event"] for line in lines(written)}


@pytest.mark.only_on("sqlite")
def test_what_a_mail_server_says_of_an_address_is_not_written_down(cast: Cast, written: StringIO) -> None:
    builders.an_open_letter(cast, cast.small_member, cast.arabic_member)
    answers = {
        "kalina@pressclub.example": f"550 5.1.1 <{ADDRESS}> unknown",
        "sami@amman.example": f"450 4.7.1 <{ADDRESS}>: too many",
    }
    with mail_server(Mailbox(answers=answers)) as port:
        outbox.drain(Transport(settings_for(port)))
    builders.an_open_letter(cast, cast.small_member)
    with scripted_server(lambda caller: caller.connection.sendall(f"421 4.3.2 <{ADDRESS}>\r\n".encode())) as port:
        outbox.drain(Transport(settings_for(port)))
    assert {"mail settled", "the line is paused"} <= {line["event"] for line in lines(written)}


@pytest.mark.only_on("sqlite")
def test_of_what_libraries_fill_in_the_numbers_remain(written: StringIO) -> None:
    library = logging.getLogger("some.library")
    library.warning("%s asked for %d of %s", ADDRESS, 7, TOKEN)
    library.warning("port %(port)d of %(host)s", {"port": 80, "host": ADDRESS})
    library.error(ValueError(NAME))
    library.error("it failed for %s", ADDRESS, exc_info=ValueError(NAME))
    said = [(line["event"], line.get("error"), line["logger"]) for line in lines(written)]
    assert said == [
        ("… asked for 7 of …", None, "some.library"),
        ("port … of …", None, "some.library"),
        ("ValueError", None, "some.library"),
        ("it failed for …", "ValueError", "some.library"),
    ]


@pytest.mark.only_on("sqlite")
def test_a_thread_that_fails_writes_no_words_of_its_error(written: StringIO) -> None:
    def fail() -> None:
        raise ValueError(NAME)

    thread = threading.Thread(target=fail, name="bell")
    before, threading.excepthook = threading.excepthook, logs._thread_failed
    try:
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before
    (line,) = lines(written)
    assert (line["event"], line["thread"], line["error"]) == ("a thread failed", "bell", "ValueError")
