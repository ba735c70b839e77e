"""What the files of a published letter say besides its words, from the rows of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from coalition.models.attachment import Attachment
from coalition.models.house import House
from coalition.models.photo import File
from coalition.rendering.printed_files import Letterhead, PrintedDocument, PrintedFiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.list_look import ListLook
    from coalition.rendering.printed import PrintedLine


def file_facts(
    session: Session, letter_id: UUID, look: ListLook, lines: Sequence[PrintedLine], *, signing_key: str = ""
) -> PrintedFiles:
    """The facts for the files of a letter whose list has these lines; `signing_key` is a fingerprint, or ""."""
    return PrintedFiles(
        letterhead=_letterhead(session, look, lines),
        signing_key=signing_key,
        documents=documents_of(session, letter_id),
    )


def documents_of(session: Session, letter_id: UUID) -> tuple[PrintedDocument, ...]:
    """The documents attached to a letter, in their order, without their bytes."""
    rows = session.execute(
        select(Attachment, File.media_type, File.sha256, func.length(File.content))
        .join(File, File.id == Attachment.file_id)
        .where(Attachment.letter_id == letter_id)
        .order_by(Attachment.position)
        .options(load_only(Attachment.labels, Attachment.language, Attachment.file_name))
    )
    return tuple(
        PrintedDocument(
            path=document_path(sha256, one.file_name),
            labels=one.labels,
            language=one.language,
            file_name=one.file_name,
            media_type=media_type,
            size=size,
        )
        for one, media_type, sha256, size in rows
    )


def document_path(sha256: str, file_name: str) -> str:
    """The public path of a document: named by its content and by what readers will find in their folder."""
    return f"/documents/{sha256[:20]}/{file_name}"


def _letterhead(session: Session, look: ListLook, lines: Sequence[PrintedLine]) -> Letterhead | None:
    """The logo of the one lead, where the letter wishes that and the lead said yes; else the coalition's own."""
    leads = [line for line in lines if line.is_lead]
    if look.letterhead and len(leads) == 1 and leads[0].logo:
        return Letterhead(names=leads[0].names, content=leads[0].logo.content)
    house = session.scalar(select(House).limit(1))
    file = session.get(File, house.logo_id) if house and house.logo_id else None
    return Letterhead(names=house.names, content=file.content) if house and file else None
