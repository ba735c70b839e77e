"""What is sent has an end: in bytes, in parts, and in time. Whoever sends more, or slowly, is told so in words."""

from __future__ import annotations

import io
import socket
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from coalition import config, database, logs
from coalition.cli import lifeline, web
from coalition.database import db, transaction
from coalition.web import _engine_options, slow_bodies, stalled
from coalition.web.away import is_away
from coalition.web.slow_bodies import LONGEST, LONGEST_WITH_FILE, MEGABYTE, SMALL, UNREAD, SlowBodies, seconds_for
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from tests.cast import Cast
    from tests.visitor import Visitor


class Drip:
    """A body of which one byte comes each second, on a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0

    def read(self, size: int) -> bytes:
        self.now += size
        return b"a" * size

    def monotonic(self) -> float:
        return self.now


class Behind:
    """An application that keeps what reached it."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.body = b""

    def __call__(self, environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        self.status, self.body = environ.get(UNREAD), environ["wsgi.input"].read()
        return []


def started(*_: Any) -> Any:
    """WSGI's start_response."""


def sent(body: Any, *, length: int | None, path: str = "/lost", readers: int = 1) -> Behind:
    """What an application gets of a form of that length."""
    behind = Behind()
    announced = {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    SlowBodies(behind, readers=readers)({"PATH_INFO": path, "wsgi.input": body, **announced}, started)
    return behind


def test_a_form_that_drips_ends_in_its_time_though_a_byte_comes_each_second(monkeypatch: pytest.MonkeyPatch) -> None:
    drip = Drip()
    monkeypatch.setattr(slow_bodies, "time", drip)
    assert sent(drip, length=5000).status == 408
    assert seconds_for(5000) < drip.now < 3 * seconds_for(5000)


def test_a_whole_form_arrives_whole_and_one_cut_off_not_at_all() -> None:
    whole = sent(io.BytesIO(b"address=ada"), length=11)
    assert (whole.status, whole.body) == (None, b"address=ada")
    assert sent(io.BytesIO(b"address"), length=11).status == 408


def test_more_than_is_taken_is_not_read_announced_or_in_pieces() -> None:
    class Untouched(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            pytest.fail("it was read")

    assert sent(Untouched(), length=LONGEST + 1).status == 413
    assert sent(Untouched(), length=LONGEST_WITH_FILE + 1, path="/desk/x").status == 413
    assert sent(io.BytesIO(b"a" * (LONGEST + 9)), length=None).status == 413
    assert len(sent(io.BytesIO(b"a" * LONGEST), length=None).body) == LONGEST


def test_the_web_server_has_a_thread_for_each_form_that_is_waited_for() -> None:
    assert web.READERS == slow_bodies.READERS_OF_SMALL + slow_bodies.READERS_OF_LARGE


def test_only_so_many_forms_are_waited_for_at_once() -> None:
    assert sent(io.BytesIO(b"a"), length=1, readers=0).status == 503


def test_large_forms_wait_apart_from_small_ones_and_each_makes_room_again() -> None:
    large = SMALL + 1
    assert sent(io.BytesIO(b"a" * large), length=large, readers=0).status is None
    one = SlowBodies(behind := Behind(), readers=1)
    for _ in range(2):
        one({"PATH_INFO": "/lost", "wsgi.input": io.BytesIO(b"a"), "CONTENT_LENGTH": "1"}, started)
        assert behind.status is None


def test_while_a_form_is_overdue_those_that_send_nothing_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    watches = stalled.Stalled()
    looked = Mock(side_effect=watches._due.clear, return_value=1)
    monkeypatch.setattr(stalled, "threading", Mock())
    clock = SimpleNamespace(monotonic=lambda: 100.0, sleep=Mock(side_effect=[None, None]))
    monkeypatch.setattr(stalled, "time", clock)
    monkeypatch.setattr(slow_bodies, "time", clock)
    monkeypatch.setattr(stalled, "hang_up", looked)
    monkeypatch.setattr(slow_bodies, "Stalled", lambda: watches)
    one = SlowBodies(Behind())

    class Overdue(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            (until,) = watches._due.values()
            assert until > 100 + 9
            watches._due[0] = 0.0  # another one is overdue
            watches._watch()
            return b"a"

    asked = {"PATH_INFO": "/lost", "wsgi.input": Overdue(), "CONTENT_LENGTH": "1", "SERVER_SOFTWARE": stalled.SERVER}
    one(asked, started)
    looked.assert_called_once_with()


@pytest.mark.usefixtures("app")
def test_the_web_processes_are_started_with_their_bounds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    server, bounded = Mock(), Mock()
    monkeypatch.setattr(web, "Granian", server)
    monkeypatch.setattr(web, "create_app", lambda: app)
    monkeypatch.setattr(web, "bound", bounded)
    monkeypatch.setattr(config, "load", config.settings)
    for module, name in ((lifeline, "hold"), (logs, "name_process"), (logs, "configure")):
        monkeypatch.setattr(module, name, lambda *_: None)
    web.run()
    given = server.call_args.kwargs
    assert given["http1_settings"].header_read_timeout == 10_000
    assert given["blocking_threads"] == config.settings().web_threads + web.READERS
    assert web.application() is app
    bounded.assert_called_once_with(db.engine)
    there = replace(config.settings(), database="postgresql+psycopg://letters@127.0.0.1/letters")
    options = _engine_options(there)
    assert (options["pool_timeout"], options["connect_args"]["connect_timeout"]) == (10, 5)
    assert options["connect_args"]["tcp_user_timeout"] == 15_000


@pytest.mark.usefixtures("app")
@pytest.mark.only_on("sqlite")
def test_a_writer_waits_for_its_turn_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert db.session.execute(text("PRAGMA busy_timeout")).scalar() == 20_000
    others_write = Mock(return_value=False)
    monkeypatch.setattr(database, "_writers", Mock(acquire=others_write))
    with pytest.raises(database.DatabaseBusy) as busy, transaction():
        pass
    others_write.assert_called_once_with(timeout=20)
    assert is_away(busy.value)


def test_who_sends_nothing_is_hung_up_on_and_who_moves_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as one:
        there, _address = listening.accept()
        with there:
            one.sendall(b"POST")
            assert stalled.hang_up(seconds=60) == 0
            assert stalled.hang_up(seconds=0) == 1
            assert one.recv(1) == b""


def several_parts(number: int, length: int) -> bytes:
    """A form of so many parts, each so long."""
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"1" * length + b"\r\n"
    return part * number + b"--x--\r\n"


def test_each_bound_is_said_in_words_and_in_the_language_of_who_reads(visitor: Visitor, cast: Cast) -> None:
    builders.an_open_letter(cast)
    visitor.headers["Accept-Language"] = "fr"
    in_parts = {"Content-Type": "multipart/form-data; boundary=x"}
    in_line = {"Content-Type": "application/x-www-form-urlencoded"}
    for body, headers in (
        (several_parts(5001, 1), in_parts),
        (b"a=1&" * 5001, in_line),
        (b"a" * (LONGEST + 1), in_line),
    ):
        page = visitor.post("/lost", body, headers=headers)
        assert (page.status, page.tree.get("lang")) == (413, "fr")
        assert page.heading
        assert "MB" not in page.words  # no file is sent there
    assert "20 MB" in visitor.post("/desk/sign-in", b"a" * (LONGEST_WITH_FILE + 1), headers=in_line).words
    assert visitor.get(f"/lost?{'a' * 5000}").status == 414
    assert visitor.get(f"/{'a' * 5000}").status == 414


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("cast")
def test_words_are_bounded_together_in_either_way_of_sending(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.app.config["MAX_FORM_MEMORY_SIZE"] == 4 * MEGABYTE
    monkeypatch.setitem(visitor.app.config, "MAX_FORM_MEMORY_SIZE", 100_000)
    in_line = b"a=" + b"%D9%85" * 25_000 + b"&a="
    for body, kind, status in (
        (in_line + b"1" * 50_000, "application/x-www-form-urlencoded", 400),  # it was read: its token is missing
        (in_line + b"1" * 50_001, "application/x-www-form-urlencoded", 413),
        (several_parts(2, 40_000), "multipart/form-data; boundary=x", 400),
        (several_parts(3, 40_000), "multipart/form-data; boundary=x", 413),
    ):
        assert visitor.post("/desk/sign-in", body, headers={"Content-Type": kind}).status == status


@pytest.mark.usefixtures("app")
@pytest.mark.only_on("postgres")
def test_a_statement_that_takes_too_long_is_ended_and_counts_as_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "SECONDS_FOR_A_STATEMENT", 0.05)
    db.engine.dispose()
    database.bound(db.engine)
    try:
        with pytest.raises(OperationalError) as ended:
            db.session.execute(text("SELECT pg_sleep(20)"))
        assert is_away(ended.value)
        db.session.rollback()
        for name, bound in (("lock_timeout", "20s"), ("idle_in_transaction_session_timeout", "1min")):
            assert db.session.execute(text(f"SHOW {name}")).scalar() == bound
    finally:
        event.remove(db.engine, "connect", database._bound_postgres)
        db.session.remove()
        db.engine.dispose()
