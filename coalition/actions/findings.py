"""What of the machine needs somebody, worst first: what it is about, and whether it can wait.

Grave is what keeps people from something now, or loses something soon: /health answers 503. The words stand at the desk
(`coalition.web.desk.machine_words`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from coalition.actions.daily_backup import WORK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.actions.machine import Machine

SKEW: Final = timedelta(minutes=1)
FILES_WAIT: Final = timedelta(minutes=15)
PAGES_WAIT: Final = timedelta(hours=1)
"""While many sign, pages wait for their share of the machine (coalition.actions.pace)."""
WEBHOOKS_WAIT: Final = timedelta(hours=1)
"""Other people's servers may be slow, and are told one after the other."""
PROMISED: Final = timedelta(hours=30)
"""Backups of each day: the last one is a day old at most, and took its time."""
BY_HAND: Final = timedelta(days=7)
"""Where none are promised, somebody is reminded after a week."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that needs somebody."""

    kind: str
    is_grave: bool = True
    about: str = ""
    """The work, the disk or the purpose of the key that it is about."""

    def __str__(self) -> str:
        return f"{self.kind} {self.about}".rstrip()


def of(machine: Machine) -> Iterator[Finding]:
    """Everything, worst first."""
    every = [*_keys(machine), *_database(machine), *_disks(machine), *_works(machine), *_queues(machine)]
    every += [*_clock(machine), *_backup(machine)]
    yield from sorted(every, key=lambda one: not one.is_grave)


def _keys(machine: Machine) -> Iterator[Finding]:
    keys = machine.keys
    if keys.state == "lacking":
        yield from (Finding("keys lacking", about=purpose) for purpose in keys.lacking)
    elif keys.state != "ok":
        yield Finding(f"keys {keys.state}")
    if not keys.is_private:
        yield Finding("keys readable by others", is_grave=False)


def _database(machine: Machine) -> Iterator[Finding]:
    if machine.schema != "newest":
        yield Finding(f"schema {machine.schema}")
    if machine.takes_nothing:
        yield Finding("database read-only")
    if machine.is_half_restored:
        yield Finding("restore unfinished")
    elif machine.waits_since is not None:
        yield Finding("restore waits", is_grave=False)


def _disks(machine: Machine) -> Iterator[Finding]:
    for disk in machine.disks:
        # Where several machines share settings, the folder of the backups may be on one of them alone.
        can_wait = disk.state == "low" or (disk.place == "backups" and disk.state == "missing")
        if disk.state != "ok":
            yield Finding(f"disk {disk.state}", not can_wait, disk.place)


def _works(machine: Machine) -> Iterator[Finding]:
    each_minute = [one for one in machine.works if one.name != WORK]
    if each_minute and all(one.state == "late" for one in each_minute):
        yield Finding("no worker")
        each_minute = []
    for one in each_minute:
        if one.state != "ok":
            yield Finding(f"work {one.state}", about=one.name)


def _queues(machine: Machine) -> Iterator[Finding]:
    if machine.lies_still:
        yield Finding("mail lies still")
    if _waits(machine, "files", FILES_WAIT):
        yield Finding("files lie still")
    if _waits(machine, "pages", PAGES_WAIT):
        yield Finding("pages lie still", is_grave=False)
    if _waits(machine, "webhooks", WEBHOOKS_WAIT):
        yield Finding("webhooks lie still", is_grave=False)
    if machine.mails.get("held") and machine.waits_since is None:
        yield Finding("mail held", is_grave=False)


def _waits(machine: Machine, name: str, longest: timedelta) -> bool:
    oldest = machine.queue(name).oldest
    return oldest is not None and oldest > longest


def _clock(machine: Machine) -> Iterator[Finding]:
    if machine.ahead >= SKEW:
        yield Finding("clock ahead")


def _backup(machine: Machine) -> Iterator[Finding]:
    """Either how the day's backup went, or how old the last one is."""
    work = next((one for one in machine.works if one.name == WORK), None)
    if machine.promises_backups and work is not None and work.state != "ok":
        yield Finding(f"backup {work.state}")
        return
    longest = PROMISED if machine.promises_backups else BY_HAND
    age = machine.now - machine.backup.made_at if machine.backup else machine.age
    if age > longest and not machine.is_demo:
        yield Finding("backup old" if machine.backup else "no backup", is_grave=machine.promises_backups)
