"""Lines taken over from records that print an organisation's name: nobody signed them here, and they can go as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from coalition.actions import take_off
from coalition.actions.draft import lock
from coalition.intake.names import fold_name
from coalition.models import record
from coalition.models.edition import PublicLine
from coalition.models.organisation import Organisation
from coalition.models.photo import File
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session


def lines_named_like(session: Session, organisation: Organisation) -> list[PublicLine]:
    """The lines of published letters that no signature stands behind and that print one of the organisation's names.

    Another organisation may have the same name: somebody chooses which of them are meant.
    """
    names = [*organisation.printable_names().values(), *(organisation.aliases or ())]
    wanted = {fold_name(name) for name in names if name}
    rows = session.execute(
        select(PublicLine.id, PublicLine.printed)
        .join(PublicLetter, PublicLetter.letter_id == PublicLine.letter_id)
        .where(
            PublicLine.signature_index.is_(None), PublicLine.kind == "organisation", PublicLine.until_edition.is_(None)
        )
    )
    found = [line_id for line_id, printed in rows if wanted & {fold_name(name) for name in printed.values()}]
    lines = [session.get_one(PublicLine, line_id) for line_id in found]
    return sorted(lines, key=lambda one: (str(one.letter_id), one.position))


def take_lines_off(session: Session, organisation: Organisation, chosen: Collection[UUID], *, now: datetime) -> int:
    """Take those of them that were chosen off every page, for good; returns how many. Part of a verb."""
    lines = [one for one in lines_named_like(session, organisation) if one.id in chosen]
    for letter_id in sorted({one.letter_id for one in lines}):
        letter = lock(session, letter_id)
        gone = [one.id for one in lines if one.letter_id == letter_id]
        logos = {one.logo_id for one in lines if one.letter_id == letter_id and one.logo_id}
        session.execute(delete(PublicLine).where(PublicLine.id.in_(gone)))
        _drop_logos(session, logos)
        take_off.bodies(session, letter_id)
        record.enter(
            session, "taken over line off", at=now, letter_id=letter.id, actor_kind="system",
            organisation=organisation.id.hex, lines=[one.hex for one in gone],
        )  # fmt: skip
    session.expire_all()
    return len(lines)


def _drop_logos(session: Session, file_ids: Collection[UUID]) -> None:
    """Take the bytes of logos that came with a record out of the database, where nothing else prints them."""
    printed = select(PublicLine.logo_id).where(PublicLine.logo_id.in_(file_ids))
    owned = select(Organisation.logo_id).where(Organisation.logo_id.in_(file_ids))
    left = {*session.scalars(printed), *session.scalars(owned)}
    session.execute(delete(File).where(File.id.in_(set(file_ids) - left)))
