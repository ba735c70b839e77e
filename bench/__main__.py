"""`make bench`, or `python -m bench [--quick] [--only PART] [--stored 1000000]`: measures each goal, prints its ratio.

Ratios only: the product beside the limit, side by side in one run, the server on one core and the load on another.
Goals that are not met do not fail it: it measures. What it found is told in docs/speed.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench import installation, invented, mail, many, pages, paper, processes, programs, report, rolling, signing
from coalition.actions import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.installation import Installation
    from bench.report import Goal

SIGNERS = 250
"""Organisations in the directory, and forms of each round of signing."""
STORED = 100_000
"""Signatures beside which one more is compared with the first, unless another number is asked for."""
PARTS = ("pages", "rolling", "paper", "signing", "mail")


def main() -> None:
    """Make a throwaway installation, measure what was asked for, and print it."""
    asked = _asked()
    parts = [asked.only] if asked.only else PARTS
    started = time.monotonic()
    print(report.machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="coalition-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        with installation.installation(home, organisations=SIGNERS, port=processes.free_port()) as installed:
            for part in parts:
                of_signing = partial(_signing, stored=asked.stored)
                measures: dict[str, Callable[..., Iterator[Goal]]] = {
                    "pages": _pages,
                    "rolling": _rolling,
                    "paper": _paper,
                    "signing": of_signing,
                    "mail": mail.measure,
                }
                for goal in measures[part](installed, Path(folder), is_quick=asked.quick):
                    print(goal, flush=True)
    print(f"{time.monotonic() - started:.0f} seconds")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="measure one part alone")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds, no letter of 30,000 names")
    stored = f"how many signatures are stored where one more is compared with the first; {STORED:,} if not given"
    parser.add_argument("--stored", type=int, default=STORED, help=stored)
    return parser.parse_args()


def _pages(installed: Installation, folder: Path, *, is_quick: bool) -> Iterator[Goal]:
    titles = {size: f"{invented.TITLE} ({size})" for size in pages.sizes(is_quick=is_quick)}
    paths = {size: installation.published_letter(title, size) for size, title in titles.items()}
    rebuild.rebuild()
    yield from pages.weigh(installed.settings, paths, folder)
    packages = programs.missing()
    if packages:
        print(f"goals 1 and 2 need more programs: apt install {' '.join(packages)}", flush=True)
        return
    rounds, seconds = (3, 2) if is_quick else (5, 3)
    yield from pages.measure(installed.settings, paths, folder, rounds=rounds, seconds=seconds, cores=programs.cores())


def _rolling(installed: Installation, folder: Path, *, is_quick: bool) -> Iterator[Goal]:
    size = pages.LONG if is_quick else pages.HUGE
    path = installation.published_letter(f"{invented.TITLE} (rolling)", size)
    yield from rolling.measure(installed.settings, path, size, folder, seconds=20 if is_quick else 60)


def _paper(_installed: Installation, folder: Path, *, is_quick: bool) -> Iterator[Goal]:
    yield from paper.measure(folder, pages.LONG if is_quick else pages.HUGE)


def _signing(installed: Installation, folder: Path, *, is_quick: bool, stored: int) -> Iterator[Goal]:
    rounds = range(1 + (2 if is_quick else 4))
    forms = [signing.prepared(installed.contact_ids, f"{invented.TITLE}, round {number}") for number in rounds]
    yield from signing.measure(installed.settings, forms, folder, cores=programs.cores())
    calm, cut = (signing.prepared(installed.contact_ids, f"{invented.TITLE}, {words}") for words in ("calm", "cut"))
    yield from signing.crowded(installed.settings, calm, cut, folder)
    forms = [signing.prepared(installed.contact_ids, f"{invented.TITLE}, among many {number}") for number in rounds]
    yield from many.measure(installed.settings, forms, folder, stored=stored, cores=programs.cores())


if __name__ == "__main__":
    main()
