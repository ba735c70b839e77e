"""What the desk calls the standings of organisations, their safety, and what an account is for."""

from __future__ import annotations

from flask_babel import gettext as _


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


def role_words(role: str) -> str:
    """What an account is for, or which part it has in a letter's team, in a word."""
    return {
        "coordinator": str(_("Coordinator")),
        "translator": str(_("Translator")),
        "observer": str(_("Observer")),
    }[role]
