"""Whether it is well, for who watches from outside: figures and words, no name and no secret."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from coalition import clock
from coalition.database import db
from coalition.web import machine
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public

if TYPE_CHECKING:
    from coalition.web.machine import Machine

UNWELL = 503


@public.get("/health")
@audience(Audience.PUBLIC)
def health() -> Response:
    """Whether all of it is well: database, mail, the works of the tick. 200 or 503, JSON to who asks for JSON."""
    try:
        found = machine.look(db.session(), now=clock.now())
    except DBAPIError:
        db.session.rollback()
        return _said({"state": "not well", "database": "does not answer"}, is_well=False)
    return _said(_facts(found), is_well=found.is_well)


@public.get("/health/web")
@audience(Audience.PUBLIC)
def web_health() -> Response:
    """Whether this web process and the database answer: for proxies, which must not hang up for a stuck worker."""
    db.session.execute(select(1))
    return _kept_nowhere(Response("ok\n", content_type="text/plain"))


def _facts(found: Machine) -> dict[str, Any]:
    oldest = int(found.oldest_due.total_seconds()) if found.oldest_due is not None else None
    return {
        "state": "ok" if found.is_well else "not well",
        "database": "ok",
        "mail": "lies still" if found.lies_still else "ok",
        "oldest_due_mail_seconds": oldest,
        "clock_ahead_seconds": int(found.ahead.total_seconds()),
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
    lines += [f"{key}: {value}" for key, value in facts.items() if key not in {"state", "ticks"} and value is not None]
    for name, tick in facts.get("ticks", {}).items():
        failures = f", failed {tick['failures']} times in a row ({tick['last']})" if tick["failures"] else ""
        lines.append(f"tick {name}: {tick['state']}, began {tick['began']}, ended {tick['ended'] or '-'}{failures}")
    return lines


def _kept_nowhere(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
