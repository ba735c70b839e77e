"""Coalition as its processes: started by its own command, watched through /proc, ended for certain.

with served(folder, {"COALITION_PORT": "…"}, port=…) as tree:
    tree.get("/health")
    tree.kill(tree.worker())
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE = 240.0
"""Seconds: the machine may be busy with other tests."""


@dataclass(slots=True)
class Tree:
    """The processes of one `coalition serve` or `coalition demo`."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self.output.read_text("utf-8", "replace")

    def has_said(self, words: str) -> Callable[[], bool]:
        """A question to wait for: has it printed these words?"""
        return lambda: words in self.said

    def get(self, path: str, *, timeout: float = 10) -> tuple[int, bytes]:
        """Status and body of an answer."""
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}{path}"), timeout=timeout) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def answers(self, path: str = "/health", status: int = 200) -> bool:
        """Whether the site answers so."""
        with contextlib.suppress(URLError, OSError):
            return self.get(path, timeout=5)[0] == status
        return False

    def web(self) -> int:
        """The process that keeps the web processes."""
        return next(pid for pid in children(self.process.pid) if children(pid))

    def worker(self) -> int:
        """The worker: the process of the tree without processes of its own."""
        return next(pid for pid in children(self.process.pid) if not children(pid))

    def web_process(self) -> int:
        """One of the web processes."""
        return children(self.web())[0]

    def all(self) -> list[int]:
        """Every process that the supervisor started, and theirs."""
        first = children(self.process.pid)
        return [*first, *(pid for one in first for pid in children(one))]

    def is_whole(self) -> bool:
        """Whether web, its processes and the worker are there."""
        first = children(self.process.pid)
        return len(first) == 2 and any(len(children(pid)) >= 1 for pid in first)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end, and wait; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)


@contextlib.contextmanager
def served(
    folder: Path, environment: dict[str, str], *, port: int, command: str = "serve", python: str = sys.executable
) -> Iterator[Tree]:
    """A running tree whose site answers. Whatever the test does, none of its processes outlives it."""
    output = folder / "output.txt"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COALITION_")}
    with output.open("wb") as out:
        process = subprocess.Popen(
            [python, "-m", "coalition.cli", command], cwd=folder, env=kept | environment, stdout=out, stderr=out
        )
    tree = Tree(process, port, output)
    everybody: list[int] = []
    try:
        wait_until(lambda: process.poll() is not None or tree.answers(), "the site answers", tree)
        assert process.poll() is None, tree.said
        wait_until(tree.is_whole, "every process is there", tree)
        everybody = tree.all()
        yield tree
    finally:
        everybody += tree.all()
        if process.poll() is None:
            process.kill()
            process.wait()
        for pid in everybody:
            with contextlib.suppress(ProcessLookupError):
                if is_ours(pid):
                    os.kill(pid, signal.SIGKILL)


def wait_until(is_so: Callable[[], bool], what: str, tree: Tree | None = None, *, patience: float = PATIENCE) -> None:
    """Wait until it is so; fails with what was awaited."""
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain until {what}\n{tree.said if tree else ''}"
        time.sleep(0.05)


def children(parent: int) -> list[int]:
    """The live processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, ppid = stat.read_text().rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(stat.parent.name))
    return sorted(found)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_dead(pid: int) -> bool:
    """Whether the process is gone."""
    return not is_alive(pid)


def is_ours(pid: int) -> bool:
    """Whether the process runs the command line of Coalition: numbers of processes are given out again."""
    with contextlib.suppress(OSError):
        return b"coalition" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
