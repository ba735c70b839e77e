"""Goal 10: the PDF of a long list, beside WeasyPrint, which makes a like one from HTML.

WeasyPrint is no part of the product: where it is installed beside it, or in the environment that WEASYPRINT_PYTHON
names, it is measured.
"""

from __future__ import annotations

import html
import os
import subprocess  # its calls are looked at one by one  # nosec B404
import sys
from typing import TYPE_CHECKING

from bench import invented
from bench.report import Goal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEASURED = """
import resource, sys
{made}
used = resource.getrusage(resource.RUSAGE_SELF)
with open("/proc/self/status") as status:  # what rusage calls the most memory may be that of who started us
    most = next(line for line in status if line.startswith("VmHWM"))
print(used.ru_utime + used.ru_stime, int(most.split()[1]) / 1024)
"""
OURS = """
from bench.paper import our_pdf
our_pdf(int(sys.argv[1]), sys.argv[2])
"""
THEIRS = """
import weasyprint
weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant="pdf/ua-1")
"""
STYLE = """
@page { size: A4; margin: 26mm 30mm 30mm }
ul { columns: 2; list-style: none; padding: 0 }
li { break-inside: avoid }
"""


def measure(folder: Path, size: int) -> Iterator[Goal]:
    """Our PDF and WeasyPrint's of as many names: processor time, and the most memory, each in a process of its own."""
    python = os.environ.get("WEASYPRINT_PYTHON", sys.executable)
    look = [python, "-c", "import weasyprint"]
    if subprocess.run(look, capture_output=True, check=False).returncode:  # our own command  # nosec B603
        print("goal 10 needs WeasyPrint: install it anywhere, and name its python in WEASYPRINT_PYTHON", flush=True)
        return
    page = folder / f"names-{size}.html"
    page.write_text(_as_html(size))
    ours = _run(sys.executable, OURS, str(size), str(folder / "ours.pdf"))
    theirs = _run(python, THEIRS, str(page), str(folder / "theirs.pdf"))
    detail = (
        f"processor time: Coalition {ours[0]:.1f} s, WeasyPrint {theirs[0]:.1f} s; "
        f"memory: {ours[1]:,.0f} MB, {theirs[1]:,.0f} MB"
    )
    words = f"PDF of {size:,} names, of WeasyPrint's time"
    yield Goal(10, words, ours[0] / theirs[0], 1 / 20, at_least=False, detail=detail)
    yield Goal(10, f"PDF of {size:,} names, of WeasyPrint's memory", ours[1] / theirs[1], 1 / 3, at_least=False)


def our_pdf(size: int, path: str) -> None:
    """Make the PDF of an invented letter with so many names, from the facts that an edition prints."""
    from datetime import UTC, datetime  # noqa: PLC0415 -- in a process of its own, which loads no more than a worker
    from pathlib import Path  # noqa: PLC0415 -- in a process of its own, which loads no more than a worker

    from coalition.rendering.pdf import make_pdf  # noqa: PLC0415 -- in a process of its own, which loads no more than a worker
    from coalition.rendering.printed import (  # noqa: PLC0415 -- in a process of its own, which loads no more than a worker
        Figures,
        PrintedGroup,
        PrintedLetter,
        PrintedLine,
        PrintedText,
    )

    lines = tuple(
        PrintedLine(names={"und": name}, sort_keys={"und": name.casefold()}, country="NL", position=place)
        for place, name in enumerate(invented.names(size))
    )
    letter = PrintedLetter(
        slug="measured",
        kind="open_letter",
        coalition_name={"en": "Open Contracts Network"},
        public_address="https://letters.bench.example",
        authoritative_language="en",
        texts={"en": PrintedText("en", invented.TITLE, invented.BODY)},
        edition=1,
        published_at=datetime(2026, 11, 23, tzinfo=UTC),
        zone="UTC",
        figures=Figures(size, size, 0, 1),
        withheld_count=None,
        groups=(PrintedGroup({}, lines),),
        list_order="name",
        place="The Hague",
    )
    Path(path).write_bytes(make_pdf(letter, "en").content)


def _as_html(size: int) -> str:
    names = "".join(f"<li>{html.escape(name)}</li>" for name in sorted(invented.names(size)))
    text = "".join(f"<p>{html.escape(block)}</p>" for block in invented.BODY.split("\n\n"))
    title = html.escape(invented.TITLE)
    return (
        f'<!doctype html><html lang="en"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{text}'
        f"<h2>Signatories</h2><ul>{names}</ul></html>"
    )


def _run(python: str, made: str, *arguments: str) -> tuple[float, float]:
    """Processor seconds, and the most memory in megabytes."""
    script = MEASURED.format(made=made)
    command = [python, "-c", script, *arguments]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # our own command  # nosec B603
    seconds, megabytes = told.split()[-2:]
    return float(seconds), float(megabytes)
