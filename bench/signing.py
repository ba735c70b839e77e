"""Goals 3 and 4: what a signature costs beside bare Flask and sqlite3, and that none is lost in a crowd."""

from __future__ import annotations

import os
import random
import secrets
import signal
import sqlite3
import threading
from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import select

from bench import crowd, installation, processes, rows, servers
from bench.report import Goal
from coalition import clock, tokens
from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.web.signing import visit
from coalition.web.signing.open_form import OpenForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from uuid import UUID

    from bench.crowd import Outcome, PreparedForm
    from coalition.config import Settings

FEW, MANY = 8, 64
"""Clients at once."""


def prepared(contact_ids: Sequence[UUID], title: str) -> list[PreparedForm]:
    """A letter sent to the contacts, and each one's form as their browser has it after opening the link."""
    letter_id = installation.open_letter(title, contact_ids)
    invitations = db.session.scalars(select(Invitation).where(Invitation.letter_id == letter_id)).all()
    return [_prepared(invitation) for invitation in invitations]


def _prepared(invitation: Invitation) -> PreparedForm:
    link = invitation.links[-1]
    form = OpenForm.fresh(link, invitation.letter.text("en"))
    until = (clock.now() + visit.LASTS).isoformat(timespec="seconds")
    facts = {"l": link.id.hex, "e": link.epoch, "s": secrets.token_hex(16), "u": until}
    fields = {
        "form_token": form.token(),
        "decision": "sign",
        "name_und": invitation.organisation.names["und"],
        "visibility": "named",
        "person": "Noor de Wit",
        "role": "Director",
        "authority": "yes",
    }
    return crowd.PreparedForm(
        path=f"{visit.path_of(invitation.id)}/sign",
        cookie=f"i-{invitation.id.hex[:8]}={tokens.ours().write_form(visit.PURPOSE, facts)}",
        body=urlencode(fields),
        key=form.key_of("sign"),
    )


def measure(
    settings: Settings, rounds: Sequence[Sequence[PreparedForm]], folder: Path, *, cores: tuple[int | None, int | None]
) -> Iterator[Goal]:
    """Goal 3, and of goal 4 the slowest of a few clients. Each server gets every form and has its own database.

    Raises where the servers do not leave the same.
    """
    bare_settings = copied(settings, folder / "bare")
    server_core, load_core = cores
    cpu: dict[str, list[float]] = {"ours": [], "bare": []}
    waits: dict[str, list[float]] = {"ours": [], "bare": []}
    failed = 0
    with (
        servers.product(settings, folder, core=server_core, workers=1) as ours,
        servers.bare(bare_settings, folder, core=server_core) as (bare_root, bare),
        kept_to(load_core),
    ):
        places = {"ours": (settings.root, ours), "bare": (bare_root, bare)}
        _ensure_same_job({settings.root: settings, bare_root: bare_settings}, rounds[0][0])
        rounds = [rounds[0][1:], *rounds[1:]]
        for number, forms in enumerate(rounds):
            for name, (root, process) in places.items():
                before = processes.cpu_seconds(process)
                outcome = crowd.post(root, forms, clients=FEW)
                used = processes.cpu_seconds(process) - before
                failed += len(outcome.failed)
                if number:  # the first one warms up
                    cpu[name].append(1e6 * used / len(forms))
                    waits[name].append(1e3 * outcome.slowest(0.01))
    if failed:
        raise RuntimeError(f"{failed} of the signings were refused: {Counter(outcome.failed).most_common(3)}")
    each = {name: median(values) for name, values in cpu.items()}
    detail = f"CPU of a signature: bare {each['bare']:,.0f} µs, Coalition {each['ours']:,.0f} µs"
    words = "signing POST against bare Flask and sqlite3, by server CPU"
    yield Goal(3, words, _ratio(cpu), 1.5, at_least=False, unit=" ×", detail=detail)
    slowest = {name: median(values) for name, values in waits.items()}
    detail = f"99 of 100 are answered within: bare {slowest['bare']:.0f} ms, Coalition {slowest['ours']:.0f} ms"
    words = f"slowest signature of 100, {FEW} clients, against one bare writer"
    yield Goal(4, words, _ratio(waits), 2.0, at_least=False, unit=" ×", detail=detail)


def _ensure_same_job(places: dict[str, Settings], form: PreparedForm) -> None:
    """Raises where one form does not leave the same columns of the same tables filled at each server."""
    left = [rows.added(settings, partial(crowd.post, root, [form], clients=1)) for root, settings in places.items()]
    if not left[0] or left[0] != left[1]:
        raise RuntimeError(f"the servers do not do the same: {set(left[0].items()) ^ set(left[1].items())}")


def _ratio(found: dict[str, list[float]]) -> float:
    return median(ours / bare for ours, bare in zip(found["ours"], found["bare"], strict=True))


def crowded(
    settings: Settings, calm: Sequence[PreparedForm], cut: Sequence[PreparedForm], folder: Path
) -> Iterator[Goal]:
    """Goal 4: 64 at once through `coalition serve` as shipped; then again while its web processes are killed."""
    with servers.whole_product(settings, folder) as supervisor:
        yield from _none_lost(settings, crowd.post(settings.root, calm, clients=MANY), f"{MANY} signers at once")
        with _killing(supervisor) as killed:
            outcome = crowd.post(settings.root, cut, clients=MANY)
        yield from _none_lost(settings, outcome, f"{MANY} at once, {len(killed)} × kill -9 on a web process")


def _none_lost(settings: Settings, outcome: Outcome, words: str) -> Iterator[Goal]:
    path = settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        kept = {key for (key,) in connection.execute("SELECT idempotency_key FROM consents")}
    lost = sum(key not in kept for key in outcome.acknowledged)
    answers = ", ".join(f"{count} × {what}" for what, count in Counter(outcome.failed).most_common(3))
    detail = f"{len(outcome.acknowledged)} acknowledged" + (f"; failed: {answers}" if answers else "")
    yield Goal(4, f"{words}: failed", len(outcome.failed), 0, at_least=False, detail=detail)
    yield Goal(4, f"{words}: lost", lost, 0, at_least=False)


@contextmanager
def _killing(supervisor: int) -> Iterator[list[int]]:
    """Kill -9 a web process that answers, now and then, until the block ends."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.7) and len(killed) < 3:
            answering = _web_processes(supervisor)
            if answering:
                killed.append(random.choice(answering))  # no secret  # nosec B311
                with suppress(ProcessLookupError):
                    os.kill(killed[-1], signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def _web_processes(supervisor: int) -> list[int]:
    """The processes in which requests are answered: the supervisor starts web and worker, the web starts these."""
    return [
        process
        for member in processes.children(supervisor)
        for process in processes.children(member)
        if "resource_tracker" not in processes.command_of(process)
    ]


@contextmanager
def kept_to(core: int | None) -> Iterator[None]:
    """Keep this process and the threads it starts to one core, apart from the server's."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def copied(settings: Settings, home: Path) -> Settings:
    """The same installation with a copy of the database, in a home of its own."""
    copy = replace(settings, home=home)
    copy.home.mkdir()
    copy.keys_path.write_bytes(settings.keys_path.read_bytes())
    with closing(sqlite3.connect(settings.home / "coalition.sqlite")) as database:
        database.execute("VACUUM INTO ?", (str(copy.home / "coalition.sqlite"),))
    return copy
