"""Goals 1, 2 and 9: what a published page costs, beside nginx that sends the same bytes from a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import brotli

from bench import load, servers
from bench.load import Target
from bench.report import Goal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coalition.config import Settings

SHORT, LONG, HUGE = 150, 1_000, 30_000
WHOLE = 300
"""The longest list that stands whole on its letter's page."""
Bodies = dict[str, bytes]


def sizes(*, is_quick: bool) -> list[int]:
    """How many signatories the letters have that are visited."""
    return [SHORT, WHOLE, LONG] if is_quick else [SHORT, WHOLE, LONG, HUGE]


def weigh(settings: Settings, paths: dict[int, str], folder: Path) -> Iterator[Goal]:
    """Goal 9, which needs neither nginx nor wrk."""
    with servers.product(settings, folder, core=None, workers=1):
        short, long = bodies(settings, paths[SHORT])["br"], bodies(settings, paths[WHOLE])["br"]
        (style,) = re.findall(r'href="(/static/public\.[^"]+)"', brotli.decompress(short).decode())
        weight = len(short) + len(bodies(settings, style)["br"])
    yield Goal(9, "letter, 150 signatories and style sheet, brotli", weight, 8_000, at_least=False, unit=" B")
    each = (len(long) - len(short)) / (WHOLE - SHORT)
    yield Goal(9, "each further signatory, brotli", each, 20, at_least=False, unit=" B")


def measure(
    settings: Settings,
    paths: dict[int, str],
    folder: Path,
    *,
    rounds: int,
    seconds: int,
    cores: tuple[int | None, int | None],
) -> Iterator[Goal]:
    """Goals 1 and 2."""
    server_core, load_core = cores
    with servers.product(settings, folder, core=server_core, workers=1) as ours:
        pages = {str(size): bodies(settings, path) for size, path in paths.items()}
        with servers.nginx(pages, folder, core=server_core) as (root, limit):
            targets = []
            for size, path in paths.items():
                if size == WHOLE:
                    continue
                targets.append(Target(f"nginx {size}", f"{root}/{size}.html", limit))
                targets.append(Target(f"ours {size}", settings.root + path, ours))
            found = load.visit_in_turn(targets, rounds=rounds, seconds=seconds, core=load_core)
    for size in (SHORT, LONG):
        one, other = found[f"nginx {size}"], found[f"ours {size}"]
        detail = (
            f"CPU of a view: nginx {one.cpu:.1f} µs, Coalition {other.cpu:.1f} µs; "
            f"views a second on one core: {one.rate:,.0f}, {other.rate:,.0f}; failed: {one.failed}, {other.failed}"
        )
        words = f"letter page, {size:,} signatories, of nginx static, by server CPU"
        yield Goal(1, words, load.ratio(one, other), 0.40, at_least=True, detail=detail)
    if HUGE in paths:
        growth = load.ratio(found[f"ours {HUGE}"], found[f"ours {SHORT}"])
        limit_growth = load.ratio(found[f"nginx {HUGE}"], found[f"nginx {SHORT}"])
        detail = f"Coalition grows {growth:.2f} times, nginx {limit_growth:.2f} times"
        words = "page CPU, 30,000 against 150 signatories, over nginx's growth"
        yield Goal(2, words, growth / limit_growth, 1.3, at_least=False, detail=detail)


def bodies(settings: Settings, path: str) -> Bodies:
    """What is served at a path, by encoding."""
    return {encoding: _fetch(settings.root + path, encoding) for encoding in ("", "br", "gzip")}


def _fetch(address: str, encoding: str) -> bytes:
    request = Request(address, headers={"Accept-Encoding": encoding or "identity"})  # noqa: S310 -- our own server  # nosec B310
    with urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server  # nosec B310
        if (answer.headers["Content-Encoding"] or "") != encoding:
            raise RuntimeError(f"{address} was not served as {encoding or 'plain bytes'}")
        content: bytes = answer.read()
        return content
