"""Notes on a letter: dated, outside the signed text, written by the team, told to those who signed where it wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from coalition import clock
from coalition.actions import call_webhooks, persons, take_off
from coalition.actions.acts import standing_facts
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.invitation import Invitation
from coalition.models.note import Note
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter

WORDS_LIMIT = 20_000


class NoteGone(Exception):
    """There is no such note, or it was published or taken back meanwhile."""


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """A note as written: its kind (of coalition.models.note.NOTE_KINDS), its day, and its words by language."""

    kind: str
    dated_on: date
    words: Mapping[str, str]
    tells_signers: bool = False


def write_note(letter_id: UUID, note_id: UUID, entry: NoteEntry, *, by: Account) -> None:
    """Keep a note as a draft of the team: a new one under the id that its form was given, or that one changed.

    Raises NoteGone.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        is_new = session.get(Note, note_id) is None
        note = Note(id=note_id, letter_id=letter.id) if is_new else _draft_of(session, letter, note_id)
        note.kind, note.dated_on, note.tells_signers = entry.kind, entry.dated_on, entry.tells_signers
        tidied = {tag: tidy_text(words).strip() for tag, words in entry.words.items()}
        note.words = {tag: words for tag, words in tidied.items() if words}
        note.by_id, note.changed_at = by.id, clock.now()
        session.add(note)


def publish_note(letter_id: UUID, note_id: UUID, *, by: Account) -> None:
    """Publish a note; from then on its words stay as they are. Raises NoteGone.

    On a letter that is not public yet it appears with the release. Those who signed are told where the note says so,
    once they were told of the release, which can be undone until then.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        note, now = _draft_of(session, letter, note_id), clock.now()
        note.published_at = note.changed_at = now
        _enter(session, letter, note, "note published", by=by, now=now)
        is_told_of = _shown_again(session, letter, now=now, is_told=True)
        kind = "corrected" if note.kind == "correction" else "noted"
        call_webhooks.tell(session, letter.id, kind, occasion=note.id.hex, now=now)
        if is_told_of and note.tells_signers:
            tell_signers(session, letter, note, now=now)


def take_back_note(letter_id: UUID, note_id: UUID, *, by: Account) -> None:
    """Take a published note off every page; that it was there stays on the record. Raises NoteGone."""
    with transaction() as session:
        letter = lock(session, letter_id)
        note, now = _of(session, letter, note_id), clock.now()
        if note.published_at is None or note.taken_back_at is not None:
            raise NoteGone
        note.taken_back_at = note.changed_at = now
        _enter(session, letter, note, "note taken back", by=by, now=now)
        _shown_again(session, letter, now=now)


def drop_note(letter_id: UUID, note_id: UUID) -> None:
    """Throw a draft away. Raises NoteGone."""
    with transaction() as session:
        session.delete(_draft_of(session, lock(session, letter_id), note_id))


def tell_signers(session: Session, letter: Letter, note: Note, *, now: datetime) -> None:
    """Queue the mail about a note to everybody who stands behind the letter; part of a verb."""
    for invitation in session.scalars(
        select(Invitation).where(Invitation.letter_id == letter.id, Invitation.answered_at.is_not(None))
    ):
        facts = standing_facts(session, invitation)
        if invitation.is_live and facts["has_signed"]:
            outbox.queue(
                session,
                "update",
                recipient=f"contact:{invitation.contact_id.hex}",
                occasion=f"note:{note.id.hex}",
                now=now,
                letter_id=letter.id,
                invitation_id=invitation.id,
                note=note.id.hex,
                **facts,
            )
    for signature in persons.standing_persons(session, letter):
        persons.tell_news(session, letter, signature, "update", now=now, note=note.id.hex)


def _of(session: Session, letter: Letter, note_id: UUID) -> Note:
    note = session.get(Note, note_id, with_for_update=True)
    if note is None or note.letter_id != letter.id:
        raise NoteGone
    return note


def _draft_of(session: Session, letter: Letter, note_id: UUID) -> Note:
    note = _of(session, letter, note_id)
    if note.published_at is not None:
        raise NoteGone
    return note


def _enter(session: Session, letter: Letter, note: Note, verb: str, *, by: Account, now: datetime) -> None:
    record.enter(
        session, verb, at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id,
        note=note.id.hex, kind=note.kind, dated_on=note.dated_on.isoformat(), words=note.words,
    )  # fmt: skip


def _shown_again(session: Session, letter: Letter, *, now: datetime, is_told: bool = False) -> bool:
    """Have the letter's pages made anew, where it has any; whether mails may tell of it, whose release stands then."""
    public = session.get(PublicLetter, letter.id, with_for_update=True)
    if public is None:
        return False
    public.updated_at = now
    take_off.bodies(session, letter.id, is_told=is_told)
    return public.announced_at is not None
