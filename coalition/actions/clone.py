"""Using a letter again: its text and the people it went to begin a new draft. Signatures are never taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate, remind
from coalition.actions.draft import checked_parts, entered, free_slug, lock
from coalition.database import transaction
from coalition.models.addressee import Addressee
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, LetterLead, Tally, TeamMember
from coalition.models.version import PARTS, Text, Version

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

KEPT = (
    "kind",
    "zone",
    "authoritative_language",
    "grace_minutes",
    "list_order",
    "list_look",
    "counts_lead",
    "counts_withheld",
    "withheld_threshold",
    "who_may_sign",
    "visible_to_invitees",
    "comment_audience",
    "has_individuals",
    "freshness_days",
    "place",
    "reminders_at_most",
    "is_urgent",
    "topics",
    "series",
    "hashtags",
    "countries_addressed",
)
"""What a letter that is used again has in common with the one before. Its dates, mail and photo are its own."""


def clone(letter_id: UUID, *, by: Account, title: str, with_people: bool = True, is_practice: bool = False) -> UUID:
    """A new draft with the text in force and, if wished, the people of a letter, led and coordinated as `by` has it.

    Whoever left, may not be asked or may not sign any more is not on its list. Returns the new letter's id. Raises
    PartTooLong.
    """
    parts = checked_parts({"title": title.strip()})
    with transaction() as session:
        before, now = lock(session, letter_id), clock.now()
        letter = _letter_like(session, before, title=parts["title"], by=by, is_practice=is_practice, now=now)
        session.add(letter)
        session.flush()  # the rows that name it come after its own
        session.add_all((_version_like(before, letter, parts["title"], now=now), Tally(letter_id=letter.id)))
        remind.lay(session, letter, remind.plan_of(before).steps)
        session.flush()
        if with_people:
            circulate.put_on_list(session, letter, _audience(session, before, letter), by=by)
        entered(session, letter, "drafted", by, cloned_from=before.id.hex)
        return letter.id


def _letter_like(
    session: Session, before: Letter, *, title: str, by: Account, is_practice: bool, now: datetime
) -> Letter:
    letter = Letter(
        slug=free_slug(session, title),
        cloned_from_id=before.id,
        is_practice=is_practice,
        created_at=now,
        **{name: getattr(before, name) for name in KEPT},
    )
    leads = [lead.organisation_id for lead in before.leads] or [by.organisation_id]
    letter.leads.extend(LetterLead(organisation_id=one, position=place) for place, one in enumerate(leads))
    letter.team.append(TeamMember(account_id=by.id, role="coordinator", joined_at=now))
    return letter


def _version_like(before: Letter, letter: Letter, title: str, *, now: datetime) -> Version:
    version = Version(letter_id=letter.id, number=1, created_at=now)
    for text in before.version.texts:
        parts = {name: getattr(text, name) for name in PARTS if not name.startswith("photo_")}
        if text.language == before.authoritative_language:
            parts |= {"title": title, "short_title": ""}
        version.texts.append(Text(language=text.language, **parts))
    governing = version.text(letter.authoritative_language)
    for text in version.texts:
        if governing is not None and text is not governing:
            text.translates = governing  # the rows are written in that order
    version.addressees.extend(
        Addressee(position=one.position, block=one.block, styles=one.styles, names=one.names, offices=one.offices)
        for one in before.version.addressees
    )
    return version


def _audience(session: Session, before: Letter, letter: Letter) -> list[UUID]:
    contacts = session.scalars(
        select(Contact)
        .join(Invitation, Invitation.contact_id == Contact.id)
        .where(Invitation.letter_id == before.id, Invitation.part == "contact")
    )
    return [contact.id for contact in contacts if circulate.may_be_invited(letter, contact)]
