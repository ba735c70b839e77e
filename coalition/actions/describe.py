"""Describing a letter: its co-leads, what it belongs to, whom it speaks to, and the words for the press.

Nothing of it is part of what is agreed to, so it can be changed until publication freezes it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from coalition import languages
from coalition.actions.draft import ensure_unpublished, entered, lock, touch
from coalition.database import transaction
from coalition.intake.names import check_name
from coalition.models.about import about_facts
from coalition.models.letter import LetterLead, StaleEdit
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter

SERIES_LIMIT: Final = 120
TOPIC_LIMIT: Final = 60
MOST: Final = 20
"""Topics, hashtags, co-leads: what more would be is no help to anybody."""
HASHTAG: Final = re.compile(r"[\w\u200c\u200d]+")


class NoSuchDescription(ValueError):
    """A part of the description does not fit; the argument names it."""


class UnknownOrganisation(Exception):
    """No organisation of the directory is called so."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class About:
    """What a letter says of itself. `event` and `press` are per language of the letter."""

    topics: tuple[str, ...] = ()
    series: str = ""
    hashtags: tuple[str, ...] = ()
    """Without their sign."""
    countries_addressed: tuple[str, ...] = ()
    """ISO 3166 codes."""
    organiser: str = ""
    link: str = ""
    event: dict[str, str] = field(default_factory=dict)
    event_on: str = ""
    press: dict[str, dict[str, Any]] = field(default_factory=dict)
    co_leads: tuple[str, ...] | None = None
    """Names of organisations that lead beside the first; None leaves those there are."""


def describe(letter_id: UUID, about: About, *, by: Account, seen: str | None = None) -> None:
    """Save what a letter says of itself. `seen` is `state_of_about` as the form showed it.

    Raises NoSuchDescription, UnknownOrganisation, StaleEdit, AlreadyPublished.
    """
    _check(about)
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        if seen is not None and seen != state_of_about(letter):
            raise StaleEdit
        letter.topics, letter.hashtags = list(about.topics), list(about.hashtags)
        letter.series, letter.countries_addressed = about.series, list(about.countries_addressed)
        letter.support = {"organiser": about.organiser, "link": about.link} if about.organiser else {}
        letter.event, letter.event_on = about.event, about.event_on
        letter.press = about.press
        if about.co_leads is not None:
            _lead_with(session, letter, about.co_leads)
        touch(letter)
        entered(session, letter, "described", by)


def state_of_about(letter: Letter) -> str:
    """What tells one state of the description from another (`coalition.actions.draft.state_of_text`)."""
    facts = [about_facts(letter), [lead.organisation_id.hex for lead in letter.leads]]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def co_leads(letter: Letter) -> list[str]:
    """The names of those who lead beside the first."""
    return [organisation.name for organisation in letter.lead_organisations()[1:]]


def _lead_with(session: Session, letter: Letter, names: tuple[str, ...]) -> None:
    """Let the organisations called so lead beside the first lead, in this order; who leads already may be named."""
    present = {lead.organisation.name: lead.organisation for lead in letter.leads}
    found = [present.get(name) or _called(session, name) for name in names]
    first = letter.leads[0].organisation if letter.leads else None
    others = [one for one in dict.fromkeys(found) if one is not first]
    kept = {lead.organisation_id: lead for lead in letter.leads}
    wanted = ([first] if first else []) + others
    letter.leads[:] = [kept.get(one.id) or LetterLead(letter_id=letter.id, organisation_id=one.id) for one in wanted]
    for position, lead in enumerate(letter.leads):
        lead.position = position
    session.flush()


def _called(session: Session, name: str) -> Organisation:
    """The organisation of the directory with one of its names written so, whatever the case."""
    wanted = check_name(name).casefold()
    for one in session.scalars(select(Organisation).where(Organisation.merged_at.is_(None))):
        if wanted in {known.casefold() for known in (one.name, *one.names.values())}:
            return one
    raise UnknownOrganisation(name)


def _check(about: About) -> None:
    """Raises NoSuchDescription for what the form would have refused already."""
    fits = {
        "topics": len(about.topics) <= MOST and all(0 < len(one) <= TOPIC_LIMIT for one in about.topics),
        "series": len(about.series) <= SERIES_LIMIT,
        "hashtags": len(about.hashtags) <= MOST and all(HASHTAG.fullmatch(one) for one in about.hashtags),
        "countries": {code for code, _ in languages.countries_by_name("en")}.issuperset(about.countries_addressed),
        "link": is_link(about.link),
    }
    for part, fit in fits.items():
        if not fit:
            raise NoSuchDescription(part)


def is_link(typed: str) -> bool:
    """Whether it is an address on the web, or nothing."""
    return not typed or re.fullmatch(r"https?://[^\s<>\"']{3,500}", typed) is not None
