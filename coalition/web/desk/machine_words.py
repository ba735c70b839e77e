"""What of the machine needs an administrator, in sentences: late, stuck or failing works, mail that lies still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from coalition import languages
from coalition.actions import findings, machine
from coalition.actions.daily_backup import WORK
from coalition.database import db
from coalition.web.audience import account
from coalition.web.desk import choices

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.actions.machine import Work


def troubles(now: datetime) -> list[str]:
    """A sentence for each; none where all is well."""
    found = machine.look(db.session(), now=now)
    works = found.in_trouble
    said = []
    each_minute = [one for one in found.works if one.name != WORK]
    if each_minute and all(one.state == "late" for one in each_minute):
        since = _moment(max(one.began for one in each_minute))
        said.append(
            _("No worker has run since %(moment)s: no mail goes out and nothing closes. Start it.", moment=since)
        )
    else:
        said += [_sentence(one) for one in works]
    if found.lies_still:
        said.append(_("Mail is due and none goes out. See below what the mail server says."))
    if found.ahead >= findings.SKEW:
        said.append(_("The clock of a worker and the clock of this machine differ. Set both by NTP."))
    return [str(one) for one in said]


def _sentence(work: Work) -> str:
    if work.name == WORK and work.state == "failing":
        return str(
            _(
                "The backup failed at %(moment)s (%(kind)s). See that its folder is there and has room.",
                moment=_moment(work.began),
                kind=work.last_words,
            )
        )
    what, moment = _work_words(work.name), _moment(work.began)
    if work.state == "late":
        return str(_("%(work)s: has not run since %(moment)s.", work=what, moment=moment))
    if work.state == "stuck":
        return str(_("%(work)s: began at %(moment)s and has not ended. Restart the worker.", work=what, moment=moment))
    return str(
        _(
            "%(work)s: failed %(number)s times in a row (%(kind)s). The log says more.",
            work=what,
            number=languages.number(work.failures, choices.spoken()),
            kind=work.last_words,
        )
    )


def _work_words(name: str) -> str:
    """What a work of the tick is called; its name in the code where it has no words yet."""
    return str(
        {
            "close": _("Closing letters at their deadline"),
            "sign_beforehand": _("Signing for those who agreed beforehand"),
            "ask_if_right": _("Asking organisations whether their entry is right"),
            "forget_codes": _("Deleting codes that work no more"),
            "forget": _("Forgetting who did not sign, long after closing"),
            "sweep": _("Sweeping what was erased out of the database's files"),
            "ring_rendering_again": _("Making public pages"),
            "ring_converting_again": _("Reading files that were brought"),
            "ring_telling_again": _("Telling other programs"),
            "deliver": _("Handing over mail"),
            "remind": _("Sending reminders"),
            "tell_of_deadlines": _("Telling coordinators what is open before a deadline"),
            "ask_outcomes": _("Asking coordinators what came of a letter"),
            "queue_digests": _("Telling coordinators in the morning what happened"),
            "tell_of_bounces": _("Telling coordinators of mails that came back"),
            "back_up": _("Looking whether a backup is due"),
            WORK: _("The day’s backup"),
            "collect_mail": _("Fetching mail that came in"),
        }.get(name, name)
    )


def _moment(moment: datetime) -> str:
    return languages.moment_words(moment, account().zone, choices.spoken())
