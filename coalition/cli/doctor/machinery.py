"""What runs: the worker, mail, disks, backups. What /health and the desk know of it, as sentences for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition import clock
from coalition.actions import machine
from coalition.cli.findings import CHANGE, GOOD, LOOK, Finding
from coalition.database import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.actions.findings import Finding as OfTheMachine
    from coalition.actions.machine import Machine

SENTENCES: Final = {
    "keys missing": "The key file can not be read. Put it back from a copy.",
    "keys damaged": "The key file is damaged. Put it back from a copy.",
    "keys wrong": "The key file does not open this database. Put the right one back.",
    "keys lacking": "The key file lacks a key for {about} that is in use. Put the newest key file back.",
    "keys readable by others": "Others may read the key file. Run `chmod 600` on it.",
    "schema none": "The database has no tables. Run `coalition init`.",
    "schema older": "The database is older than this version. Run `coalition upgrade`.",
    "schema newer": "The database is newer than this version. Install that version.",
    "database read-only": "The database takes nothing: it is a standby, or was told to be read only.",
    "restore unfinished": "A restore was cut off. Run that `coalition restore` again.",
    "restore waits": "A backup was restored. An administrator has to look at the desk and say that it goes on.",
    "disk low": "The disk of {about} is nearly full. Make room.",
    "disk full": "The disk of {about} is full. Make room at once.",
    "disk read-only": "The folder of {about} can not be written to by this user.",
    "disk missing": "The folder of {about} is not there: see that its disk is mounted, or make it.",
    "no worker": "No worker has run for five minutes. Start `coalition serve`, or `coalition worker`.",
    "work late": "The work “{about}” has not begun for five minutes. Start the worker again, and see its log.",
    "work stuck": "The work “{about}” does not end. Start the worker again, and see its log.",
    "work failing": "The work “{about}” fails each time. The worker's log says why.",
    "mail lies still": "Mail is due, and none goes out. Run `coalition mail check`.",
    "mail held": "Mails are held back. At the desk, under Outbox, a press lets them go once a mail server is set.",
    "files lie still": "Files that were brought wait for the worker. See its log.",
    "pages lie still": "Pages wait to be made anew. See the worker's log.",
    "webhooks lie still": "Other programs are not told. The desk says under Webhooks what their servers answer.",
    "clock ahead": "The clock of a worker is ahead. Let every machine's clock be set by NTP.",
    "backup late": "The day's backup was not made. See the worker's log.",
    "backup stuck": "The day's backup does not end. See the worker's log.",
    "backup failing": "The day's backup fails. The worker's log says why.",
    "backup old": "The last backup is old. Run `coalition backup FILE`, and see why none was made.",
    "no backup": "There is no backup yet. Run `coalition backup FILE`, or set backup_folder.",
}
"""By the kind of what `coalition.actions.findings` finds. {about} is the work, the disk or the key's purpose."""
SAID_BEFORE: Final = ("keys ", "schema ", "restore unfinished")
"""Of these was spoken already, with the path of the file."""
GIGABYTE: Final = 1024**3


def of() -> Iterator[Finding]:
    """What the present database tells of the machines at work, and what is so of this one."""
    found = machine.look(db.session(), now=clock.now())
    db.session.rollback()
    to_say = [one for one in found.findings if not one.kind.startswith(SAID_BEFORE)]
    yield from (_in_words(one) for one in to_say)
    if not found.works:
        yield Finding(CHANGE, "No worker has ever run. Start `coalition serve`, or `coalition worker`.")
    yield from _good(found, {one.kind.split()[0] for one in to_say})


def _in_words(one: OfTheMachine) -> Finding:
    words = SENTENCES.get(one.kind, f"{one.kind}: {{about}}")
    return Finding(CHANGE if one.is_grave else LOOK, words.format(about=one.about))


def _good(found: Machine, spoken_of: set[str]) -> Iterator[Finding]:
    if found.works and not spoken_of & {"no", "work", "mail"}:
        yield Finding(GOOD, "The worker works: every work of the tick is done each minute, and no due mail lies still.")
    if "disk" not in spoken_of:
        least = min(one.free for one in found.disks) / GIGABYTE
        yield Finding(GOOD, f"There is room on the disk: {least:,.1f} GB.")
    if found.backup is not None and "backup" not in spoken_of:
        yield Finding(GOOD, f"The last backup was made at {found.backup.made_at:%Y-%m-%d %H:%M} UTC.")
