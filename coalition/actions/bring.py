"""Bringing new people to a letter: what was pasted goes into the directory and onto the letter's list, in one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition.actions import circulate, directory
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.models.contact import Contact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from coalition.actions.directory import DirectoryRow, Imported
    from coalition.models.account import Account


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of the list: what the directory took, how many were put on the letter's list, and who was not."""

    imported: Imported
    invited: int
    left_out: tuple[str, ...]
    """Names of organisations that are in the directory and may not be asked to sign this letter."""


def bring(letter_id: UUID, rows: Sequence[DirectoryRow], *, by: Account) -> Brought:
    """Write a confirmed list into the directory and invite its contacts, all or nothing; nothing is sent.

    Raises NotOpenForSigning.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        imported = directory.import_into(session, rows, by=by)
        session.flush()
        contacts = {
            contact.id: contact
            for batch in _batches(imported.contact_ids)
            for contact in session.scalars(
                select(Contact).where(Contact.id.in_(batch)).options(joinedload(Contact.organisation))
            )
        }
        welcome = [one for one in imported.contact_ids if circulate.may_be_invited(letter, contacts[one])]
        unwelcome = [contacts[one].organisation.name for one in imported.contact_ids if one not in set(welcome)]
        invited = circulate.put_on_list(session, letter, welcome, by=by)
        return Brought(imported, invited, tuple(dict.fromkeys(unwelcome)))


def _batches(ids: list[UUID], size: int = 500) -> list[list[UUID]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
