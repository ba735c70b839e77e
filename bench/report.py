"""How results are told: one line for each goal, the measured ratio beside it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Goal:
    """A measured goal. `measured` is compared with `limit` as `at_least` says."""

    number: int
    words: str
    measured: float
    limit: float
    at_least: bool
    unit: str = ""
    detail: str = ""

    @property
    def is_met(self) -> bool:
        """Whether this run met it."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if self.is_met else "not met"
        figures = f"{_figure(self.measured)}{self.unit}  goal {sign} {_figure(self.limit)}{self.unit}  {verdict}"
        return f"goal {self.number:<2} {self.words:<64} {figures}" + (f"\n        {self.detail}" if self.detail else "")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def machine() -> str:
    """The machine in a line: ratios mean something on any, but not the same on all."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, Linux {platform.release()}, Python {platform.python_version()}; load {load:.1f}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
