"""`coalition letter check-ledger`: whether a downloaded ledger is whole, on any machine, without keys or database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.cli.refusal import Refused
from coalition.rendering.ledger import NotALedger, problems_of

if TYPE_CHECKING:
    from pathlib import Path


def check(path: Path) -> str:
    """The sentence for a ledger in which nothing is wrong. Raises Refused with what was found."""
    try:
        found = problems_of(path.read_bytes())
    except NotALedger as error:
        raise Refused(f"{path} is no ledger that this version reads.") from error
    if found:
        raise Refused("\n".join(found))
    return "Every act names a text that is in this ledger, and every text has the fingerprint that is written."
