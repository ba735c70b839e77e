"""The editions of a letter as letter files and archives have them, and the addresses where it stood."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition.intake import letter_archive_facts as facts
from coalition.intake import letter_file as files
from coalition.models.edition import Edition, PublicLine
from coalition.models.site import SlugHistory
from coalition.rendering.edition import figures, printed_line, said_of_withheld

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.actions.provenance import Provenance
    from coalition.models.letter import Letter
    from coalition.models.public import PublicLetter


def published_editions(session: Session, public: PublicLetter, brought: Provenance) -> tuple[files.Edition, ...]:
    """Each edition with what its page counts today; of a record those before it came here as they were told."""
    rows = session.scalars(
        select(Edition)
        .where(Edition.letter_id == public.letter_id, Edition.undone_at.is_(None))
        .order_by(Edition.number)
    ).all()
    lines = session.scalars(select(PublicLine).where(PublicLine.letter_id == public.letter_id)).all()
    told = {one.number: one for one in brought.editions}
    here = [_edition(public, row, lines, told.get(row.number)) for row in rows]
    return (*(one for one in brought.editions if one.number < here[0].number), *here)


def _edition(public: PublicLetter, row: Edition, lines: Any, told: files.Edition | None) -> files.Edition:
    withheld = said_of_withheld(public, row)
    printed = [
        printed_line(line)
        for line in lines
        if line.from_edition <= row.number and (line.until_edition is None or line.until_edition > row.number)
    ]
    counted = figures(
        printed,
        withheld or 0,
        counts_lead=row.printed["counts_lead"],
        counts_withheld=row.printed["counts_withheld"],
    )
    how = told.how if told else row.how
    return files.Edition(row.number, row.published_at, how, files.Figures(**asdict(counted)), withheld)


def team_editions(session: Session, letter: Letter) -> tuple[facts.TeamEdition, ...]:
    """Each edition of the letter that was made here, with what was counted on its day. Opens the vault."""
    rows = session.scalars(select(Edition).where(Edition.letter_id == letter.id).order_by(Edition.number))
    known = {one.name for one in fields(files.Figures)}
    return tuple(
        facts.TeamEdition(
            files.Edition(
                row.number,
                row.published_at,
                row.how,
                files.Figures(**{name: count for name, count in row.figures.items() if name in known and count}),
                row.withheld_count,
            ),
            row.version.number,
            row.undone_at,
            dict(row.overrides or {}),
        )
        for row in rows
    )


def addresses_of(session: Session, public: PublicLetter, brought: Provenance) -> tuple[files.Address, ...]:
    """Where a published letter stood, the first first; a record says where it stood elsewhere until it moves here."""
    left = [
        files.Address(row.slug, row.left_at)
        for row in session.scalars(
            select(SlugHistory)
            .where(SlugHistory.letter_id == public.letter_id)
            .order_by(SlugHistory.left_at, SlugHistory.slug)
        )
    ]
    known = {one.slug for one in brought.addresses}
    here = [one for one in left if one.slug not in known]
    if brought.addresses and not here:
        return tuple(brought.addresses)
    before = [one for one in brought.addresses if one.left_at is not None]
    return (*before, *here, files.Address(public.slug))
