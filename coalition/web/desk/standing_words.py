"""How one organisation stands with a letter, in a sentence; and whom to reach there, with their clock now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from coalition import languages
from coalition.languages import isolate
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.signature import Signature
from coalition.web.desk.answers import Answer
from coalition.web.desk.frame import language


def standing_sentence(letter: Letter, answer: Answer, signature: Signature | None, *, is_closed_answer: bool) -> str:
    """Where things stand, in one sentence; a closed answer is not told."""
    if is_closed_answer:
        return str(_("Where it stands is not shown here."))
    if signature is not None:
        return _signed_sentence(letter, answer, signature)
    asked = answer.asked
    person = isolate(str(asked[0].contact.name or asked[0].contact.address or "")) if asked else ""
    words = {
        "declined": _("It declined."),
        "withdrawn": _("It signed and withdrew."),
        "revoked": _("It was taken off: its links work no more."),
        "unsent": _("It is on the list and was not written to yet."),
        "bounced": _("It was written to, and the mail came back: no answer can come."),
        "approval": _("An answer is prepared. A colleague has to approve it; nothing is signed until then."),
        "passed_on": _("It was passed on to a colleague. There is no answer yet."),
        "unanswered": _("It was asked. There is no answer yet, and that says nothing."),
    }
    if answer.state == "expected" and answer.expected_on:
        day = languages.date_words(answer.expected_on, language())
        return str(_("It needs until %(day)s: nobody reminds %(person)s before.", day=day, person=person))
    return str(words.get(answer.state, _("Nothing is known yet.")))


def _signed_sentence(letter: Letter, answer: Answer, signature: Signature) -> str:
    number = languages.number(signature.version.number, language())
    if signature.suspended_at is not None:
        return str(_("It signed, and the signature is disputed: no list counts it until that is settled."))
    if not signature.agrees:
        now = languages.number(letter.version.number, language())
        return str(_("It signed version %(number)s and was asked whether it keeps that under version %(now)s.",
                     number=number, now=now))  # fmt: skip
    if signature.visibility == "uncounted":
        return str(_("It signed version %(number)s, in no list and in no number.", number=number))
    if answer.state == "withheld":
        return str(_("It signed version %(number)s with its name withheld.", number=number))
    if answer.state == "recorded":
        return str(_("A coordinator recorded that it signs version %(number)s. It has not confirmed that itself.",
                     number=number))  # fmt: skip
    return str(_("It signed version %(number)s, by name.", number=number))


def reached(invitation: Invitation, organisation: Organisation, *, own_zone: str, now: datetime) -> dict[str, Any]:
    """A contact as somebody needs it who calls: by which ways, in which language, and what time it is there."""
    contact, spoken = invitation.contact, language()
    hours = languages.working_hours(contact.zone, organisation.country, now=now)
    return {
        "name": contact.name or "",
        "address": contact.address or "",
        "telephone": contact.telephone or "",
        "call_href": _call_href(contact.telephone or ""),
        "other_channel": contact.other_channel or "",
        "language": languages.name(contact.language, spoken),
        "zone": contact.zone.replace("_", " "),
        "zone_guessed": contact.zone_guessed,
        "safe_mail": contact.safe_mail,
        "has_left": contact.ended_at is not None,
        "local": languages.local_words(now, contact.zone, spoken),
        "is_good_now": hours.are_now(now),
        "good": _good_words(hours, contact.zone, own_zone, now=now),
    }


def _call_href(telephone: str) -> str:
    """The number for a telephone link (RFC 3966): digits, and a plus before them; "" where that is none."""
    digits = "".join(sign for sign in telephone if sign.isdigit() and sign.isascii())
    plus = "+" if telephone.strip().startswith("+") else ""
    return f"tel:{plus}{digits}" if digits else ""


def _good_words(hours: languages.Hours, zone: str, own_zone: str, *, now: datetime) -> str:
    spoken = language()
    if hours.are_now(now):
        return str(_("now, until %(time)s there", time=languages.local_words(hours.closes_at, zone, spoken)))
    there = languages.local_words(hours.opens_at, zone, spoken)
    here = languages.local_words(hours.opens_at, own_zone, spoken)
    if there == here:
        return str(_("from %(time)s", time=there))
    return str(_("from %(there)s there, %(here)s for you", there=there, here=here))
