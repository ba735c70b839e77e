"""Imports point down only, time is asked in one place, and only verbs write."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.house.source import PACKAGE, ROOT, calls, dotted, imported, modules, where

HTTP = ("flask", "flask_wtf", "wtforms", "werkzeug")
CLOCK = "coalition/clock.py"
DATABASE = "coalition/database.py"

# Who may write: the verbs, and the delivery of mail, which writes down what became of each.
WRITERS = ("coalition/actions/", "coalition/emails/delivery.py")

ASKING = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "date.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.gmtime",
    "time.localtime",
}
"""Ways to ask for the time. `time.monotonic` measures how long something takes, which is another question."""

ASKING_THE_DATABASE = {"func.now", "func.current_timestamp", "sqlalchemy.func.now"}


def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def contract(identifier: str) -> dict[str, Any]:
    return next(each for each in contracts() if each["id"] == identifier)


def floors() -> list[str]:
    layers: list[str] = contract("floors")["layers"]
    return layers


def in_package(prefixes: tuple[str, ...]) -> set[str]:
    return {name for name in modules() if name.startswith(prefixes)}


def test_imports_keep_the_contracts() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_must_be_given_its_floor() -> None:
    assert contract("floors")["containers"] == ["coalition"]
    assert contract("floors")["exhaustive"] is True


def test_every_floor_is_there() -> None:
    named = {part.strip() for floor in floors() for part in floor.split("|")}
    there = {path.stem for path in PACKAGE.iterdir() if (path / "__init__.py").exists() or path.suffix == ".py"}
    assert named == there - {"__init__"}


def test_the_floors_stand_in_the_order_of_the_house() -> None:
    order = [floor.replace("(", "").replace(")", "").split(" | ")[0] for floor in floors()]
    house = ["web", "actions", "emails", "rendering", "models", "intake", "extensions", "clock"]
    assert [floor for floor in order if floor in house] == house


def test_only_making_the_app_is_excused_from_the_contract() -> None:
    excused = [line for each in contracts() for line in each.get("ignore_imports", [])]
    assert all(line.endswith(" -> coalition") for line in excused), excused


def test_nouns_and_verbs_do_not_speak_http() -> None:
    speakers = [
        f"{name} imports {full}"
        for name in in_package(("coalition/models/", "coalition/actions/"))
        for full in imported(name)
        if full.split(".")[0] in HTTP
    ]
    assert speakers == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    askers = [
        where(name, call)
        for name in modules()
        if name != CLOCK
        for call in calls(name)
        if dotted(call.func) in ASKING | ASKING_THE_DATABASE
    ]
    assert askers == []


def test_the_clock_itself_asks() -> None:
    assert any(dotted(call.func) in ASKING for call in calls(CLOCK))


def test_nobody_takes_the_time_by_another_name() -> None:
    disguised = [
        f"{name} imports {full}"
        for name in modules()
        for full in imported(name)
        if full in {"time.time", "time.time_ns", "time.gmtime", "time.localtime"}
    ]
    assert disguised == []


def test_only_the_database_module_commits() -> None:
    committers = [where(name, call) for name in modules() if name != DATABASE for call in calls(name) if _commits(call)]
    assert committers == []


def test_only_verbs_and_the_outbox_write() -> None:
    writers = [
        where(name, call)
        for name in set(modules()) - in_package(WRITERS) - {DATABASE}
        for call in calls(name)
        if dotted(call.func).split(".")[-1] == "transaction"
    ]
    assert writers == []


def _commits(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
