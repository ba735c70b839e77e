"""Jotting down: what a letter's coordinators note about an organisation, how a call went, words to one recipient.

Notes and calls are for the team alone. That somebody said yes is never a note: it is recorded with its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy import select

from coalition import clock
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import entered, lock
from coalition.database import transaction
from coalition.intake.texts import tidy_text
from coalition.models.invitation import Invitation
from coalition.models.private_note import OUTCOMES, PrivateNote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter

NOTE_LIMIT = 4000
"""Characters of a note, and of what was said in a call."""
RECIPIENT_NOTE_LIMIT = 1000
"""Characters of the words that stand first in somebody's invitation."""


class NothingNoted(ValueError):
    """A note without a word, or one longer than can be kept."""


class NotYours(Exception):
    """A note is taken away by the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Call:
    """How a call ended (one of OUTCOMES), and what was said."""

    outcome: str
    words: str = ""


def note(letter_id: UUID, organisation_id: UUID, words: str, *, by: Account, form: UUID) -> None:
    """Note something about an organisation. `form` is the page's own number: sent again, it counts once.

    Raises NotCoordinator, NothingNoted.
    """
    kept = tidy_text(words).strip()
    if not kept or len(kept) > NOTE_LIMIT:
        raise NothingNoted
    with transaction() as session:
        letter = _locked(session, letter_id, by)
        if _keep(session, letter, organisation_id, "note", {"words": kept}, by=by, form=form):
            entered(session, letter, "private note written", by)


def take_note_away(note_id: UUID, *, by: Account) -> None:
    """Take one's own note or call away; the record keeps that there was one. Raises NotYours, NotCoordinator."""
    with transaction() as session:
        letter_id = session.scalar(select(PrivateNote.letter_id).where(PrivateNote.id == note_id))
        if letter_id is None:
            return
        letter = _locked(session, letter_id, by)
        row = session.get(PrivateNote, note_id)
        if row is None:
            return
        if row.account_id != by.id:
            raise NotYours
        session.delete(row)
        entered(session, letter, "private note taken away", by)


def log_calls(letter_id: UUID, calls: Mapping[UUID, Call], *, by: Account, form: UUID) -> int:
    """Note how calls went, by organisation; returns how many were noted. `form` as in `note`.

    Raises NotCoordinator, NothingNoted for an outcome that there is not or words that are too long.
    """
    for call in calls.values():
        if call.outcome not in OUTCOMES or len(call.words) > NOTE_LIMIT:
            raise NothingNoted
    with transaction() as session:
        letter = _locked(session, letter_id, by)
        number = sum(
            _keep(session, letter, one, "call", {"words": tidy_text(call.words).strip(), "outcome": call.outcome},
                  by=by, form=form)
            for one, call in calls.items()
        )  # fmt: skip
        if number:
            entered(session, letter, "calls noted", by, number=number)
        return number


def note_to_recipient(invitation_id: UUID, words: str, *, by: Account) -> None:
    """Words to one recipient, first in the next mail that asks for an answer and in those after; "" takes them away.

    Mails on their way keep what they were queued with. Raises NotCoordinator, NothingNoted where they are too long.
    """
    kept = tidy_text(words).strip()
    if len(kept) > RECIPIENT_NOTE_LIMIT:
        raise NothingNoted
    with transaction() as session:
        letter_id = session.scalars(select(Invitation.letter_id).where(Invitation.id == invitation_id)).one()
        letter = _locked(session, letter_id, by)
        invitation = session.get_one(Invitation, invitation_id, with_for_update=True)
        if (invitation.note or "") == kept:
            return
        invitation.note = kept or None
        entered(session, letter, "note to a recipient written", by, invitation=invitation.id.hex)


def _locked(session: Session, letter_id: UUID, by: Account) -> Letter:
    letter = lock(session, letter_id)
    if by.id not in {one.id for one in letter.coordinators()}:
        raise NotCoordinator
    return letter


def _keep(
    session: Session,
    letter: Letter,
    organisation_id: UUID,
    kind: str,
    words: dict[str, str],
    *,
    by: Account,
    form: UUID,
) -> bool:
    """Write the row; says whether it is new (the same form sent again is not)."""
    row_id = uuid5(form, f"{kind}:{letter.id.hex}:{organisation_id.hex}:{by.id.hex}")
    if session.get(PrivateNote, row_id) is not None:
        return False
    row = PrivateNote(
        id=row_id,
        letter_id=letter.id,
        organisation_id=organisation_id,
        account_id=by.id,
        kind=kind,
        created_at=clock.now(),
    )
    row.words = words
    session.add(row)
    return True
