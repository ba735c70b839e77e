"""`make drills`, or `python -m drills [--without] [--row 3] [--only WORDS] [--database sqlite]`: tries the promises.

As it is: every drill passes. With --without: each safeguard is taken out in turn, and the drill that stands by it must
fail; one that passes all the same is worthless, and said to be. Ends with an error where something is not as promised.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING

from drills import running
from drills.table import PROMISES
from drills.without import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drills.promises import Drill
    from drills.running import Outcome

DATABASES = ("sqlite", "postgres")
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def main() -> int:
    """Run what was asked for and print a line for each; how many were not as promised."""
    asked = _asked()
    databases = [asked.database] if asked.database else list(DATABASES)
    promises = list(_chosen(asked.row, asked.only))
    if asked.list:
        for number, words, drills in promises:
            print(f"{number}. {words}")
            for drill in drills:
                print(f"   {drill.words}")
                print("".join(f"      without {known()[one.name].words}\n" for one in drill.safeguards), end="")
        return 0
    begun = time.monotonic()
    with ExitStack() as stack:
        if "postgres" in databases and not os.environ.get("COALITION_TEST_DSN"):
            os.environ["COALITION_TEST_DSN"] = stack.enter_context(_server())
        wrong = _all(promises, asked, databases)
    print(f"\n{time.monotonic() - begun:.0f} seconds; " + (f"{wrong} not as promised" if wrong else "all as promised"))
    return min(wrong, 1)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drills", description=__doc__)
    parser.add_argument("--without", action="store_true", help="take each safeguard out: its drill must fail")
    parser.add_argument("--row", type=int, help="the promise of that number alone")
    parser.add_argument("--only", help="the drills alone in whose sentence, tests or safeguards these words stand")
    parser.add_argument("--database", choices=DATABASES, help="one database alone")
    parser.add_argument("--why", action="store_true", help="say of each drill that fails by what")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    return parser.parse_args()


def _chosen(row: int | None, only: str | None) -> Iterator[tuple[int, str, list[Drill]]]:
    """The promises that were asked for, with those of their drills that were."""
    for number, promise in enumerate(PROMISES, start=1):
        drills = [drill for drill in promise.drills if only is None or only in _names(drill)]
        if drills and (row is None or row == number):
            yield number, promise.words, drills


def _names(drill: Drill) -> str:
    return " ".join([drill.words, *drill.tests, *(one.name for one in drill.safeguards)])


def _server() -> AbstractContextManager[str]:
    """A PostgreSQL that all drills share."""
    from tests import postgres  # noqa: PLC0415 -- only where it is needed

    if postgres.programs() is None:
        sys.exit("PostgreSQL is not found. Install its server programs, or ask for --database sqlite.")
    return postgres.server()


def _all(promises: list[tuple[int, str, list[Drill]]], asked: argparse.Namespace, databases: list[str]) -> int:
    print(" ".join([*(f"{NAMES[one]:<10}" for one in databases), f"{'seconds':>7}"]))
    wrong = 0
    for number, words, drills in promises:
        print(f"\n{number}. {words}", flush=True)
        if not asked.without:
            found = zip(*(running.with_them(drills, database) for database in databases), strict=True)
            for drill, outcomes in zip(drills, found, strict=True):
                wrong += _print(drill.words, dict(zip(databases, outcomes, strict=True)), asked)
            continue
        for drill in drills:
            print(f"  {drill.words}", flush=True)
            for safeguard in drill.safeguards:
                by_database = {database: running.without(drill, safeguard, database) for database in databases}
                wrong += _print(f"  without {known()[safeguard.name].words}", by_database, asked)
    return wrong


def _print(words: str, outcomes: dict[str, Outcome], asked: argparse.Namespace) -> int:
    """One line of the table; how many of its outcomes are not as promised."""
    seconds = sum(one.seconds for one in outcomes.values())
    print(" ".join([*(f"{one.verdict:<10}" for one in outcomes.values()), f"{seconds:7.1f}"]), f" {words}", flush=True)
    for database, outcome in outcomes.items():
        if outcome.said and (asked.why or not outcome.is_kept):
            print(f"--- {NAMES[database]}\n{outcome.said}\n---", flush=True)
    return sum(not one.is_kept for one in outcomes.values())


if __name__ == "__main__":
    sys.exit(main())
