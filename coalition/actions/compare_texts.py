"""Redlines of a version, computed once, when it is put forward: no page that is only looked at writes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.models.redline import Redline
from coalition.rendering.redline import redline

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.version import Version


def store_redlines(session: Session, version: Version) -> None:
    """Keep what changed in each language from the version before to this one; part of the verb that freezes it.

    A language that the version before did not have yet is all new, and has none. Called again, it adds nothing.
    """
    ids = [text.id for text in version.texts]
    kept = set(session.scalars(select(Redline.to_text_id).where(Redline.to_text_id.in_(ids))))
    for text in version.texts:
        before = text.followed
        if before is None or before.is_empty or text.is_empty or text.id in kept or not text.shown_at:
            continue
        session.add(Redline(from_text_id=before.id, to_text_id=text.id, changes=redline(before, text).to_data()))
