"""What the works of the tick, and the keys, are called; and what it means where a work is not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from coalition import languages
from coalition.actions.daily_backup import WORK
from coalition.web.desk import choices

if TYPE_CHECKING:
    from coalition.actions.machine import Work


def sentence(work: Work, began: str) -> str:
    """What is wrong with a work that is late, stuck or failing."""
    if work.name == WORK and work.state == "failing":
        words = {"moment": began, "kind": work.last_words}
        return str(_("The backup failed at %(moment)s (%(kind)s). See that its folder is there and has room.", **words))
    what = called(work.name)
    if work.state == "late":
        return str(_("%(work)s: has not run since %(moment)s.", work=what, moment=began))
    if work.state == "stuck":
        return str(_("%(work)s: began at %(moment)s and has not ended. Restart the worker.", work=what, moment=began))
    return str(
        _(
            "%(work)s: failed %(number)s times in a row (%(kind)s). The log says more.",
            work=what,
            number=languages.number(work.failures, choices.spoken()),
            kind=work.last_words,
        )
    )


def meaning(name: str) -> str:
    """What it means for people that a work is not done."""
    found = {
        "close": _("Letters stay open past their deadline."),
        "release": _("Letters are not published at the instant that was planned."),
        "deliver": _("Invitations and receipts do not arrive."),
        "remind": _("Nobody is reminded."),
        "collect_mail": _("Replies, and mails that came back, are not seen."),
        "forget": _("Who was to be forgotten is kept longer than was promised."),
        "sweep": _("What was erased still lies in the database’s files."),
    }
    return str(found.get(name) or _("It is not done meanwhile, and made up for once it works again."))


def state(work: Work) -> tuple[str, str]:
    """How a work goes, in a word, and its tone."""
    return {
        "ok": (str(_("Works")), "ok"),
        "late": (str(_("Late")), "bad"),
        "stuck": (str(_("Stuck")), "bad"),
        "failing": (str(_("Failing")), "bad"),
    }[work.state]


def purpose(name: str) -> str:
    """What a key is for."""
    return str(
        {
            "link": _("links in mails"),
            "form": _("open forms"),
            "session": _("sessions of the desk"),
            "vault": _("what is private"),
            "index": _("finding what is private"),
            "manifest": _("the proof of published letters"),
        }[name]
    )


def called(name: str) -> str:
    """What a work of the tick is called; its name in the code where it has no words yet."""
    return str(
        {
            "close": _("Closing letters at their deadline"),
            "release": _("Releasing letters at the planned instant"),
            "announce": _("Telling of what was released"),
            "cut": _("Making the day’s editions"),
            "sign_beforehand": _("Signing for those who agreed beforehand"),
            "ask_if_right": _("Asking organisations whether their entry is right"),
            "forget_codes": _("Deleting codes that work no more"),
            "forget": _("Forgetting who did not sign, long after closing"),
            "sweep": _("Sweeping what was erased out of the database’s files"),
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
