"""The facts of mails that keep coordinators informed: replies, what is open, what happened since yesterday.

Numbers and a link (SAFETY §3): nobody is named who declined, withheld or withdrew. A reply alone brings its writer's
words, and not even it does where the writer must not be named.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coalition import config, languages
from coalition.emails import words
from coalition.emails.addresses import UnusableAddress, wire_address
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.embargo import embargo_words
from coalition.emails.telling import addressed_to
from coalition.intake.replies import split_reply
from coalition.models.contact import Contact, address_index
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.note import has_outcome
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature, organisation_index
from coalition.rendering.reading import reading_title

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

REPLY_LIMIT = 8_000
"""Bytes of a reply that are mailed on; the desk has all of it."""


def reply_received(case: Case) -> words.ReplyReceivedWords:
    """The facts of a mail of the kind `reply_received`. Raises NoLongerDue."""
    incoming = case.session.get(IncomingEmail, UUID(case.facts["reply"]))
    if incoming is None or not incoming.said or incoming.invitation_id is None:
        raise NoLongerDue("the reply was erased")
    invitation = case.session.get_one(Invitation, incoming.invitation_id)
    letter, language = case.about, case.to.language
    told = words.ReplyReceivedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        letter_title=reading_title(letter.text(language)),
        link=f"{config.settings().root}/desk/letters/{letter.id}/replies",
    )
    return _with_its_words(told, invitation, incoming, language) if may_be_told(case.session, invitation) else told


def deadline_near(case: Case) -> words.DeadlineNearWords:
    """The facts of a mail of the kind `deadline_near`: numbers as they were a day before. Raises NoLongerDue."""
    letter, language = case.about, case.to.language
    deadline = letter.deadline_at
    if letter.stage != "open" or deadline is None or deadline.isoformat() != case.facts["deadline"]:
        raise NoLongerDue("signing is over, or the deadline has moved")
    return words.DeadlineNearWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        letter_title=reading_title(letter.text(language)),
        deadline_lines=words.deadline_lines(deadline, language, letter_zone=letter.zone, own_zone=case.to.zone),
        open=words.OpenNumbers(**case.facts["open"]),
        link=f"{config.settings().root}/desk/letters/{letter.id}",
    )


def what_came_of_it(case: Case) -> words.WhatCameOfItWords:
    """The facts of a mail of the kind `what_came_of_it`. Raises NoLongerDue."""
    letter, language = case.about, case.to.language
    public = case.session.get(PublicLetter, letter.id)
    if public is None or public.retracted_at is not None or has_outcome(case.session, letter.id):
        raise NoLongerDue("it was said meanwhile, or the letter is not public")
    published_on = public.first_published_at.astimezone(ZoneInfo(letter.zone)).date()
    return words.WhatCameOfItWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        letter_title=reading_title(letter.text(language)),
        published_on=languages.date_words(published_on, language),
        link=f"{config.settings().root}/desk/letters/{letter.id}/notes",
    )


def planned_release(case: Case) -> words.PlannedReleaseWords:
    """The facts of a mail of the kind `planned_release`. Raises NoLongerDue where it is over already."""
    letter, language, is_out = case.about, case.to.language, case.facts["is_out"]
    public = case.session.get(PublicLetter, letter.id)
    if is_out != (public is not None):
        raise NoLongerDue("the release was undone, or the letter is published")
    until = public.undo_until if public is not None else None
    return words.PlannedReleaseWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        letter_title=reading_title(letter.text(language)),
        is_out=is_out,
        findings=case.facts["findings"],
        undo_until=languages.moment_words(until, case.to.zone, language) if until else "",
        link=f"{config.settings().root}/desk/letters/{letter.id}/publish",
    )


def digest(case: Case) -> words.DigestWords:
    """The facts of a mail of the kind `digest`: numbers as they were in the morning. Raises NoLongerDue."""
    root, language = config.settings().root, case.to.language
    told = []
    for one in case.facts["letters"]:
        letter = case.session.get(Letter, UUID(one["id"]))
        if letter is not None and _coordinates(letter, case):
            title = reading_title(letter.text(language))
            numbers = words.NewsNumbers(**one["news"])
            link, until = f"{root}/desk/letters/{letter.id}", embargo_words(letter, case)
            told.append(words.LetterNews(title=title, news=numbers, link=link, embargo_until=until))
    if not told:
        raise NoLongerDue("they coordinate none of these letters any more")
    return words.DigestWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        since=languages.moment_words(datetime.fromisoformat(case.facts["since"]), case.to.zone, language),
        letters=tuple(told),
        settings_link=f"{root}/desk/account",
    )


def may_be_told(session: Session, invitation: Invitation) -> bool:
    """Whether a mail may name this contact and bring their words: none with safe mail, nobody who said no or withheld.

    "Withheld" is also asked of the organisation: of one that usually withholds, the name is not mailed around.
    """
    organisation = invitation.organisation
    if invitation.contact.safe_mail or organisation.safety_default == "withhold" or organisation.confidential_at:
        return False
    signatures = session.scalars(
        select(Signature).where(
            Signature.letter_id == invitation.letter_id,
            Signature.organisation_index == organisation_index(invitation.letter_id, organisation.id),
        )
    )
    if any(one.visibility != "named" or one.ended_on for one in signatures):
        return False
    answered = select(Invitation).where(
        Invitation.letter_id == invitation.letter_id,
        Invitation.organisation_id == organisation.id,
        Invitation.answered_at.is_not(None),
    )
    return all(one.answer_kind == "sign" for one in session.scalars(answered))


def _with_its_words(
    told: words.ReplyReceivedWords, invitation: Invitation, incoming: IncomingEmail, language: str
) -> words.ReplyReceivedWords:
    said, contact = incoming.said, invitation.contact
    own = split_reply(said["words"]).own
    shown = _clipped(own, REPLY_LIMIT)
    return words.ReplyReceivedWords(
        to_name=told.to_name,
        coalition_name=told.coalition_name,
        letter_title=told.letter_title,
        link=f"{config.settings().root}/desk/letters/{invitation.letter_id}/organisations/{invitation.organisation_id}",
        organisation=invitation.organisation.name_in(language),
        person=said["from_name"] or contact.name or said["from_address"],
        address=_usable(said["from_address"]),
        their_subject=said["subject"],
        words=shown,
        is_cut=shown != own,
        is_from_another=is_from_another(contact, said["from_address"]),
    )


def is_from_another(contact: Contact, address: str) -> bool:
    """Whether a mail came from another address than the one we wrote to."""
    return contact.address_index is not None and address_index(address) != contact.address_index


def _usable(address: str) -> str:
    """The address, if a mail can go there."""
    try:
        wire_address(address)
    except UnusableAddress:
        return ""
    return address


def _clipped(text: str, limit: int) -> str:
    whole = text.encode()
    return text if len(whole) <= limit else whole[:limit].decode(errors="ignore").rsplit(None, 1)[0]


def ensure_coordinates(case: Case) -> None:
    """Raises NoLongerDue for whoever does not coordinate the letter any more."""
    if not _coordinates(case.about, case):
        raise NoLongerDue("they do not coordinate the letter any more")


def _coordinates(letter: Letter, case: Case) -> bool:
    _, account_id = addressed_to(case.row)
    return account_id in {account.id for account in letter.coordinators()}
