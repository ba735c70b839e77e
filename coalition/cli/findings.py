"""What a check found, as sentences: good, to look at, or to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from coalition.cli.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

GOOD: Final = "good"
LOOK: Final = "look"
CHANGE: Final = "change"
MARKS: Final = {GOOD: "Good:    ", LOOK: "Look:    ", CHANGE: "Change:  "}


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, and whether it is good, should be looked at, or must be changed."""

    kind: str
    words: str


def tell(findings: Iterable[Finding]) -> None:
    """Print each as it is found. Raises Refused where something must change."""
    to_change = 0
    for finding in findings:
        click.echo(MARKS[finding.kind] + finding.words)
        to_change += finding.kind == CHANGE
    if to_change:
        raise Refused("One thing has to change." if to_change == 1 else f"{to_change} things have to change.")
