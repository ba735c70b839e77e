"""What the desk says of mails: their states, why one did not arrive, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from coalition import languages
from coalition.actions.hold_back import HELD
from coalition.emails.reasons import ABOUT_THE_ADDRESS, reason_of

if TYPE_CHECKING:
    from coalition.models.contact import Contact

DID_NOT_ARRIVE: Final = frozenset({"deferred", "refused", "bounced"})


def mail_class_words(kind_class: str) -> str:
    """What sort of mail it is; no more than its row tells."""
    words = {
        "invitation": _("Invitation"),
        "nudge": _("Nudge"),
        "reminder": _("Reminder"),
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
            "bounced": _("came back"),
        }[state]
    )


def mail_state_tone(state: str) -> str:
    """The tone in which the state is shown."""
    tones = {"accepted": "ok", "refused": "bad", "unknown": "bad", "bounced": "bad", "deferred": "warn", "held": "warn"}
    return tones.get(state, "")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a mail did not arrive, what to do, and whether another address is the cure; empty while it is on its way."""

    reason: str = ""
    to_do: str = ""
    is_about_the_address: bool = False


def why(state: str, code: int | None, words: str) -> Why:
    """What happened to a mail in a state; `words` are the server's own, or ours about the connection."""
    if state == "unknown":
        return Why(str(_("The connection broke at the end: it may have arrived.")), str(_("Ask them, or try again.")))
    if state == "held":
        return _why_held(words)
    if state == "stopped":
        return Why(words)
    if state not in DID_NOT_ARRIVE:
        return Why()
    reason = reason_of(code, words)
    if state != "deferred":
        return Why(reason_words(reason), to_do_words(reason), reason in ABOUT_THE_ADDRESS)
    is_ours = reason in {"relay", "settings", "unmade"}
    return Why(reason_words(reason), to_do_words(reason) if is_ours else str(_("Nothing is to be done.")))


def _why_held(words: str) -> Why:
    if words != HELD:
        return Why(str(_("There is no mail server.")))
    since = _("It waited when the backup was made, and may have gone out since.")
    return Why(str(since), str(_("Send it, or stop it.")))


def reason_words(reason: str) -> str:
    """Why a mail did not arrive."""
    return str(
        {
            "unknown_address": _("The server does not know this address."),
            "closed_mailbox": _("This mailbox takes no mail any more."),
            "full": _("The mailbox is full."),
            "moved": _("The mailbox has moved to another address."),
            "unknown_host": _("No mail goes to the part of the address after @: it is misspelt, or given up."),
            "too_large": _("The mail is larger than their server takes."),
            "policy": _(
                "Their server does not let this mail in: it takes it for spam, or a rule of theirs forbids it."
            ),
            "relay": _("Our own mail server does not send to other addresses for us."),
            "settings": _("Our own mail server does not let us in."),
            "greylisted": _("Their server asks those it does not know to come again later, as a check against spam."),
            "slow_down": _("The server asked to try later."),
            "unreachable": _("The server could not be reached."),
            "expired": _("Their server could not be reached for days."),
            "letters": _("The address has letters that a mail server on the way can not write."),
            "unmade": _("The mail could not be made: that is a fault of this site."),
            "other": _("The server refused the mail."),
        }[reason]
    )


def to_do_words(reason: str) -> str:
    """What to do about it."""
    ask = _("Ask them by another way for the right address, and correct it: a new mail goes out.")
    elsewhere = _("Try again tomorrow, or ask them by another way.")
    let_in = _("Ask them to let mail from us in. Where several organisations refuse, have “coalition mail check” run.")
    ours = _("Whoever runs this site corrects the settings: “coalition mail check” says what to change.")
    fault = _("Tell whoever runs this site: the log says why.")
    words = {
        "unmade": fault,
        **dict.fromkeys(ABOUT_THE_ADDRESS, ask),
        **dict.fromkeys(("full", "unreachable", "expired", "other", "slow_down", "greylisted"), elsewhere),
        **dict.fromkeys(("policy", "too_large"), let_in),
        **dict.fromkeys(("relay", "settings"), ours),
    }
    return str(words[reason])


@dataclass(frozen=True, slots=True)
class CameBack:
    """What is known of a contact's address that refused our mail, for a row of the desk."""

    address: str
    said: str
    """Code and status, as the server gave them: "550 5.1.1"."""
    on: str
    reason: str
    to_do: str


def came_back(contact: Contact, bounced_at: datetime | None, zone: str, language: str) -> CameBack | None:
    """What came back from a contact and what to do; None where nothing did. Opens the vault.

    `bounced_at` is that of the invitation, where there is one; `zone` the reader's.
    """
    at = bounced_at or contact.bounced_at
    if at is None:
        return None
    facts = contact.bounce or {}
    reason = facts.get("class", "other")
    said = " ".join(str(part) for part in (facts.get("code"), facts.get("status")) if part)
    return CameBack(
        address=facts.get("address") or contact.address or "",
        said=said,
        on=languages.date_words(at.astimezone(ZoneInfo(zone)).date(), language),
        reason=reason_words(reason),
        to_do=to_do_words(reason),
    )
