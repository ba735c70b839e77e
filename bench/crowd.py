"""Many signers at once: each posts a prepared form once, and again after a cut connection, as a person would."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 30.0
"""Seconds after which a form that got no answer counts as failed."""


@dataclass(frozen=True, slots=True)
class PreparedForm:
    """A signing form as a browser would send it."""

    path: str
    cookie: str
    body: str
    key: str
    """Its idempotency key, by which its act is found in the ledger."""


@dataclass(slots=True)
class Outcome:
    """What became of the forms."""

    acknowledged: list[str] = field(default_factory=list)
    """Keys of the forms that were answered with the way to their receipt."""
    failed: list[str] = field(default_factory=list)
    """What the others were answered."""
    seconds: list[float] = field(default_factory=list)
    """How long each acknowledged form waited for its answer, sendings again included."""

    def slowest(self, share: float) -> float:
        """The wait that all but `share` of the forms stayed under."""
        waits = sorted(self.seconds)
        return waits[min(int(len(waits) * (1 - share)), len(waits) - 1)]


def post(root: str, forms: Sequence[PreparedForm], *, clients: int, reads_receipt: bool = False) -> Outcome:
    """Post the forms to the server at `root`, by so many clients at once; each may read its receipt too."""
    waiting: SimpleQueue[PreparedForm] = SimpleQueue()
    for form in forms:
        waiting.put(form)
    outcome = Outcome()
    threads = [threading.Thread(target=_client, args=(root, waiting, outcome, reads_receipt)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _client(root: str, waiting: SimpleQueue[PreparedForm], outcome: Outcome, reads_receipt: bool) -> None:  # noqa: FBT001 -- a thread's target
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=PATIENCE)
    while True:
        try:
            form = waiting.get_nowait()
        except Empty:
            connection.close()
            return
        receipt = _send(connection, form, outcome)
        if receipt and reads_receipt:
            _read(connection, receipt, form, outcome)


def _send(connection: http.client.HTTPConnection, form: PreparedForm, outcome: Outcome) -> str:
    """Send it until it is answered; the way to its receipt, or nothing."""
    started = time.perf_counter()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": form.cookie}
    while time.perf_counter() - started < PATIENCE:
        try:
            connection.request("POST", form.path, form.body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            time.sleep(0.05)
            continue
        way = answer.headers["Location"] or ""
        if answer.status == 303 and way.partition("?")[0].endswith("/receipt"):
            outcome.acknowledged.append(form.key)
            outcome.seconds.append(time.perf_counter() - started)
            return way
        outcome.failed.append(f"{answer.status} {way}")
        return ""
    outcome.failed.append("no answer")
    return ""


def _read(connection: http.client.HTTPConnection, path: str, form: PreparedForm, outcome: Outcome) -> None:
    """Read the receipt as the browser does that was sent to it."""
    connection.request("GET", path, headers={"Cookie": form.cookie})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        outcome.failed.append(f"receipt: {answer.status}")
