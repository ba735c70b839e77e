"""What was typed about a colleague or a day, and what has to change in it before it can be recorded."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from coalition import languages
from coalition.actions.colleague import Colleague
from coalition.intake.addresses import read_addresses
from coalition.intake.names import NAME_LIMIT, named, unprintable
from coalition.models.contact import address_index

if TYPE_CHECKING:
    from coalition.web.signing.answers import Answers, Problems
    from coalition.web.signing.visit import Visit

NOTE_LIMIT: Final = 1000
SHARES: Final = ("share", "hand_over")


def colleague_of(answers: Answers) -> Colleague:
    """The colleague that was named; only where `problems_of_colleague` found nothing."""
    typed = answers.colleague
    [found] = read_addresses(typed["address"])
    return Colleague(address=found.address, name=typed["colleague"].strip(), language=typed["language"])


def problems_of_colleague(answers: Answers, visit: Visit) -> Problems:
    """What has to change in the fields about the colleague, in the order of the page."""
    typed = answers.colleague
    problems: Problems = {}
    found = read_addresses(typed.get("address", "")[:400])
    if len(found) != 1 or not found[0].address:
        problems["address"] = _("Enter one email address, like name@example.org")
    elif address_index(found[0].address) == visit.contact.address_index:
        problems["address"] = own_address_words()
    if len(typed.get("colleague", "")) > NAME_LIMIT or unprintable(typed.get("colleague", "")):
        problems["colleague"] = _("Enter a name of at most %(limit)s characters, or none", limit=NAME_LIMIT)
    if typed.get("language") not in languages.LETTER:
        problems["language"] = _("Choose the language of the mail")
    return problems | problems_of_note(typed.get("note", ""))


def problems_of_sharing(answers: Answers) -> Problems:
    """What has to change where it is to be chosen who answers."""
    if answers.colleague.get("share") in SHARES:
        return {}
    return {"share": _("Choose whether you can still answer yourself")}


def problems_of_note(note: str) -> Problems:
    """What has to change in a few words to somebody."""
    if len(note) > NOTE_LIMIT:
        words = _("Shorten this to %(limit)s characters: it has %(length)s", limit=NOTE_LIMIT, length=len(note))
        return {"note": words}
    if unseen := unprintable(note.replace("\r", "").replace("\n", "").replace("\t", "")):
        words = _("Take out the characters that cannot be seen: %(characters)s", characters=named(unseen))
        return {"note": words}
    return {}


def own_address_words() -> str:
    """Where the address is one's own."""
    return str(_("This is your own address. Enter the address of your colleague"))


def day_of(answers: Answers) -> date | None:
    """The day that was named; None for anything that is none."""
    try:
        return date.fromisoformat(answers.day.strip())
    except ValueError:
        return None


def language_options(language: str) -> list[tuple[str, str]]:
    """Every language that somebody may be written to in, by its name."""
    return list(_language_options(language))


@cache
def _language_options(language: str) -> tuple[tuple[str, str], ...]:
    found = [(tag, languages.name(tag, language)) for tag in languages.LETTER]
    return tuple(sorted(found, key=lambda pair: languages.sort_key(pair[1], language)))
