"""The operator's page: what of the machine needs somebody, worst first; then how it is."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flask import render_template
from flask_babel import gettext as _

from coalition import clock, config, languages
from coalition.actions import footing, machine
from coalition.database import db
from coalition.models.outgoing_email import STATES
from coalition.web.audience import Audience, audience
from coalition.web.desk import choices, machine_words, work_words
from coalition.web.desk.door import desk
from coalition.web.desk.mail_words import mail_state_words

if TYPE_CHECKING:
    from coalition.actions.machine import Machine

PATH = "/desk/machine"


@desk.get("/machine")
@audience(Audience.ADMINISTRATOR)
def machine_page() -> str:
    """What needs doing, in words, and the quiet facts."""
    now = clock.now()
    found = machine.look(db.session(), now=now)
    return render_template(
        "desk/machine.html",
        looked_at=machine_words.moment(now),
        needs=machine_words.needs(found),
        facts=_facts(found),
        works=[_work(one) for one in found.works],
        keys=[_key(one) for one in footing.held_keys(db.session(), config.settings())],
    )


def _facts(found: Machine) -> list[dict[str, str]]:
    settings = config.settings()
    number = languages.number
    spoken = choices.spoken()
    kind = "SQLite" if footing.sqlite_file(settings) else "PostgreSQL"
    revision = db.session.connection().dialect.server_version_info or ()
    facts = [
        (_("Version"), version("coalition")),
        (_("Database"), f"{kind} {'.'.join(str(part) for part in revision)}"),
        (_("Last backup"), _last_backup(found)),
        (_("Backups by themselves"), _promise(found)),
        (_("Mail server"), settings.mail_server or _("None: mail is held")),
    ]
    mails = [f"{number(found.mails[one], spoken)} {mail_state_words(one)}" for one in STATES if found.mails.get(one)]
    if mails:
        facts.append((_("Mails"), languages.join(mails, spoken)))
    if found.pausing:
        facts.append((_("Hosts that asked us to wait"), number(found.pausing, spoken)))
    facts += [
        (_("Room at %(folder)s", folder=languages.isolate(str(one.folder))), machine_words.room(one))
        for one in found.disks
    ]
    return [{"key": str(key), "value": str(value)} for key, value in facts]


def _last_backup(found: Machine) -> str:
    if found.backup is None:
        return str(_("None yet"))
    size = languages.bytes_words(found.backup.size, choices.spoken())
    return f"{machine_words.moment(found.backup.made_at)}, {size}"


def _promise(found: Machine) -> str:
    if not found.promises_backups:
        return str(_("No: name a backup_folder in the settings file"))
    hour = f"{config.settings().backup_hour:02}:00 UTC"
    return str(_("Each day, from %(time)s on", time=hour))


def _work(work: machine.Work) -> dict[str, Any]:
    words, tone = work_words.state(work)
    return {
        "name": work_words.called(work.name),
        "state": words,
        "tone": tone,
        "began": machine_words.moment(work.began),
        "ended": machine_words.moment(work.ended) if work.ended else "",
    }


def _key(key: footing.HeldKey) -> dict[str, str]:
    return {
        "purpose": work_words.purpose(key.purpose),
        "name": key.name,
        "use": str(_("Writes and reads") if key.writes else _("Reads what it wrote before")),
        "made": languages.date_words(key.made_on, choices.spoken()) if key.made_on else "",
        "fingerprint": key.fingerprint,
    }
