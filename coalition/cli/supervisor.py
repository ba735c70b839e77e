"""One tree of processes from one command: each is started, watched, and started again when it ends by itself.

The processes are forked from this one, which has read every module: they start at once and share its memory. It holds
no thread, no connection and no open file of theirs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn

import structlog

from coalition import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

SECONDS_BETWEEN_LOOKS: Final = 0.1
FIRST_WAIT: Final = 0.25
LONGEST_WAIT: Final = 10.0
LONG_ENOUGH: Final = 30.0
"""A process that lived so many seconds was well: the next one is started without delay."""
SECONDS_TO_END: Final = 10.0
ENDING_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Member:
    """One process of the tree. `run` is what it does; it is given the number of the process to live with."""

    name: str
    run: Callable[[int], object]
    pid: int | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    wait: float = field(default=FIRST_WAIT)

    def start(self) -> None:
        """Start it, out of reach of the terminal's Ctrl-C: the supervisor ends it."""
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _live(self.run, parent)
        self.started_at = time.monotonic()

    def look(self) -> None:
        """Start it, or start it again if it has ended; the sooner it ended, the later."""
        now = time.monotonic()
        if self.pid is None:
            if now >= self.start_again_at:
                self.start()
            return
        code = self.ended()
        if code is None:
            return
        if now - self.started_at > LONG_ENOUGH:
            self.wait = FIRST_WAIT
        log.error("a process ended and is started again", ended=self.name, code=code, wait=self.wait)
        self.start_again_at = now + self.wait
        self.wait = min(self.wait * 2, LONGEST_WAIT)

    def ended(self) -> int | None:
        """The exit code of a process that has ended (negative: the signal that ended it), else None."""
        if self.pid is None:
            return 0
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return None
        self.pid = None
        return os.waitstatus_to_exitcode(status)

    def send(self, number: signal.Signals) -> None:
        """Signal it, and for the last one all that it started."""
        if self.pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)


def supervise(members: Sequence[Member], *, on_look: Callable[[], object]) -> None:
    """Run the processes until this one is told to end by SIGTERM, SIGINT or SIGHUP; then end them all.

    `on_look` is called between looks.
    """
    logs.name_process("supervisor")
    with _told_by_signals() as is_told:
        try:
            while not is_told():
                for member in members:
                    member.look()
                on_look()
                time.sleep(SECONDS_BETWEEN_LOOKS)
        finally:
            _end(members)


def _live(run: Callable[[int], object], parent: int) -> NoReturn:
    """The life of a forked process: a session of its own, nothing to read, and its end without going back."""
    code = 1
    try:
        os.setsid()
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        run(parent)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        log.exception("a process failed")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@contextlib.contextmanager
def _told_by_signals() -> Iterator[Callable[[], bool]]:
    """Gives a question: has a signal told us to end?"""
    told: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    before = {number: signal.signal(number, hear) for number in ENDING_SIGNALS}
    try:
        yield lambda: bool(told)
    finally:
        for number, disposition in before.items():
            signal.signal(number, disposition)


def _end(members: Sequence[Member]) -> None:
    """Ask all to end, give them time, and then insist."""
    for member in members:
        member.send(signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < deadline and any(member.ended() is None for member in members):
        time.sleep(SECONDS_BETWEEN_LOOKS / 2)
    for member in members:
        member.send(signal.SIGKILL)
        if member.pid is not None:
            os.waitpid(member.pid, 0)
