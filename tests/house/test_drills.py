"""The table of drills does not rot: every promise has its row, and every test and safeguard that it names is there."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path

import pytest

from drills.promises import Drill, Safeguard
from drills.table import PROMISES
from drills.without import known, standing_at
from tests.house.source import ROOT, tree

pytestmark = pytest.mark.only_on("sqlite")

ALONE = "tests/drills/"
"""Where the tests are that run with `make drills` alone."""
ROWS = (
    "An acknowledged act is never lost",
    "One standing signature per organisation",
    "One visible mail per person per occasion",
    "Mail faults do not stop the batch",
    "Bounces reach the row",
    "The deadline is one instant",
    "Publication is all or nothing",
    "Readers still read when the rest is down",
    "Nothing is lost in an upgrade or a restore",
    "The record is honest",
    "Bad input gets a clear answer",
)
"""What is promised, in the order and the words of the design."""


def drills() -> list[Drill]:
    return [drill for promise in PROMISES for drill in promise.drills]


def safeguards() -> list[tuple[Drill, Safeguard]]:
    return [(drill, safeguard) for drill in drills() for safeguard in drill.safeguards]


def test_every_promise_has_its_row_and_every_row_its_drills() -> None:
    assert tuple(promise.words for promise in PROMISES) == ROWS
    assert all(promise.drills for promise in PROMISES)


def test_every_drill_stands_by_a_safeguard_that_can_be_taken_out() -> None:
    assert [drill.words for drill in drills() if not drill.safeguards] == []
    assert {safeguard.name for _, safeguard in safeguards()} == set(known())


def named() -> set[str]:
    """Every test that a drill or a safeguard names, and every module of which all tests are meant."""
    of_drills = set(chain.from_iterable(drill.tests for drill in drills()))
    return of_drills | set(chain.from_iterable(safeguard.seen_by for _, safeguard in safeguards()))


def test_every_test_that_is_named_is_there() -> None:
    assert [name for name in sorted(named()) if not is_there(name)] == []


def is_there(name: str) -> bool:
    path, _, function = name.partition("::")
    if not (ROOT / path).exists():
        return False
    return not function or any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree(path).body)


def test_every_test_that_is_named_runs_with_all_tests_unless_it_runs_alone(request: pytest.FixtureRequest) -> None:
    ordinary = {name for name in named() if not name.startswith(ALONE)}
    assert sorted(name for name in ordinary if not Path(name.partition("::")[0]).name.startswith("test_")) == []
    leaving_out = [
        path.parent.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("conftest.py")
        if "collect_ignore" in path.read_text("utf-8") or "pytest_ignore_collect" in path.read_text("utf-8")
    ]
    assert [f"{folder}/" for folder in leaving_out] == [ALONE]
    if are_all_collected(request.config):
        collected = {item.nodeid.partition("[")[0] for item in request.session.items}
        collected |= {name.partition("::")[0] for name in collected}
        assert sorted(ordinary - collected) == []


def are_all_collected(config: pytest.Config) -> bool:
    """Whether this is a run of all tests."""
    return config.args == ["tests"] and not config.getoption("keyword") and not config.getoption("markexpr")


def test_every_test_that_runs_alone_is_named() -> None:
    alone = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / ALONE).glob("test_*.py")}
    functions = {
        f"{name}::{node.name}"
        for name, path in alone.items()
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert sorted(one for one in functions if not {one, one.partition("::")[0]} & named()) == []


def test_a_safeguard_is_seen_by_tests_of_its_drill() -> None:
    elsewhere = [
        test
        for drill, safeguard in safeguards()
        for test in safeguard.seen_by
        if test not in drill.tests and test.partition("::")[0] not in drill.tests
    ]
    assert elsewhere == []


@pytest.mark.parametrize("name", sorted(known()))
def test_a_safeguard_stands_where_it_is_taken_out(name: str) -> None:
    without = known()[name]
    assert without.words
    for place, change in without.places.items():
        _owner, _attribute, present = standing_at(place)
        assert change(present) is not present, place
