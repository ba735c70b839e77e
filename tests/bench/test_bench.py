"""The benchmarks measure what they say: the baseline does our work, and the load tool is read right."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import Client

from bench import bare_signing, installation, load, programs, rows, signing
from bench.crowd import PreparedForm
from bench.load import Visit
from bench.report import Goal
from coalition import clock, config
from coalition.database import db
from coalition.models.signature import Signature, organisation_index
from tests.actions import test_sign_at_once
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
    """Two forms of a member of whom nobody else is told, for two letters alike, prepared as for the benchmark."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(installation, "COORDINATOR", cast.coordinator.email)
    contact_ids = [cast.arabic_member.contact_id]
    return [signing.prepared(contact_ids, "Free the reporters")[0] for _ in range(2)]


@pytest.mark.only_on("sqlite")
def test_the_bare_app_leaves_what_we_leave_and_answers_what_we_answer(
    app: Flask, forms: list[PreparedForm], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = config.settings()
    monkeypatch.setattr(config, "load", lambda: settings)
    monkeypatch.setattr(test_sign_at_once, "BY_CHANCE", {*test_sign_at_once.BY_CHANCE, "organisation_index"})

    ours = rows.added(settings, lambda: _is_answered(app, forms[0]))
    left = test_sign_at_once.everything()
    bare_app = bare_signing.create_app()
    bare = rows.added(settings, lambda: _is_answered(bare_app, forms[1]))

    assert bare == ours
    assert {table for table, _ in ours} == {"signatures", "consents", "record", "outgoing_emails", "invitations"}
    db.session.rollback()
    assert test_sign_at_once.everything() <= left, "opened, each row of the bare app is one that we wrote too"
    for one in db.session.scalars(select(Signature)):
        assert one.organisation_index == organisation_index(one.letter_id, UUID(one.organisation))
    assert _answer(app, forms[0]) == _answer(bare_app, forms[1]), "the same form again"
    assert rows.added(settings, lambda: _answer(bare_app, forms[1])) == {}


def _is_answered(app: Flask, form: PreparedForm) -> None:
    status, place, _ = _answer(app, form)
    assert (status, place) == (303, "/invitation/id/receipt")


def _answer(app: Flask, form: PreparedForm) -> tuple[int, str, dict[str, str]]:
    """Post a form; status, place and further headers of the answer, but for what caches are told of a cookie."""
    answer = Client(app, use_cookies=False).post(
        form.path,
        data=form.body.encode(),
        content_type="application/x-www-form-urlencoded",
        headers={"Cookie": form.cookie},
        base_url=config.settings().root,
    )
    headers = dict(answer.headers)
    headers.pop("Vary", None)
    return answer.status_code, re.sub("[0-9a-f-]{36}", "id", headers.pop("Location")), headers
