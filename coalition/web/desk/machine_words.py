"""What of the machine needs an administrator, in words: what happened, what it means for people, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import config, languages
from coalition.actions.daily_backup import WORK
from coalition.web.audience import account
from coalition.web.desk import choices, work_words

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from coalition.actions.findings import Finding
    from coalition.actions.footing import Disk
    from coalition.actions.machine import Machine

OUTBOX = "/desk/outbox"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs somebody. `command` is typed at a terminal; `path` is where the desk has more."""

    title: str
    means: str
    to_do: str
    is_grave: bool = True
    command: str = ""
    path: str = ""
    path_words: str = ""


def needs(machine: Machine) -> list[Need]:
    """Everything, worst first; nothing where all is well."""
    return [_need(one, machine) for one in machine.findings]


def _need(finding: Finding, machine: Machine) -> Need:
    subject, _space, state = finding.kind.partition(" ")
    told = {
        "keys": _keys,
        "schema": _schema,
        "database": _database,
        "restore": _restore,
        "disk": _disk,
        "no": _absent,
        "work": _work,
        "mail": _mail,
        "files": _files,
        "pages": _pages,
        "webhooks": _webhooks,
        "clock": _clock,
        "backup": _backup,
    }[subject]
    return told(state, finding, machine)


def _keys(state: str, finding: Finding, _machine: Machine) -> Need:
    path = config.settings().keys_path
    if state == "readable by others":
        return Need(
            _("Others on this machine may read the key file"),
            _("Who has it and a copy of the database reads all that is private."),
            _("Let its owner alone read it:"),
            is_grave=False,
            command=f"chmod 600 {path}",
        )
    titles = {
        "missing": _("The key file is not there, or can not be read"),
        "damaged": _("The key file is damaged"),
        "wrong": _("The key file does not open this database"),
    }
    return Need(
        titles.get(state)
        or _("The key file lacks a key that is in use: %(purpose)s", purpose=work_words.purpose(finding.about)),
        _("Once a process is started again, nobody gets in. Without this key what is private opens for nobody."),
        _("Put %(path)s back from your newest copy, then look it through:", path=languages.isolate(str(path))),
        command="coalition keys check",
    )


def _schema(state: str, _finding: Finding, _machine: Machine) -> Need:
    if state == "newer":
        return Need(
            _("The database was made by a newer version"),
            _("What was added since is not understood here, and pages fail."),
            _("Install the newer version on this machine too."),
        )
    return Need(
        _("The database is older than this version"),
        _("Pages that need the new tables fail."),
        _("Stop all processes, and bring it to this version:"),
        command="coalition upgrade",
    )


def _database(_state: str, _finding: Finding, _machine: Machine) -> Need:
    return Need(
        _("The database takes nothing"),
        _("Nobody can sign or answer. Published letters are read."),
        _("See at the database server why it only reads: it may be a standby, or be told to."),
    )


def _restore(state: str, _finding: Finding, machine: Machine) -> Need:
    if state == "unfinished":
        return Need(
            _("A restore was cut off"),
            _("Whoever was erased since the backup may be back."),
            _("Give the same command again: it goes on."),
            command="coalition restore FILE",
        )
    when = moment(machine.waits_since) if machine.waits_since else ""
    return Need(
        _("This site was restored from its backup of %(moment)s.", moment=when),
        _("Mails that waited then are held, no letter closes and no reminder goes."),
        "",
        is_grave=False,
        path=f"{OUTBOX}#after-restore",
        path_words=_("Look at the outbox, and let it go on"),
    )


def _disk(state: str, finding: Finding, machine: Machine) -> Need:
    disk = next(one for one in machine.disks if one.place == finding.about)
    words = {"folder": languages.isolate(str(disk.folder)), "room": room(disk)}
    if state in {"full", "low"}:
        return Need(
            _("No room is left at %(folder)s", **words)
            if state == "full"
            else _("Little room is left at %(folder)s", **words),
            _("Without room no answer, no upload and no mail is taken. Published letters are read."),
            _("%(room)s are free. Remove what is not needed there, or give the disk more room.", **words),
            is_grave=finding.is_grave,
            command=f"df -h {disk.folder}",
        )
    if state == "missing":
        return Need(
            _("The folder %(folder)s is not there", **words),
            _("What belongs there finds no place."),
            _(
                "Mount its disk, or correct the setting. The folder is not made by itself: what is written would lie "
                "on the wrong disk."
            ),
            is_grave=finding.is_grave,
            command=f"ls -ld {disk.folder}",
        )
    return Need(
        _("Nothing can be written to %(folder)s", **words),
        _("Nobody can sign or answer. Published letters are read."),
        _("See whether the disk is mounted to be read only, and who owns the folder:"),
        command=f"ls -ld {disk.folder}",
    )


