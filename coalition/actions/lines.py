"""The lines of a published list: one row per printed name, written at a release and whenever one is added after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.actions.proof import Signer, headings, in_order, sort_keys, text_languages
from coalition.actions.provenance import taken_over_groups, taken_over_lines
from coalition.models.edition import ListGroup, PublicLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter


def write_lines(
    session: Session, letter: Letter, standing: list[Signer], order: Sequence[UUID], *, from_edition: int = 1
) -> None:
    """The lines of those who signed here, after those that were taken over from a record; persons in a part apart."""
    group, taken_over = _group_of(session, letter), len(taken_over_lines(session, letter))
    tags, printed = text_languages(letter), in_order(standing, order)
    has_persons = any(one.organisation is None for one in printed)
    apart = _group_of_persons(session, letter, group) if has_persons else group
    for position, signer in enumerate(printed, start=taken_over):
        part = group if signer.organisation else apart
        session.add(line_of(letter, part, signer, position, tags, from_edition=from_edition))
    session.flush()


def line_of(
    letter: Letter, group: ListGroup, signer: Signer, position: int, tags: list[str], *, from_edition: int = 1
) -> PublicLine:
    """The line that prints a signer, not yet in the session."""
    signature = signer.signature
    line = PublicLine(
        letter_id=letter.id,
        from_edition=from_edition,
        list_group_id=group.id,
        position=position,
        printed=signature.printed_names,
        sort_keys=sort_keys(signature.printed_names, tags),
        country=signer.country,
        kind=signature.kind,
        affiliation=signature.printed_affiliation,
        is_lead=signer.is_lead,
        signature_index=signature.public_index(),
    )
    line.signature = signature.id.hex
    return line


def _group_of(session: Session, letter: Letter) -> ListGroup:
    """The part of the list for those who signed here: the last one of a record, else the only one."""
    groups = taken_over_groups(session, letter)
    if groups:
        return groups[-1]
    return _group_at(session, letter, 0, headings(letter))


def _group_of_persons(session: Session, letter: Letter, before: ListGroup) -> ListGroup:
    """The part for those who signed for themselves: without a heading of its own it has ours, in each language."""
    return _group_at(session, letter, before.position + 1, {})


def _group_at(session: Session, letter: Letter, position: int, headings: dict[str, str]) -> ListGroup:
    """The part at a place, made where there is none: one of a release that was undone is still there."""
    query = select(ListGroup).where(ListGroup.letter_id == letter.id, ListGroup.position == position)
    group = session.scalar(query) or ListGroup(letter_id=letter.id, position=position)
    group.headings = headings
    session.add(group)
    session.flush()
    return group
