"""Load on pages by wrk: targets visited in turn, medians, and the server's own CPU for each request."""

from __future__ import annotations

import re
import subprocess  # its calls are looked at one by one  # nosec B404
from dataclasses import dataclass, field
from statistics import median

from bench import processes, programs

CONNECTIONS = 32
FACTORS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True, slots=True)
class Target:
    """An address and the server behind it."""

    name: str
    address: str
    process: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit by wrk found. `cpu`: microseconds of the whole process tree for each request."""

    rate: float
    p99: float
    cpu: float
    failed: int


@dataclass(slots=True)
class Visits:
    """All visits to one target."""

    visits: list[Visit] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """The median of the CPU microseconds of a request."""
        return median(visit.cpu for visit in self.visits)

    @property
    def rate(self) -> float:
        """The median of the requests answered in a second."""
        return median(visit.rate for visit in self.visits)

    @property
    def failed(self) -> int:
        """Requests without the whole right answer, in all visits."""
        return sum(visit.failed for visit in self.visits)


def visit_in_turn(targets: list[Target], *, rounds: int, seconds: int, core: int | None) -> dict[str, Visits]:
    """A B C A B C …: what falls on the machine meanwhile falls on all of them. A short round before warms up."""
    found = {target.name: Visits() for target in targets}
    for target in targets:
        _visit(target, seconds=1, core=core)
    for _ in range(rounds):
        for target in targets:
            found[target.name].visits.append(_visit(target, seconds=seconds, core=core))
    return found


def ratio(limit: Visits, ours: Visits) -> float:
    """The median over the rounds of the limit's CPU over ours: neighbours in time are compared."""
    return median(one.cpu / other.cpu for one, other in zip(limit.visits, ours.visits, strict=True))


def _visit(target: Target, *, seconds: int, core: int | None) -> Visit:
    command = [
        *programs.on_core(core), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "--latency",
        "-H", "Accept-Encoding: br, gzip", target.address,
    ]  # fmt: skip
    before = processes.cpu_seconds(target.process)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # our own command  # nosec B603
    used = processes.cpu_seconds(target.process) - before
    return read(told, used)


def read(told: str, cpu_seconds: float) -> Visit:
    """What wrk told, with the server's CPU seconds meanwhile."""
    answered = int(_found(r"(\d+) requests in", told))
    sockets = sum(int(number) for number in re.findall(r"(?:connect|read|write|timeout) (\d+)", told))
    number, unit = re.search(r"\n\s+99%\s+([\d.]+)(us|ms|s|m)\b", told).groups()  # type: ignore[union-attr]  # --latency
    return Visit(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", told)),
        p99=float(number) * FACTORS[unit],
        cpu=1e6 * cpu_seconds / max(answered, 1),
        failed=int(_found(r"Non-2xx or 3xx responses: (\d+)", told)) + sockets,
    )


def _found(pattern: str, told: str) -> str:
    match = re.search(pattern, told)
    return match[1] if match else "0"
