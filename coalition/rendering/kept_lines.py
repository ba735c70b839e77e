"""The lines of long lists, kept by each process for as long as nothing on the site was published or taken off.

Reading thirty thousand rows takes longer than anything that is then made of them. What is kept are the lines of an
edition; those that were added since are read each time. Every act that takes a line off, or changes one, raises the
site's generation in its own transaction: what was kept before is never used after.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition.models.edition import PublicLine
from coalition.models.public import SiteGeneration
from coalition.rendering.printed import PrintedLine

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from coalition.models.edition import Edition

Lines = dict["UUID", tuple[PrintedLine, ...]]
"""The lines of each part of a list, by the part's row."""

WORTH_KEEPING: Final = 1_000
"""Shorter lists are read each time."""
LISTS_KEPT: Final = 4


@dataclass(slots=True)
class Kept:
    """The lines of one edition, as they were at a generation. `serial` tells them from all others of this process."""

    generation: int
    lines: Lines
    serial: int


_kept: dict[tuple[UUID, int], Kept] = {}
_serials = count(1)


def of_edition(session: Session, edition: Edition, *, may_keep: bool) -> tuple[Lines, int]:
    """The lines of an edition without those added since, and the serial of what is kept; 0 where nothing is.

    `may_keep` for those who only read: in the midst of a verb the rows may be such as nobody will ever see.
    """
    key = (edition.letter_id, edition.number)
    generation = present_generation(session) if may_keep else None
    kept = _kept.get(key)
    if generation is not None and kept is not None and kept.generation == generation:
        return kept.lines, kept.serial
    lines = _read(session, edition, PublicLine.from_edition <= edition.number)
    if generation is None or sum(map(len, lines.values())) < WORTH_KEEPING:
        return lines, 0
    for old in [other for other in _kept if other[0] == edition.letter_id or len(_kept) >= LISTS_KEPT]:
        _kept.pop(old, None)
    _kept[key] = Kept(generation, lines, next(_serials))
    return lines, _kept[key].serial


def added_since(session: Session, edition: Edition) -> Lines:
    """The lines that were added since an edition."""
    return _read(session, edition, PublicLine.from_edition == edition.number + 1)


def present_generation(session: Session) -> int:
    """The number of the site's generation."""
    return session.scalar(select(SiteGeneration.number).where(SiteGeneration.id == 1)) or 0


def _read(session: Session, edition: Edition, which: ColumnElement[bool]) -> Lines:
    """The lines with their facts alone: a row of a long list is never an object of the session."""
    rows = session.execute(
        select(
            PublicLine.list_group_id,
            PublicLine.printed,
            PublicLine.sort_keys,
            PublicLine.country,
            PublicLine.kind,
            PublicLine.affiliation,
            PublicLine.is_lead,
            PublicLine.added_on,
            PublicLine.from_edition,
            PublicLine.position,
            PublicLine.country_printed,
        )
        .where(
            PublicLine.letter_id == edition.letter_id,
            which,
            PublicLine.until_edition.is_(None) | (PublicLine.until_edition > edition.number),
        )
        .order_by(PublicLine.position)
    )
    lines: dict[UUID, list[PrintedLine]] = {}
    for group_id, *facts in rows:
        lines.setdefault(group_id, []).append(PrintedLine(*facts))
    return {group_id: tuple(of_group) for group_id, of_group in lines.items()}
