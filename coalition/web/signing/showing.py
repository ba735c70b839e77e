"""What a page of the door shows of the letter, ready for its template: text, deadline, the others, the people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition import clock, languages
from coalition.database import db
from coalition.emails.telling import who_may_sign
from coalition.emails.words import deadline_lines
from coalition.models.letter import Tally
from coalition.models.signature import Signature, named_leads
from coalition.rendering.figures import fill
from coalition.rendering.governing import governs, lags_behind
from coalition.rendering.kinds import kind_words
from coalition.rendering.sheet import paragraphs
from coalition.rendering.text import to_html_apart
from coalition.web.filters import coalition_name
from coalition.web.signing.names import printed
from coalition.web.signing.standing import number_signed

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.models.letter import Letter
    from coalition.models.version import Text
    from coalition.web.signing.visit import Visit


def text_facts(text: Text, *, heading_shift: int = 1) -> dict[str, Any]:
    """The whole text as it is agreed to: figures still stand open."""
    language = text.language
    body, footnotes = to_html_apart(text.body, language, None, heading_shift=heading_shift)
    addressees = [one.printed(language) for one in text.version.addressees]

    def filled(part: str) -> list[list[str]]:
        return paragraphs(fill(part, language, None))

    return {
        "language": language,
        "direction": languages.direction(language),
        "title": fill(text.title, language, None),
        "deck": fill(text.deck, language, None),
        "deck_speaker": text.deck_speaker,
        "to": [one for one in addressees if one["block"] == "to"],
        "copies": [one for one in addressees if one["block"] == "cc"],
        "salutation": filled(text.salutation),
        "body": body,
        "closing": filled(text.closing),
        "footnotes": footnotes,
        "disclaimers": filled(text.disclaimers),
        "lagging": lags_behind(text),
        "governing": governs(text),
        "words_language": languages.interface_language(language),
        "version": text.version.number,
        "fingerprint": text.fingerprint or "",
    }


def letter_facts(visit: Visit, *, is_over: bool) -> dict[str, Any]:
    """What stands around the text: kind, leads, deadline, who may sign, whom to ask. `is_over`: signing has ended."""
    letter, language = visit.letter, visit.language
    leads = [lead.name_in(language) for lead in named_leads(db.session(), letter)] or [coalition_name(language)]
    return {
        "kind": kind_words(letter.kind),
        "is_practice": letter.is_practice,
        "is_sensitive": letter.is_sensitive,
        "title": fill(visit.text.title, visit.form.language, None) or kind_words(letter.kind),
        "leads": _listed(leads, language),
        "deadline": deadline_words(visit),
        "deadline_iso": letter.deadline_at.isoformat() if letter.deadline_at else "",
        "closed": moment(ended_at(letter), visit) if is_over else "",
        "time_left": time_left(letter, language),
        "who_may_sign": who_may_sign(letter),
        "unwritten": "" if visit.contact.language in letter.readable_languages else visit.contact.language,
        "coordinators": [
            {"name": account.name, "address": account.email, "then": then}
            for account, then in zip(letter.coordinators(), _between(len(letter.coordinators()), language), strict=True)
        ],
    }


def deadline_words(visit: Visit) -> tuple[str, ...]:
    """The deadline in the letter's zone, in UTC and in the contact's own; () where there is none."""
    deadline = visit.letter.deadline_at
    if deadline is None:
        return ()
    zones = {"letter_zone": visit.letter.zone, "own_zone": visit.contact.zone}
    return deadline_lines(deadline, visit.language, **zones)


def time_left(letter: Letter, language: str) -> str:
    """How long signing is still open, roughly: "9 days"; "" where it has no end or is over."""
    now = clock.now()
    if letter.deadline_at is None or not letter.is_open_for_signing(now=now):
        return ""
    return languages.span_words(letter.deadline_at - now, language)


def ended_at(letter: Letter) -> datetime:
    """When signing ended: at the deadline, or earlier by hand."""
    now = clock.now()
    return min(when for when in (letter.deadline_at, letter.closed_at, now) if when is not None)


def moment(when: datetime, visit: Visit) -> str:
    """An instant in the contact's zone, in words."""
    return languages.moment_words(when, visit.contact.zone, visit.language)


def others(letter: Letter, language: str) -> dict[str, Any]:
    """What the invited see of each other before publication, as the letter says: nothing, a number, names."""
    sees = letter.visible_to_invitees
    number = _number(letter) if sees != "nothing" else 0
    return {
        "sees": sees,
        "number": number,
        "number_words": languages.number(number, language),
        "names": _names(letter, language) if sees == "names" else [],
    }


def _number(letter: Letter) -> int:
    """How many have signed the text that is shown; who signed an earlier one and was asked again is not among them."""
    tally = db.session.get_one(Tally, letter.id)
    if not tally.waiting:
        return number_signed(letter, signed=tally.signed - tally.uncounted, withheld=tally.withheld)
    agreeing = db.session.scalars(
        select(Signature.visibility).where(
            Signature.letter_id == letter.id,
            Signature.kind == "organisation",
            Signature.ended_on.is_(None),
            Signature.suspended_at.is_(None),
            Signature.version_id.in_(letter.agreed_version_ids),
            Signature.visibility != "uncounted",
        )
    ).all()
    return number_signed(letter, signed=len(agreeing), withheld=agreeing.count("withheld"))


def _names(letter: Letter, language: str) -> list[str]:
    standing = db.session.scalars(
        select(Signature).where(
            Signature.letter_id == letter.id, Signature.kind == "organisation", Signature.ended_on.is_(None)
        )
    )
    names = [printed(one.printed_names, language) for one in standing if one.is_public and one.agrees]
    return sorted(names, key=lambda name: languages.sort_key(name, language))


def _listed(names: list[str], language: str) -> list[dict[str, str]]:
    """Names, each with what the language writes after it: a comma, "and", nothing."""
    return [{"name": name, "then": then} for name, then in zip(names, _between(len(names), language), strict=True)]


def _between(count: int, language: str) -> list[str]:
    return languages.join(["\0"] * count, language).split("\0")[1:]
