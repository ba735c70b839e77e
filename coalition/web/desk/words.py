"""What the desk calls the standings of organisations, their safety, and the states of mails."""

from __future__ import annotations

from flask_babel import gettext as _

UNKNOWN_ADDRESS = frozenset({550, 551, 553})
"""Replies by which servers say that there is no such mailbox (RFC 5321)."""


def standing_words(standing: str) -> str:
    """An organisation's standing."""
    return str(
        {"member": _("Member"), "partner": _("Partner"), "guest": _("Guest"), "dissolved": _("Dissolved")}[standing]
    )


def safety_words(safety: str) -> str:
    """What happens to an organisation's name unless it says otherwise."""
    return str({"show": _("Show the name"), "ask": _("Ask each time"), "withhold": _("Withhold the name")}[safety])


def safety_hint(safety: str) -> str:
    """What that means."""
    return str(
        {
            "show": _("The name is printed unless they withhold it when they sign."),
            "ask": _("You are reminded before publishing if the name would be printed."),
            "withhold": _(
                "The name is counted and not printed unless they choose so. Their contacts get safe mail: a neutral "
                "subject and sender, no title, no name, no country."
            ),
        }[safety]
    )


def mail_class_words(kind_class: str) -> str:
    """What sort of mail it is; no more than its row tells."""
    words = {
        "invitation": _("Invitation"),
        "nudge": _("Nudge"),
        "notice": _("Notice"),
        "account": _("Account"),
    }
    return str(words.get(kind_class, _("Notice")))


def mail_state_words(state: str) -> str:
    """What became of a mail."""
    return str(
        {
            "queued": _("waiting"),
            "held": _("held"),
            "claimed": _("going out"),
            "transmitting": _("going out now"),
            "accepted": _("taken by the mail server"),
            "deferred": _("tried again later"),
            "refused": _("refused"),
            "unknown": _("not known"),
            "stopped": _("stopped"),
        }[state]
    )


def mail_state_tone(state: str) -> str:
    """The tone in which the state is shown."""
    return {"accepted": "ok", "refused": "bad", "unknown": "bad", "deferred": "warn", "held": "warn"}.get(state, "")


def server_words(state: str, code: int | None, words: str) -> str:
    """What happened, in a sentence; `words` are the server's own or ours about the connection."""
    if state == "unknown":
        return str(_("The connection broke at the end: it may have arrived. Ask them, or try again."))
    if state == "held":
        return str(_("There is no mail server."))
    if code is not None and code in UNKNOWN_ADDRESS and state == "refused":
        return str(_("The server does not know this address. Correct it in the directory."))
    if state == "refused" and code is not None:
        return str(_("The server refused the mail."))
    if state == "deferred":
        return str(_("The server asked to try later.") if code else _("The server could not be reached."))
    return words if state == "stopped" else ""


def role_words(role: str) -> str:
    """What an account is for, or which part it has in a letter's team, in a word."""
    return {
        "coordinator": str(_("Coordinator")),
        "translator": str(_("Translator")),
        "observer": str(_("Observer")),
    }[role]
