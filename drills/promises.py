"""The table: what is promised, by which drills it is tried, and by which safeguard each of them stands.

A drill is made of tests, named as pytest names them. Those that are costly run on a small scale with all tests; `scale`
is what turns them up here.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Safeguard:
    """What a drill stands by. Taken out, each of the tests in `seen_by` must fail (none named: all of the drill)."""

    name: str
    """As in `drills.without`, which says in words what is then missing."""
    seen_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """One way to try a promise."""

    words: str
    """What is done, in one sentence."""
    tests: tuple[str, ...]
    safeguards: tuple[Safeguard, ...]
    scale: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise and its drills."""

    words: str
    drills: tuple[Drill, ...]
