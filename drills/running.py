"""Runs a drill: its tests on one database, with its safeguards or without one of them."""

from __future__ import annotations

import os
import subprocess  # its calls are looked at one by one  # nosec B404
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # pytest wrote what is read  # nosec B405

from drills.table import PROMISES
from drills.without import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from drills.promises import Drill, Safeguard

ROOT = Path(__file__).parent.parent
AT_START = Path(__file__).parent / "at_start"
LONGEST = 3600
"""Seconds after which a run counts as hung."""
NOTHING_TO_RUN = 5
"""What pytest says where every test is for the other database."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one run: one word for the table, whether that is as promised, and what was said."""

    verdict: str
    is_kept: bool
    seconds: float
    said: str = ""


def with_them(drills: Sequence[Drill], database: str) -> list[Outcome]:
    """Run drills as they are, those of one scale together: every test must pass."""
    outcomes: dict[str, Outcome] = {}
    for scale in {tuple(sorted(drill.scale.items())) for drill in drills}:
        of_it = [drill for drill in drills if tuple(sorted(drill.scale.items())) == scale]
        tests = dict.fromkeys(test for drill in of_it for test in drill.tests)
        ran, _seconds = _run(list(tests), database, dict(scale))
        outcomes |= {drill.words: _of_one(drill, ran) for drill in of_it}
    return [outcomes[drill.words] for drill in drills]


def _of_one(drill: Drill, ran: _Ran) -> Outcome:
    """What became of one drill among those that ran together."""
    own = ran.of(drill.tests)
    seconds = sum(ran.seconds.get(name, 0) for name in own)
    skipped = own & set(ran.skipped)
    if own & (ran.failed | ran.broken) or ran.code not in {0, 1, NOTHING_TO_RUN}:
        return Outcome("FAILS", is_kept=False, seconds=seconds, said=ran.said)
    if skipped:
        said = "\n".join(ran.skipped[name] for name in sorted(skipped))
        return Outcome("not run", is_kept=False, seconds=seconds, said=said)
    return Outcome("passes" if own else "-", is_kept=True, seconds=seconds)


def without(drill: Drill, safeguard: Safeguard, database: str) -> Outcome:
    """Run the tests that stand by a safeguard while it is taken out: each must fail, by what it asserts."""
    tests = safeguard.seen_by or drill.tests
    if _named(tests).isdisjoint(_there(database)):
        return Outcome("-", is_kept=True, seconds=0)
    ran, seconds = _run(tests, database, drill.scale | {VARIABLE: safeguard.name})
    if ran.skipped and not ran.failed:
        return Outcome("not run", is_kept=False, seconds=seconds, said="\n".join(ran.skipped.values()))
    worthless = sorted(ran.passed - ran.failed)
    if worthless:
        return Outcome(
            "WORTHLESS", is_kept=False, seconds=seconds, said="These pass without it: " + ", ".join(worthless)
        )
    fails = bool(ran.failed)
    said = "\n".join(ran.reasons) if fails else ran.said
    return Outcome("fails" if fails else "BROKEN", is_kept=fails, seconds=seconds, said=said)


@dataclass(slots=True)
class _Ran:
    """One run; tests are called "tests.emails.test_outbox.test_a_mail_waits"."""

    code: int
    said: str
    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    """Those that did not come to their first line."""
    skipped: dict[str, str] = field(default_factory=dict)
    """And why."""
    reasons: list[str] = field(default_factory=list)
    """Why each test failed, in a line."""
    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, tests: Iterable[str]) -> set[str]:
        """Those among them that are named, by module or by function."""
        wanted = _named(tests)
        return {name for name in self.seconds if not wanted.isdisjoint(_with_module(name))}


def _named(tests: Iterable[str]) -> set[str]:
    return {test.replace("/", ".").replace(".py", "").replace("::", ".") for test in tests}


def _with_module(name: str) -> set[str]:
    return {name, name.rpartition(".")[0]}


@cache
def _there(database: str) -> set[str]:
    """The tests of the table that have something to try on a database, and their modules: some are for one alone."""
    modules = {test.partition("::")[0] for promise in PROMISES for drill in promise.drills for test in drill.tests}
    options = ["--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider"]
    said = subprocess.run(  # our own command  # nosec B603
        [sys.executable, "-m", "pytest", *options, *sorted(modules)],
        cwd=ROOT,
        env=_environment(database, {}),
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
        check=True,
    ).stdout
    found = _named(line.partition("[")[0] for line in said.splitlines() if "::" in line)
    return found.union(*map(_with_module, found))


def _run(tests: Sequence[str], database: str, more: dict[str, str]) -> tuple[_Ran, float]:
    with tempfile.TemporaryDirectory(prefix="coalition-drill-") as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider", f"--basetemp={folder}/tests"]
        begun = time.monotonic()
        try:
            done = subprocess.run(  # our own command  # nosec B603
                [sys.executable, "-m", "pytest", *options, f"--junitxml={report}", *tests],
                cwd=ROOT,
                env=_environment(database, more),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired as hung:
            return _Ran(1, f"{hung.stdout!r:.3000}\nIt did not end within {LONGEST} seconds."), LONGEST
        ran = _Ran(done.returncode, done.stdout[-6000:])
        if report.exists():
            _read(ET.parse(report).iter("testcase"), ran)  # noqa: S314 -- pytest wrote it just now  # nosec B314
        return ran, time.monotonic() - begun


def _read(cases: Iterable[ET.Element], ran: _Ran) -> None:
    """Sort the tests by what became of them; one with several cases fails where one of its cases does."""
    for case in cases:
        name = f"{case.get('classname')}.{case.get('name', '').partition('[')[0]}"
        ran.seconds[name] = ran.seconds.get(name, 0) + float(case.get("time", 0))
        if (failure := case.find("failure")) is not None:
            ran.failed.add(name)
            ran.reasons.append(f"{case.get('name')}: {failure.get('message', '')[:300]!r}")
        elif (skipped := case.find("skipped")) is not None:
            ran.skipped[name] = skipped.get("message", "")
        elif case.find("error") is not None:
            ran.broken.add(name)
        else:
            ran.passed.add(name)


def _environment(database: str, more: dict[str, str]) -> dict[str, str]:
    path = [str(AT_START), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    own = {"COALITION_TEST_DRILLS": "1", "COALITION_TEST_DATABASE": database, "PYTHONPATH": os.pathsep.join(path)}
    return os.environ | own | more