def _absent(state: str, finding: Finding, machine: Machine) -> Need:
    if state == "backup":
        return _no_backup(_("No backup was made yet"), finding)
    began = moment(max(one.began for one in machine.works if one.name != WORK))
    return Need(
        _("No worker has run since %(moment)s: no mail goes out and nothing closes. Start it.", moment=began),
        _("Invitations wait, and letters stay open past their deadline. What was missed is made up for."),
        _("Start it again the way it was started; by itself it is:"),
        command="coalition worker",
    )


def _work(_state: str, finding: Finding, machine: Machine) -> Need:
    work = next(one for one in machine.works if one.name == finding.about)
    return Need(
        work_words.sentence(work, moment(work.began)),
        work_words.meaning(work.name),
        _("The log says why, at the event “a tick failed” with this work: %(name)s.", name=work.name),
    )


def _mail(state: str, finding: Finding, machine: Machine) -> Need:
    look = {"path": OUTBOX, "path_words": _("Look at the outbox")}
    if state == "held":
        number = machine.mails["held"]
        no_server = _(
            "Name a mail server in the settings file (mail_server) and start again; then let the messages go from the "
            "outbox."
        )
        return Need(
            str(ngettext("%(num)s mail is held", "%(num)s mails are held", number)),
            _("Those whom they are for do not get them."),
            _("Let them go from the outbox, or stop them.") if machine.has_mail_server else no_server,
            is_grave=finding.is_grave,
            **look,
        )
    oldest = machine.queue("mail").oldest
    return Need(
        _("Mail is due and none goes out"),
        _("Invitations and receipts do not arrive. The oldest has waited for %(time)s.", time=span(oldest)),
        _("The outbox has what the mail server says. Try the settings:"),
        command="coalition mail check",
        **look,
    )


def _files(_state: str, _finding: Finding, machine: Machine) -> Need:
    return Need(
        _("Files that were brought are not read"),
        _("Whoever brought a text waits for it, for %(time)s by now.", time=span(machine.queue("files").oldest)),
        _("Restart the worker."),
    )


def _pages(_state: str, finding: Finding, machine: Machine) -> Need:
    return Need(
        _("Public pages are not made anew"),
        _("Readers see them as they were %(time)s ago.", time=span(machine.queue("pages").oldest)),
        _("Restart the worker. While very many sign, this may take its time."),
        is_grave=finding.is_grave,
    )


def _webhooks(_state: str, finding: Finding, machine: Machine) -> Need:
    return Need(
        _("Other programs are not told"),
        _("They do not know what was published, for %(time)s by now.", time=span(machine.queue("webhooks").oldest)),
        _("See which address is slow, and end it or restart the worker."),
        is_grave=finding.is_grave,
        path="/desk/settings/webhooks",
        path_words=_("Webhooks"),
    )


def _clock(_state: str, _finding: Finding, _machine: Machine) -> Need:
    return Need(
        _("The clock of a worker and the clock of this machine differ. Set both by NTP."),
        _("A letter may close at another moment than its page says."),
        _("On each machine:"),
        command="timedatectl set-ntp true",
    )


def _backup(state: str, finding: Finding, machine: Machine) -> Need:
    if state == "old":
        age = span(machine.now - machine.backup.made_at) if machine.backup else ""
        return _no_backup(_("The last backup is old: it was made %(time)s ago", time=age), finding)
    work = next(one for one in machine.works if one.name == WORK)
    return _no_backup(work_words.sentence(work, moment(work.began)), finding)


def _no_backup(title: str, finding: Finding) -> Need:
    return Need(
        title,
        _("Should the disk break, all answers since the last backup are lost."),
        _("Make one, and have one made each day (backup_folder in the settings file):"),
        is_grave=finding.is_grave,
        command="coalition backup FILE",
    )


def moment(when: datetime) -> str:
    """An instant in the account's zone."""
    return languages.moment_words(when, account().zone, choices.spoken())


def span(length: timedelta | None) -> str:
    """How long, roughly."""
    return languages.span_words(length, choices.spoken()) if length is not None else ""


def room(disk: Disk) -> str:
    """How much is free, in the unit that fits."""
    return languages.bytes_words(disk.free, choices.spoken())
