"""What is forgotten of a letter, long after it closed: who did not sign, who declined and why, who wrote its comments.

Erased are invitations with their links and mails, private notes, and what was recorded of those who said no; the
authors of comments; people who are known through this letter alone; requests that came to nothing; mails that came in.
Signatures, their ledger, the words of comments and every number stay (docs/retention.md).

The invitations of who signed without its name go as well: were they all that is left, anybody would know whose they are
(decision 34). Those of names that stand on the published list stay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from coalition import clock, config, journal
from coalition.actions import sweep
from coalition.actions.draft import lock
from coalition.actions.even_clock import has_gone_evenly
from coalition.actions.forget import UNDER_WAY, erase_contact
from coalition.actions.kept import Kept, People
from coalition.actions.live import is_printed
from coalition.actions.one_by_one import one_by_one
from coalition.database import db, transaction
from coalition.intake.facts_as_json import as_value, facts_of
from coalition.intake.letter_archive_facts import Author
from coalition.intake.letter_archive_facts import Comment as KeptComment
from coalition.models import record
from coalition.models.archive import LetterArchive
from coalition.models.comment import Comment
from coalition.models.contact import Contact
from coalition.models.evidence import Evidence
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.link import Link
from coalition.models.outgoing_email import WAITING, OutgoingEmail
from coalition.models.private_note import PrivateNote
from coalition.models.public import PublicLetter
from coalition.models.record import RecordEntry, chain_of
from coalition.models.release import PlannedRelease
from coalition.models.report import Report
from coalition.models.request import RequestToSign
from coalition.models.signature import Signature
from coalition.models.standing_consent import StandingAct

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

FORGOTTEN: Final = "forgotten"
"""The verb of the record's entry, whose detail keeps the numbers."""
AT_ONCE: Final = 500


class NotYet(Exception):
    """The letter is not closed, or not for long enough; `due_at` is the instant from which it is, if one is known."""

    def __init__(self, due_at: datetime | None) -> None:
        super().__init__(str(due_at))
        self.due_at = due_at


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much is forgotten of a letter."""

    unanswered: int = 0
    """Organisations that were asked and gave no answer."""
    declined: int = 0
    """Organisations that said no."""
    authors: int = 0
    """Comments whose author is forgotten."""
    people: int = 0
    """People known through this letter alone."""
    requests: int = 0
    """Requests to be on the list that became no signature."""
    mails: int = 0
    """Mails that came in."""

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to forget."""
        return self == Numbers()


@dataclass(slots=True)
class _Found:
    """What goes, by id."""

    unanswered: set[UUID] = field(default_factory=set)
    declined: set[UUID] = field(default_factory=set)
    invitations: set[UUID] = field(default_factory=set)
    of_invitations: set[UUID] = field(default_factory=set)
    """The organisations whose invitations go: those that never signed, and those that signed and stand on no list."""
    comments: set[UUID] = field(default_factory=set)
    contacts: set[UUID] = field(default_factory=set)
    requests: set[UUID] = field(default_factory=set)
    mails_in: set[UUID] = field(default_factory=set)
    signed: set[UUID] = field(default_factory=set)
    kept: Kept | None = None

    @property
    def organisations(self) -> set[UUID]:
        """Those that never signed."""
        return self.unanswered | self.declined

    def numbers(self) -> Numbers:
        """How much it is."""
        brought = _brought(self.kept)
        return Numbers(
            unanswered=len(self.unanswered) + brought.unanswered,
            declined=len(self.declined) + brought.declined,
            authors=len(self.comments) + brought.authors,
            people=len(self.contacts),
            requests=len(self.requests),
            mails=len(self.mails_in),
        )


def kept_for() -> timedelta:
    """How long after its closing a letter is remembered whole."""
    return timedelta(days=config.settings().forget_after_days)


def forget_by_itself() -> list[UUID]:
    """What time alone brings: `forget_due`, unless the clock jumped, for nobody brings back what was forgotten."""
    return forget_due() if has_gone_evenly() else []


def forget_due() -> list[UUID]:
    """Forget what is due of every letter, each once; returns their ids. Owns its transactions."""
    now = clock.now()
    ids = due(db.session(), now=now)
    db.session.rollback()
    return one_by_one(ids, _forget_if_due)


def due(session: Session, *, now: datetime) -> list[UUID]:
    """The letters of which something is to be forgotten: closed for long enough, and not forgotten since.

    A letter that was forgotten comes again where something came to it afterwards that is now as old.
    """
    until = now - kept_for()
    first = session.scalars(
        select(Letter.id).where(_is_over(until), or_(Letter.forgotten_at.is_(None), Letter.forgotten_at < _closed_at()))
    ).all()
    return [*first, *(one for one in _again(session, until) if one not in set(first))]


