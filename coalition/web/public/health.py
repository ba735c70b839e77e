"""Whether it is well, for who watches from outside: figures and words, no name and no secret."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from coalition import clock
from coalition.actions import machine
from coalition.actions.footing import MEGABYTE
from coalition.database import db
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from coalition.actions.machine import Machine

UNWELL: Final = 503
KEPT_FOR: Final = 2.0
"""Seconds in which a process looks once, however often it is asked."""


@public.get("/health")
@audience(Audience.PUBLIC)
def health() -> Response:
    """Whether all of it is well. 200 or 503, JSON to who asks for JSON."""
    facts = looked.facts()
    return _said(facts, is_well=facts["state"] == "ok")


@public.get("/health/web")
@audience(Audience.PUBLIC)
def web_health() -> Response:
    """Whether this web process and the database answer: for proxies, which must not hang up for a stuck worker."""
    db.session.execute(select(1))
    return _kept_nowhere(Response("ok\n", content_type="text/plain"))


class _Looked:
    """What was found last, and when: being asked often must not load the machine."""

    def __init__(self) -> None:
        self._one_looks = threading.Lock()
        self._found: tuple[Engine, float, dict[str, Any]] | None = None

    def facts(self) -> dict[str, Any]:
        """The facts of now, or of two seconds ago; while another thread looks, what was found before."""
        kept = self._kept()
        if kept is not None and time.monotonic() - kept[1] < KEPT_FOR:
            return kept[2]
        if not self._one_looks.acquire(blocking=kept is None):
            return kept[2] if kept is not None else {}
        try:
            kept = self._kept()
            if kept is not None and time.monotonic() - kept[1] < KEPT_FOR:
                return kept[2]  # another thread looked while this one waited
            facts = _look()
            self._found = (db.engine, time.monotonic(), facts)
            return facts
        finally:
            self._one_looks.release()

    def _kept(self) -> tuple[Engine, float, dict[str, Any]] | None:
        return self._found if self._found is not None and self._found[0] is db.engine else None


looked = _Looked()


def _look() -> dict[str, Any]:
    try:
        return _facts(machine.look(db.session(), now=clock.now()))
    except SQLAlchemyError:
        db.session.rollback()
        return {"state": "not well", "database": "does not answer"}


def _facts(found: Machine) -> dict[str, Any]:
    grave = [str(one) for one in found.findings if one.is_grave]
    return {
        "state": "not well" if grave else "ok",
        "trouble": grave,
        "warnings": [str(one) for one in found.findings if not one.is_grave],
        "database": "read-only" if found.takes_nothing else "ok",
        "schema": found.schema,
        "keys": found.keys.state,
        "mail": _mail(found),
        "mail_hosts_that_asked_us_to_wait": found.pausing,
        **{f"oldest_due_{one.name.removesuffix('s')}_seconds": _seconds(one.oldest) for one in found.queues},
        "clock_ahead_seconds": _seconds(found.ahead),
        "last_backup": _at(found.backup.made_at if found.backup else None),
        "last_backup_seconds_ago": _seconds(found.now - found.backup.made_at if found.backup else None),
        "disks": {one.place: {"state": one.state, "free_megabytes": one.free // MEGABYTE} for one in found.disks},
        "ticks": {
            work.name: {
                "state": work.state,
                "began": _at(work.began),
                "ended": _at(work.ended),
                "failures": work.failures,
                "last": work.last_words,
            }
            for work in found.works
        },
    }


def _mail(found: Machine) -> str:
    if found.lies_still:
        return "lies still"
    return "ok" if found.has_mail_server else "no server"


def _seconds(span: timedelta | None) -> int | None:
    return int(span.total_seconds()) if span is not None else None


def _at(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _said(facts: dict[str, Any], *, is_well: bool) -> Response:
    wants_json = request.accept_mimetypes.best_match(["text/plain", "application/json"]) == "application/json"
    body = json.dumps(facts, indent=1) + "\n" if wants_json else "".join(f"{line}\n" for line in _lines(facts))
    answer = Response(body, content_type="application/json" if wants_json else "text/plain")
    answer.status_code = 200 if is_well else UNWELL
    return _kept_nowhere(answer)


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = [facts["state"]]
    lines += [f"trouble: {one}" for one in facts.get("trouble", [])]
    lines += [f"warning: {one}" for one in facts.get("warnings", [])]
    lines += [f"{key}: {value}" for key, value in facts.items() if isinstance(value, str | int) and key != "state"]
    for place, disk in facts.get("disks", {}).items():
        lines.append(f"disk {place}: {disk['state']}, {disk['free_megabytes']} MB free")
    for name, tick in facts.get("ticks", {}).items():
        failures = f", failed {tick['failures']} times in a row ({tick['last']})" if tick["failures"] else ""
        lines.append(f"tick {name}: {tick['state']}, began {tick['began']}, ended {tick['ended'] or '-'}{failures}")
    return lines


def _kept_nowhere(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
