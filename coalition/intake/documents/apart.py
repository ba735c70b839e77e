"""Reading a file in a process of its own: whatever the file does, it ends in time, and knows none of our keys."""

from __future__ import annotations

import json
import os
import subprocess  # its calls are looked at one by one  # nosec B404
import sys
from typing import Any

from coalition.intake.documents.document import (
    Document,
    DocumentRefused,
    Kind,
    NotADocument,
    TookTooLong,
    document_of,
)

SECONDS = 60
"""How long a file may take; a letter of fifty pages takes two."""
MEMORY = 1_500_000_000
"""Bytes that reading a file may need."""

_KEPT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "SYSTEMROOT", "COVERAGE_PROCESS_START")


def read_apart(content: bytes, kind: Kind, *, seconds: int = SECONDS) -> tuple[Document, Document | None]:
    """A file's text with its tracked changes taken, and, where there are any, as it was before them.

    Raises a DocumentRefused; TookTooLong where the process had to be ended.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    command = [sys.executable, "-m", "coalition.intake.documents", kind, str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own program; the file comes by its standard input  # nosec B603
            command, input=content, capture_output=True, timeout=seconds, check=False, env=environment
        )
    except subprocess.TimeoutExpired as late:
        raise TookTooLong from late
    if done.returncode < 0:
        # Ended by the system, for its time or its memory.
        raise TookTooLong
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError as broken:
        raise NotADocument from broken
    if "refused" in said:
        raise refused_as(said["refused"])
    original = said["original"]
    return document_of(said["accepted"]), document_of(original) if original else None


def refused_as(name: str) -> DocumentRefused:
    """The refusal of that name, as it was kept or sent."""
    waiting: list[type[DocumentRefused]] = [DocumentRefused]
    while waiting:
        kind = waiting.pop()
        if kind.__name__ == name:
            return kind()
        waiting += kind.__subclasses__()
    return NotADocument()
