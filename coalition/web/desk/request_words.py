"""What the desk says of requests to sign: where they come from, how the address fits, what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from coalition.models.request import REFUSED_FOR

if TYPE_CHECKING:
    from coalition.intake.domains import Fit
    from coalition.models.request import RequestToSign


def origin_words(origin: str) -> str:
    """Where it was sent from."""
    words = {
        "page": _("from the published letter"),
        "call": _("by the open call"),
        "late": _("after signing closed"),
    }
    return str(words[origin])


def fit_words(fit: Fit) -> dict[str, str]:
    """How the address fits the site that was named, and the tone of the tag that says so."""
    words = {
        "own": (_("an address at the site’s own domain"), "ok"),
        "free": (_("a free mail service"), "warn"),
        "other": (_("an address at another domain"), "warn"),
        "no_site": (_("no website was named"), ""),
    }
    said, tone = words[fit]
    return {"words": str(said), "tone": tone}


def held_words(held_for: str) -> str:
    """Why it was set aside; "" for one that was not."""
    words = {
        "honeypot": _("filled in a field that nobody sees"),
        "timing": _("came faster than anybody types"),
        "many": _("too many of its address, domain or letter in a day"),
        "disowned": _("the address said before that it had not asked"),
    }
    return str(words.get(held_for, ""))


def decision_words(one: RequestToSign) -> str:
    """What became of it."""
    words = {
        "invited": _("invited"),
        "merged": _("taken as a contact of an organisation we know"),
        "signed": _("on the list"),
        "refused": _("refused"),
        "withdrawn": _("taken back"),
    }
    return str(words.get(one.decision or "", ""))


def reason_options() -> list[tuple[str, str]]:
    """The stock reasons of a refusal; the mail says them in its own words."""
    words = {
        "not_for": _("the letter is for other organisations"),
        "unverified": _("we cannot tell that they write for it"),
        "late": _("no names are added any more"),
        "other": _("we keep the list to those we asked"),
    }
    return [(code, str(words[code])) for code in REFUSED_FOR]
