"""The lines of a published list: one row per printed name, written at a release and whenever one is added after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.actions.list_groups import ListPart, list_groups
from coalition.actions.proof import Signer, by_date, in_order, logo_id_of, own_keys, sort_keys, text_languages
from coalition.actions.provenance import taken_over_lines
from coalition.models.edition import ListGroup, PublicLine
from coalition.models.list_look import ListLook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter


def write_lines(
    session: Session, letter: Letter, standing: list[Signer], order: Sequence[UUID], *, from_edition: int = 1
) -> None:
    """The lines of those who signed here, after those that were taken over from a record; each in its part."""
    tags, look = text_languages(letter), ListLook.read(letter.list_look)
    rows = taken_over_lines(session, letter)
    if look.ignores_article:
        for row in rows:
            row.sort_keys = sort_keys(row.printed, tags, ignores_article=True)
    printed = in_order(standing, order, lead_first=look.lead_first)
    places = {signer.signature.id: place for place, signer in enumerate(printed, start=len(rows))}
    dated = by_date(printed) if look.is_ordered("date", tags, letter.list_order) else {}
    for part in list_groups(session, letter, printed):
        group = _row_of(session, letter, part)
        for signer in part.signers:
            place = places[signer.signature.id]
            keys = own_keys(signer, tags, look, dated)
            session.add(line_of(letter, group, signer, place, keys, from_edition=from_edition))
    session.flush()


def add_line(
    session: Session, letter: Letter, signer: Signer, position: int, *, from_edition: int, added_on: date
) -> PublicLine:
    """Write the line of one who comes onto a published list; persons into their part, others with the signers."""
    part = next(part for part in list_groups(session, letter, [signer]) if part.signers)
    group = _row_of(session, letter, part)
    look = ListLook.read(letter.list_look)
    keys = own_keys(signer, text_languages(letter), look, {})
    line = line_of(letter, group, signer, position, keys, from_edition=from_edition)
    line.added_on = added_on
    session.add(line)
    return line


def line_of(
    letter: Letter,
    group: ListGroup,
    signer: Signer,
    position: int,
    keys: dict[str, str],
    *,
    from_edition: int = 1,
) -> PublicLine:
    """The line that prints a signer, not yet in the session."""
    signature = signer.signature
    line = PublicLine(
        letter_id=letter.id,
        from_edition=from_edition,
        list_group_id=group.id,
        position=position,
        printed=signature.printed_names,
        sort_keys=keys,
        country=signer.country,
        kind=signature.kind,
        affiliation=signature.printed_affiliation,
        is_lead=signer.is_lead,
        country_printed=signer.country_printed,
        logo_id=logo_id_of(signer, ListLook.read(letter.list_look)),
        signature_index=signature.public_index(),
    )
    line.signature = signature.id.hex
    return line


def _row_of(session: Session, letter: Letter, part: ListPart) -> ListGroup:
    """The row of a part, made where there is none: one of a release that was undone is still there."""
    row = part.row
    if row is None:
        row = ListGroup(letter_id=letter.id, position=part.position, for_persons=part.for_persons)
        session.add(row)
    row.headings = part.headings
    session.flush()
    return row