def weigh(session: Session, letter: Letter, *, now: datetime) -> Numbers:
    """How much would be forgotten of a letter now. Raises NotYet. Changes nothing; opens the vault."""
    _ensure_over(session, letter, now=now)
    return _find(session, letter, now=now).numbers()


def forget_letter(letter_id: UUID) -> Numbers:
    """Forget what is due of one letter; how much that was. Owns its transaction. Raises NotYet."""
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        _ensure_over(session, letter, now=now)
        return forget_within(session, letter, now=now)


def forget_within(session: Session, letter: Letter, *, now: datetime) -> Numbers:
    """Forget it whatever its stage; part of a verb, which has locked the letter."""
    found = _find(session, letter, now=now)
    numbers = found.numbers()
    _erase(session, letter, found, now=now)
    letter.forgotten_at = now
    journal.append("letter", letter.id, now)
    sweep.is_wanted(session, now=now)
    record.enter(
        session,
        FORGOTTEN,
        at=now,
        letter_id=letter.id,
        **{name: getattr(numbers, name) for name in Numbers.__slots__},
    )
    return numbers


def forget_again(session: Session, letter: Letter, *, now: datetime) -> bool:
    """Forget what an older copy of the database brought back; says whether there was anything. Part of a verb."""
    found = _find(session, letter, now=now)
    if letter.forgotten_at is not None and found.numbers().is_nothing and not found.invitations:
        return False
    forget_within(session, letter, now=now)
    return True


def forgotten_of(session: Session, letter: Letter) -> Numbers:
    """How much was forgotten of a letter until now, from its record. Opens the vault."""
    entries = session.scalars(
        select(RecordEntry).where(RecordEntry.chain == chain_of(letter.id), RecordEntry.verb == FORGOTTEN)
    )
    details: list[dict[str, Any]] = [one.detail or {} for one in entries]
    return Numbers(**{name: sum(int(one.get(name, 0)) for one in details) for name in Numbers.__slots__})


def _forget_if_due(letter_id: UUID) -> bool:
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        if letter_id not in due(session, now=now):
            return False  # another worker was faster, or it was opened again
        forget_within(session, letter, now=now)
        return True


def _closed_at() -> ColumnElement[Any]:
    """When a letter ended. One that was taken over ended long ago, and is remembered from the day it came."""
    return func.coalesce(Letter.imported_at, Letter.cancelled_at, Letter.closed_at)


def _is_over(until: datetime) -> ColumnElement[bool]:
    """The condition for letters that ended by an instant, and wait for no release."""
    return (
        Letter.stage.in_(("closed", "cancelled"))
        & (_closed_at() <= until)
        & Letter.id.not_in(select(PlannedRelease.letter_id))
    )


def _ensure_over(session: Session, letter: Letter, *, now: datetime) -> None:
    if session.scalar(select(Letter.id).where(Letter.id == letter.id, _is_over(now - kept_for()))) is not None:
        return
    ended = letter.imported_at or letter.cancelled_at or letter.closed_at
    raise NotYet(ended + kept_for() if ended and letter.stage in {"closed", "cancelled"} else None)


def _again(session: Session, until: datetime) -> list[UUID]:
    """Forgotten letters to which something came that was too young then: late requests, replies, late invitations."""
    found: set[UUID] = set()
    for model, came in (
        (RequestToSign, RequestToSign.created_at),
        (IncomingEmail, IncomingEmail.at),
        (Invitation, Invitation.created_at),
    ):
        latest = func.max(came)
        rows = session.execute(
            select(Letter.id, Letter.forgotten_at, latest)
            .join(model, model.letter_id == Letter.id)
            .where(_is_over(until), Letter.forgotten_at.is_not(None), came <= until)
            .group_by(Letter.id, Letter.forgotten_at)
        )
        found |= {row[0] for row in rows if row[1] is not None and row[2] + kept_for() > row[1]}
    return sorted(found)


# -- what goes --------------------------------------------------------------------------------------------------------


