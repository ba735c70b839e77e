"""Processes: started, measured with everything they started, and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess  # its calls are looked at one by one  # nosec B404
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS_TO_START = 30


class DidNotStart(Exception):
    """A server did not answer; the message is the end of what it said."""


@contextmanager
def running(
    command: Sequence[str], *, answers_at: str, folder: Path, environment: dict[str, str] | None = None
) -> Iterator[int]:
    """Run a server until the block ends; its process id, once it answers at an address. Raises DidNotStart."""
    said = folder / f"{Path(command[-1]).name}-{time.monotonic_ns()}.log"
    with said.open("wb") as file:
        process = subprocess.Popen(  # our own command  # nosec B603
            command, env=os.environ | (environment or {}), stdout=file, stderr=file, start_new_session=True
        )
    try:
        _wait(process, answers_at, said)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str, said: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urlopen(address, timeout=5):  # noqa: S310 -- an address of our own on this machine  # nosec B310
            return
        time.sleep(0.1)
    raise DidNotStart(f"{address} does not answer:\n{said.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def cpu_seconds(root: int) -> float:
    """User and system time that a process and all its living descendants have used."""
    parents, used = _processes()
    return sum(used.get(process, 0.0) for process in [root, *_below(root, parents)])


def cpu_seconds_of_ended(root: int) -> float:
    """The same of the children of a process that ended and were waited for (proc(5): fields 16 and 17 of stat)."""
    fields = Path(f"/proc/{root}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / TICKS


def children(process: int) -> list[int]:
    """The living processes that a process started."""
    return [child for child, parent in _processes()[0].items() if parent == process]


def command_of(process: int) -> str:
    """The command line of a process, a blank after each word; nothing once it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _below(root: int, parents: dict[int, int]) -> list[int]:
    found = [process for process, parent in parents.items() if parent == root]
    return found + [deeper for process in found for deeper in _below(process, parents)]


def _processes() -> tuple[dict[int, int], dict[int, float]]:
    """Each process's parent, and its user and system seconds (proc(5): fields 4, 14 and 15 of stat)."""
    parents, used = {}, {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
            used[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    return parents, used
