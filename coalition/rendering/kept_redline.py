"""Redlines that were computed when a version was put forward, and those of any other two texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.models.redline import Redline as Row
from coalition.rendering.redline import Redline, redline

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.version import Text


def redline_between(session: Session, old: Text, new: Text) -> Redline:
    """What changed from one text to another: the stored redline, else computed now, and stored by nobody.

    The two need not be neighbours, nor be shown: the team compares what it writes.
    """
    stored = session.scalar(select(Row.changes).where(Row.from_text_id == old.id, Row.to_text_id == new.id))
    return redline(old, new) if stored is None else Redline.from_data(stored)