def _find(session: Session, letter: Letter, *, now: datetime) -> _Found:
    until = now - kept_for()
    found = _Found()
    _find_organisations(session, letter, found, until)
    found.comments = set(
        session.scalars(
            select(Comment.id).where(
                Comment.letter_id == letter.id,
                Comment.invitation_id.is_not(None) | Comment._author_name.is_not(None),  # noqa: SLF001 -- our own column
            )
        )
    )
    found.contacts = _people(session, letter, found)
    found.requests = set(
        session.scalars(
            select(RequestToSign.id).where(
                RequestToSign.letter_id == letter.id,
                RequestToSign.created_at <= until,
                RequestToSign._asked.is_not(None),  # noqa: SLF001 -- our own column
                or_(RequestToSign.decision.is_(None), RequestToSign.decision != "signed"),
            )
        )
    )
    found.mails_in = set(
        session.scalars(
            select(IncomingEmail.id).where(
                or_(
                    IncomingEmail.letter_id == letter.id,
                    IncomingEmail.invitation_id.in_(select(Invitation.id).where(Invitation.letter_id == letter.id)),
                ),
                IncomingEmail.at <= until,
                IncomingEmail._raw.is_not(None) | IncomingEmail._said.is_not(None),  # noqa: SLF001 -- our own column
            )
        )
    )
    archive = session.scalar(select(LetterArchive).where(LetterArchive.letter_id == letter.id))
    found.kept = facts_of(Kept, archive.content) if archive is not None and archive.content else None
    return found


def _find_organisations(session: Session, letter: Letter, found: _Found, until: datetime) -> None:
    """The organisations that were asked and never signed; and the invitations of all but those anybody can read."""
    signatures = session.scalars(
        select(Signature).where(Signature.letter_id == letter.id, Signature.kind == "organisation")
    ).all()
    found.signed = {one.organisation_id for one in signatures}
    public = session.get(PublicLetter, letter.id)
    is_read = public is not None and public.retracted_at is None
    named = {one.organisation_id for one in signatures if is_read and one.is_public and is_printed(session, one)}
    asked = session.scalars(select(Invitation).where(Invitation.letter_id == letter.id)).all()
    young = {one.organisation_id for one in asked if one.created_at > until}
    for one in asked:
        if one.organisation_id in named | young:
            continue
        found.invitations.add(one.id)
        found.of_invitations.add(one.organisation_id)
        if one.organisation_id in found.signed:
            continue
        if one.answer_kind == "decline":
            found.declined.add(one.organisation_id)
        else:
            found.unanswered.add(one.organisation_id)
    found.unanswered -= found.declined


def _people(session: Session, letter: Letter, found: _Found) -> set[UUID]:
    """Contacts that came with this letter and are in no other; not those by whom an organisation signed it.

    Nor the last one of an organisation that signed: nobody could withdraw any more.
    """
    gone: set[UUID] = set()
    for contact in session.scalars(select(Contact).where(Contact.known_through_letter_id == letter.id)):
        invitations = session.scalars(select(Invitation).where(Invitation.contact_id == contact.id)).all()
        if contact.erased_at or any(one.id not in found.invitations for one in invitations):
            continue
        has_signed = contact.organisation_id in found.signed
        if has_signed and (any(one.answered_at for one in invitations) or not _others(contact, gone)):
            continue
        gone.add(contact.id)
    return gone


def _others(contact: Contact, gone: set[UUID]) -> list[Contact]:
    return [
        one
        for one in contact.organisation.contacts
        if one.id not in gone | {contact.id} and one.ended_at is None and one.erased_at is None
    ]


# -- erasing it -------------------------------------------------------------------------------------------------------


def _erase(session: Session, letter: Letter, found: _Found, *, now: datetime) -> None:
    for contact_id in found.contacts:
        erase_contact(session, session.get_one(Contact, contact_id), now=now)
    session.flush()
    _erase_comments(session, found)
    _erase_recorded(session, letter, found)
    _erase_mails(session, letter, found)
    _erase_details(session, letter, found)
    _erase_requests(session, found, now=now)
    for some in _some(found.invitations):
        session.execute(
            update(Invitation).where(Invitation.passed_from_id.in_(some)).values(passed_from_id=None), **_PLAIN
        )
    for some in _some(found.invitations):
        session.execute(delete(Invitation).where(Invitation.id.in_(some)), **_PLAIN)
    for some in _some(found.contacts):  # an empty row would still say through which letter it came
        session.execute(delete(Contact).where(Contact.id.in_(some)), **_PLAIN)
    session.execute(
        update(Contact).where(Contact.known_through_letter_id == letter.id).values(known_through_letter_id=None),
        **_PLAIN,
    )
    _erase_brought(session, letter, found)
    session.flush()
    session.expire_all()


_PLAIN: Final[dict[str, Any]] = {"execution_options": {"synchronize_session": False}}


def _erase_comments(session: Session, found: _Found) -> None:
    for some in _some(found.comments):
        session.execute(
            update(Comment).where(Comment.id.in_(some)).values({"invitation_id": None, "_author_name": None}), **_PLAIN
        )


