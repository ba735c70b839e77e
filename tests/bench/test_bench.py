"""The benchmarks measure what they say: the baseline does our work, and the load tool is read right."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from werkzeug.test import Client

from bench import bare_signing, installation, load, programs, signing
from bench.crowd import PreparedForm
from bench.load import Visit
from bench.report import Goal
from coalition import config
from tests.cast import Cast

WRK: Final = """\
Running 2s test @ http://127.0.0.1:8100/150.html
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   443.10us  391.01us  11.21ms   93.05%
    Req/Sec    78.24k    11.39k   93.02k    80.00%
  Latency Distribution
     50%  363.00us
     75%  491.00us
     90%  706.00us
     99%    1.88ms
  155500 requests in 2.00s, 460.00MB read
  Socket errors: connect 1, read 2, write 0, timeout 3
  Non-2xx or 3xx responses: 4
Requests/sec:  77737.41
Transfer/sec:    229.97MB
"""


def test_what_the_load_tool_tells_is_read_with_every_failure() -> None:
    assert load.read(WRK, 1.555) == Visit(rate=77737.41, p99=1.88, cpu=10.0, failed=10)


def test_a_goal_says_whether_it_was_met() -> None:
    assert "not met" in str(Goal(1, "pages", 0.39, 0.40, at_least=True))
    assert "not met" not in str(Goal(3, "signing", 1.5, 1.5, at_least=False))


def test_what_is_missing_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program, **_where: None)
    assert programs.missing() == ["nginx", "wrk", "util-linux", "libnginx-mod-http-brotli-static"]
    assert programs.cores() == (None, None)


@pytest.fixture
def forms(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[PreparedForm]:
    """The forms of two members of whom nobody else is told, as the benchmark prepares them."""
    monkeypatch.setattr(installation, "COORDINATOR", cast.coordinator.email)
    members = (cast.arabic_member, cast.unnamed_member)
    return signing.prepared([member.contact_id for member in members], "Free the reporters")


@pytest.mark.only_on("sqlite")
def test_the_bare_app_writes_the_rows_and_columns_that_we_write(
    app: Flask, forms: list[PreparedForm], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare_settings = replace(config.settings(), mail_server="")
    monkeypatch.setattr(config, "load", lambda: bare_settings)
    ours = _written(app, forms[0])
    assert _written(bare_signing.create_app(), forms[1]) == ours
    assert {table for table, _ in ours} == {"signatures", "consents", "record", "outgoing_emails", "invitations"}


def _written(app: Flask, form: PreparedForm) -> dict[tuple[str, str], int]:
    """Post a form; how many values it added, by table and column."""
    before = _values()
    answer = Client(app, use_cookies=False).post(
        form.path,
        data=form.body.encode(),
        content_type="application/x-www-form-urlencoded",
        headers={"Cookie": form.cookie},
        base_url=config.settings().root,
    )
    assert (answer.status_code, answer.headers["Location"].endswith("/receipt")) == (303, True), answer.text
    return {place: count - before[place] for place, count in _values().items() if count != before[place]}


def _values() -> dict[tuple[str, str], int]:
    """How many values that are not NULL stand in every column of the database."""
    path = Path(config.settings().database_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            (table, column): connection.execute(f'SELECT count("{column}") FROM "{table}"').fetchone()[0]  # noqa: S608 -- names of the database
            for table in tables
            for _, column, *_ in connection.execute(f'PRAGMA table_info("{table}")')
        }
