"""Several conversations with the mail server at once, each in a thread of its own that never touches the database."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import structlog

from coalition.emails.failures import ConfigurationFailure, DeliveryFailure, TemporaryFailure, UnknownOutcome
from coalition.emails.hosts import host_of
from coalition.emails.wire import Accepted

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from uuid import UUID

    from coalition.emails.letters import Mail


@dataclass(frozen=True, slots=True)
class Arrival:
    """All that is written down when a server takes a mail, beside the row itself, where that is known before."""

    invitation_id: UUID | None
    """The invitation that was sent with it."""
    follows_an_answer: bool
    """Whether the server's words would tell whose row it is."""


MAILS_FOR_A_LINE: Final = 5
"""So many must wait before one more line is opened: a handshake for each of three mails helps nobody."""
TOGETHER: Final = 0.003
"""Seconds for which an outcome waits for others: a transaction for each would cost more than the wait."""
log = structlog.get_logger(__name__)


class WayOut(Protocol):
    """What opens lines: the transport, or what shows mails in the demonstration."""

    def connect(self) -> AbstractContextManager[Any]:
        """A line: `send(sender, recipient, content)` answers Accepted or raises a DeliveryFailure."""


class Demonstration:
    """The way out where there is no mail server: the mailbox page shows what was made."""

    def connect(self) -> AbstractContextManager[Any]:
        """A line that leads nowhere."""
        return nullcontext(self)

    def send(self, _sender: str, _recipient: str, _content: bytes) -> Accepted:
        """Take anything."""
        return Accepted(None, "shown in the demo mailbox")


class NoWayOut:
    """The way out where a setting is unusable."""

    def __init__(self, failure: ConfigurationFailure) -> None:
        """`failure` says which."""
        failure.is_begun = False
        self._failure = failure

    def connect(self) -> AbstractContextManager[Any]:
        """Raises what is wrong."""
        raise self._failure


@dataclass(frozen=True, slots=True)
class Handed:
    """One mail on its way."""

    row_id: UUID
    mail: Mail
    arrival: Arrival | None = None
    """What is written down when it arrives; None where that has to be seen then."""

    @property
    def host(self) -> str:
        """The recipient's host."""
        return host_of(self.mail.recipient)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it."""

    handed: Handed
    result: Accepted | DeliveryFailure


class Lines:
    """At most so many lines. Use it as a context manager: leaving it says goodbye on each."""

    def __init__(self, way_out: WayOut, *, at_most: int) -> None:
        """Connects nothing yet."""
        self.at_most = at_most
        self._way_out = way_out
        self._threads: list[threading.Thread] = []
        self._to_carry: SimpleQueue[Handed | None] = SimpleQueue()
        self._outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._on_the_way: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._to_carry.put(None)
        for thread in self._threads:
            thread.join()

    @property
    def busy(self) -> int:
        """How many mails are on their way."""
        return self._on_the_way.total()

    def at_host(self, host: str) -> int:
        """How many of them go to one host."""
        return self._on_the_way[host]

    def room(self, waiting: int) -> int:
        """How many more mails may be handed over now, where so many wait."""
        wanted = min(self.at_most, max(self.busy, -(-(waiting + self.busy) // MAILS_FOR_A_LINE)))
        return max(wanted - self.busy, 0)

    def hand(self, handed: Handed) -> None:
        """Send one mail by a line that is free, or by a new one; `outcomes` tells what became of it."""
        self._on_the_way[handed.host] += 1
        if self.busy > len(self._threads):
            thread = threading.Thread(target=self._carry, name=f"mail-line-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._to_carry.put(handed)

    def outcomes(self) -> list[Outcome]:
        """Wait for the next outcome, and a moment for the others: they are written down together."""
        found = [self._outcomes.get()]
        until = time.monotonic() + TOGETHER
        while len(found) < self.busy:
            try:
                found.append(self._outcomes.get(timeout=max(until - time.monotonic(), 0)))
            except Empty:
                break
        for outcome in found:
            self._on_the_way[outcome.handed.host] -= 1
        return found

    def _carry(self) -> None:
        """The life of a line: connect when there is a mail, carry one after the other, hang up when told."""
        while (handed := self._to_carry.get()) is not None:
            try:
                with self._way_out.connect() as line:
                    self._carry_all(line, handed)
            except Exception as error:  # noqa: BLE001 -- a line that ends without a word would be waited for for ever
                self._outcomes.put(Outcome(handed, _not_connected(error)))
            else:
                return

    def _carry_all(self, line: Any, first: Handed) -> None:
        handed: Handed | None = first
        while handed is not None:
            self._outcomes.put(Outcome(handed, _sent(line, handed.mail)))
            handed = self._to_carry.get()


def _not_connected(error: Exception) -> DeliveryFailure:
    if isinstance(error, DeliveryFailure):
        return error
    log.error("no line could be opened", error=type(error).__name__)
    failure = TemporaryFailure(None, f"no line could be opened ({type(error).__name__})")
    failure.is_begun = False
    return failure


def _sent(line: Any, mail: Mail) -> Accepted | DeliveryFailure:
    try:
        accepted: Accepted = line.send(mail.sender, mail.recipient, mail.content)
    except DeliveryFailure as failure:
        return failure
    except Exception as error:
        # A line that broke for a reason of ours: whether the server has the mail is not known.
        log.exception("a line broke")
        return UnknownOutcome(None, f"it broke off here ({type(error).__name__})")
    return accepted