def _erase_recorded(session: Session, letter: Letter, found: _Found) -> None:
    """Notes on those whose invitations go, evidence that they said no, and what consents given beforehand came to."""
    for some in _some(found.of_invitations):
        session.execute(
            delete(PrivateNote).where(PrivateNote.letter_id == letter.id, PrivateNote.organisation_id.in_(some)),
            **_PLAIN,
        )
    for evidence in session.scalars(select(Evidence).where(Evidence.letter_id == letter.id)):
        if (evidence.said or {}).get("answer") == "decline":
            session.delete(evidence)
    for act in session.scalars(select(StandingAct).where(StandingAct.letter_id == letter.id)):
        if act.done_on is not None and act.outcome != "signed":
            session.delete(act)
    for report in session.scalars(select(Report).where(Report.letter_id == letter.id, Report.settled_at.is_not(None))):
        if (report.said or {}).get("address"):
            report.said = {**report.said, "address": ""}


def _erase_mails(session: Session, letter: Letter, found: _Found) -> None:
    """Mails that came in lose what they say; those that went to who is forgotten go. One under way is left alone."""
    for some in _some(found.mails_in):
        session.execute(
            update(IncomingEmail).where(IncomingEmail.id.in_(some)).values({"_raw": None, "_said": None}), **_PLAIN
        )
    gone_to = {f"contact:{one.hex}" for one in found.contacts}
    invitations = {one.hex for one in found.invitations}
    mails = session.scalars(
        select(OutgoingEmail).where(
            OutgoingEmail.letter_id == letter.id, OutgoingEmail.state.not_in((*UNDER_WAY, *WAITING, "held"))
        )
    )
    for mail in mails:
        facts = mail.context_or_empty
        if facts.get("invitation") in invitations or facts.get("recipient") in gone_to:
            session.delete(mail)


def _erase_details(session: Session, letter: Letter, found: _Found) -> None:
    """The record keeps that something was done, and loses the details that name who is forgotten; its chain holds."""
    names = {one.hex for one in found.organisations | found.invitations | found.contacts | found.requests}
    for entry in session.scalars(select(RecordEntry).where(RecordEntry.chain == chain_of(letter.id))):
        # Of answers all: else those that are left would be the ones by which somebody signed.
        if entry.detail and (entry.verb == "answered" or any(one in names for one in _words(entry.detail))):
            entry.detail = entry.nonce = None


def _erase_requests(session: Session, found: _Found, *, now: datetime) -> None:
    for request_id in found.requests:
        request = session.get_one(RequestToSign, request_id)
        request.asked = request.address = request.address_index = request.taken_for = None
        session.execute(
            update(Link).where(Link.request_id == request.id, Link.revoked_at.is_(None)).values(revoked_at=now),
            **_PLAIN,
        )


# -- what came with an archive ----------------------------------------------------------------------------------------


def _brought(kept: Kept | None) -> Numbers:
    """How much of what an archive brought is forgotten."""
    if kept is None:
        return Numbers()
    said_no = [one for one in kept.invitations if one.answer is not None and one.answer.kind == "decline"]
    silent = [one for one in kept.invitations if one.answer is None]
    authors = [one for one in kept.people.values() if one.author.origin != "team" and one.author.name]
    return Numbers(
        unanswered=len(silent),
        declined=len(said_no),
        authors=len(authors) + sum(1 for one in kept.comments if one.author.origin != "team" and one.author.name),
    )


def _erase_brought(session: Session, letter: Letter, found: _Found) -> None:
    if found.kept is None:
        return
    kept = found.kept
    row = session.scalars(select(LetterArchive).where(LetterArchive.letter_id == letter.id)).one()
    row.content = as_value(
        replace(
            kept,
            people={name: People(_unnamed(one.author), one.settled_by) for name, one in kept.people.items()},
            comments=tuple(_without_author(one) for one in kept.comments),
            invitations=tuple(
                one for one in kept.invitations if one.answer is not None and one.answer.kind != "decline"
            ),
            private_notes=(),
        )
    )


def _unnamed(author: Author) -> Author:
    return author if author.origin == "team" else Author("file")


def _without_author(comment: KeptComment) -> KeptComment:
    return replace(comment, author=_unnamed(comment.author))


def _words(value: Any) -> list[str]:
    """Every word that stands somewhere in a detail."""
    if isinstance(value, dict):
        return [word for one in value.values() for word in _words(one)]
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    return [value.partition(":")[2] or value] if isinstance(value, str) else [json.dumps(value)]


def _some(ids: set[UUID]) -> list[list[UUID]]:
    ordered = sorted(ids)
    return [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]
