"""Attaching documents to a letter: beside its text, never the only place of the names (DOMAIN §2)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from coalition import clock
from coalition.actions import take_off
from coalition.actions.draft import entered, lock
from coalition.database import transaction
from coalition.models.attachment import Attachment
from coalition.models.photo import File
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.intake.attachments import CleanAttachment
    from coalition.models.account import Account
    from coalition.models.letter import Letter

MOST = 20
LABEL_LIMIT = 200


class TooManyAttachments(Exception):
    """A letter has at most MOST documents."""


class AttachmentGone(Exception):
    """There is no such document on the letter; perhaps somebody took it off meanwhile."""


def attach(
    letter_id: UUID, document: CleanAttachment, *, labels: Mapping[str, str], language: str, by: Account
) -> UUID:
    """Attach a document at the end of the others; on a published letter its readers have it at once.

    `labels` say per language what it is called; `language` is the document's own, "" for none. Returns its id. Raises
    TooManyAttachments.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        count, last = session.execute(
            select(func.count(), func.coalesce(func.max(Attachment.position), -1)).where(
                Attachment.letter_id == letter.id
            )
        ).one()
        if count >= MOST:
            raise TooManyAttachments
        now = clock.now()
        digest = hashlib.sha256(document.content).hexdigest()
        file = File(media_type=document.media_type, content=document.content, sha256=digest, created_at=now)
        session.add(file)
        session.flush()
        row = Attachment(
            letter_id=letter.id,
            position=last + 1,
            file_id=file.id,
            labels=_said(labels),
            language=language,
            file_name=document.file_name,
            added_at=now,
        )
        session.add(row)
        _changed(session, letter, "document attached", by)
        return row.id


def describe_attachment(
    letter_id: UUID, attachment_id: UUID, *, labels: Mapping[str, str], language: str, by: Account
) -> None:
    """Change what a document is called and its language. Raises AttachmentGone."""
    with transaction() as session:
        letter = lock(session, letter_id)
        row = _of(session, letter, attachment_id)
        row.labels, row.language = _said(labels), language
        _changed(session, letter, "document described", by)


def detach(letter_id: UUID, attachment_id: UUID, *, by: Account) -> None:
    """Take a document off the letter, and its bytes out of the database. Raises AttachmentGone."""
    with transaction() as session:
        letter = lock(session, letter_id)
        row = _of(session, letter, attachment_id)
        file = row.file
        session.delete(row)
        session.flush()
        session.delete(file)
        _changed(session, letter, "document taken off", by)


def _said(labels: Mapping[str, str]) -> dict[str, str]:
    return {tag: words.strip()[:LABEL_LIMIT] for tag, words in labels.items() if words.strip()}


def _of(session: Session, letter: Letter, attachment_id: UUID) -> Attachment:
    row = session.get(Attachment, attachment_id)
    if row is None or row.letter_id != letter.id:
        raise AttachmentGone
    return row


def _changed(session: Session, letter: Letter, verb: str, by: Account) -> None:
    entered(session, letter, verb, by)
    public = session.get(PublicLetter, letter.id, with_for_update=True)
    if public is not None:
        public.updated_at = clock.now()
        take_off.bodies(session, letter.id)
