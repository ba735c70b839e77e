"""The journal of erasures: what was erased stays erased, also when an older copy of the database comes back.

What was ended stands in it too: links, accounts, parts in teams, what is public of a letter. A file beside the keys,
outside the database and every backup (SAFETY §3). One line of JSON for each: a kind, the random id of what was erased
or ended, the instant; never a name. `coalition restore` reads it, and erases and ends anew.

A line is on the disk before the transaction that erases is committed, so that no crash loses an erasure which was
acknowledged. Where the machine dies between the two, or the commit fails, a restore erases what somebody had asked to
be erased: that is the safe side.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from coalition import config, database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

KIND: Final = re.compile(r"[a-z_]{1,40}")
"""What `coalition.actions.replay` and `coalition.actions.end_again` know how to do again: contact, link, …"""


class JournalUnreadable(Exception):
    """A line that was written whole is not one of ours any more: the file was damaged or edited."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One thing that was erased, or ended."""

    kind: str
    id: UUID
    at: datetime


def append(kind: str, id: UUID, at: datetime) -> None:  # noqa: A002 -- the row's id is called so everywhere
    """Write down that the present transaction erases, or ends, what `kind` and `id` name; part of a verb.

    It reaches the disk right before the commit, when nothing else can go wrong any more. A verb that can not write it
    down does not erase: OSError.
    """
    if not KIND.fullmatch(kind):
        raise ValueError(f"no kind of erasure: {kind!r}")
    line = _line_of(Erasure(kind, id, at))
    info = database.db.session().info
    here = info["before_commit"] if info.get("in_transaction") else []
    page = next((one for one in here if isinstance(one, _Page)), None)
    if page is None:
        page = _Page()
        database.before_commit(page)
    if line not in page.lines:
        page.lines.append(line)


class _Page:
    """The lines of one transaction, which come to the disk together."""

    def __init__(self) -> None:
        self.lines: list[dict[str, str]] = []

    def __call__(self) -> None:
        _write(self.lines)


def entries(paths: Sequence[Path] = ()) -> tuple[Erasure, ...]:
    """Every erasure and every end, oldest first, each once: of this installation's journal, or of the files in `paths`.

    A last line that was cut off by a crash counts as not written: its transaction was not committed. Raises
    JournalUnreadable, OSError.
    """
    found: list[Erasure] = []
    for path in paths or (config.settings().journal_path,):
        for number, line in enumerate(_lines(path), start=1):
            try:
                found.append(_read(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise JournalUnreadable(f"{path}: line {number} is not one of ours.") from error
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.at))


def add(erasures: Iterable[Erasure]) -> None:
    """Write down, now, what another machine's journal says and this one's does not."""
    known = set(entries())
    _write([_line_of(one) for one in erasures if one not in known])


def begin() -> None:
    """Make the file where there is none yet: an empty one says that nothing was erased, a missing one nothing."""
    _write([])


def _line_of(one: Erasure) -> dict[str, str]:
    return {"kind": one.kind, "id": one.id.hex, "at": one.at.astimezone(UTC).isoformat()}


def _read(line: dict[str, Any]) -> Erasure:
    at = datetime.fromisoformat(line["at"])
    if not KIND.fullmatch(line["kind"]) or at.tzinfo is None:
        raise ValueError(line)
    return Erasure(line["kind"], UUID(line["id"]), at)


def _lines(path: Path) -> Iterator[bytes]:
    """The whole lines of a journal; none where there is no file yet."""
    content = path.read_bytes() if path.exists() else b""
    yield from (line for line in content.split(b"\n")[:-1] if line)


def _write(lines: Iterable[dict[str, str]]) -> None:
    """Put lines at the end, on the disk when this returns; one process after the other."""
    path = config.settings().journal_path
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _cut_off_what_is_torn(descriptor)
        content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        while content:
            content = content[file.write(content) :]
        os.fsync(descriptor)
    if is_new:
        _sync_folder(path.parent)


def _cut_off_what_is_torn(descriptor: int) -> None:
    """Take away a last line without its end: whoever wrote it died before its commit."""
    size = os.fstat(descriptor).st_size
    end = size
    while end and os.pread(descriptor, 1, end - 1) != b"\n":
        end -= 1
    if end != size:
        os.ftruncate(descriptor, end)


def _sync_folder(folder: Path) -> None:
    """A new file's name is on the disk only after its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
