"""The parts of a letter's list: free headings, who stands under which, and who signs with them without a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from coalition.models.edition import ListGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.actions.proof import Signer
    from coalition.models.letter import Letter

GENERAL: Final = 0
"""The place of those whom nobody put into a part: they stand first, under the heading of the list."""
PERSONS: Final = 10_000
"""The place of persons whom nobody put into a part: they stand last."""


@dataclass(slots=True)
class ListPart:
    """A part of the list as it would be published now. `row` is None for one that publication will make."""

    row: ListGroup | None
    position: int
    headings: dict[str, str] = field(default_factory=dict)
    unnamed: dict[str, str] = field(default_factory=dict)
    for_persons: bool = False
    signers: list[Signer] = field(default_factory=list)


def list_groups(session: Session, letter: Letter, printed: Sequence[Signer]) -> list[ListPart]:
    """The parts in their order, with those who are printed in each, in the order given."""
    rows = rows_of(session, letter)
    parts = [_part(row) for row in rows]
    by_row: dict[Any, ListPart] = {part.row.id: part for part in parts if part.row}
    general, persons = _general(letter, parts), _persons(parts)
    for signer in printed:
        is_person = signer.organisation is None
        chosen = by_row.get(signer.signature.list_group_id)
        if chosen is None or chosen.for_persons != is_person:
            chosen = persons if is_person else general
        chosen.signers.append(signer)
    mine = [part for part in (general, persons) if part not in parts and part.signers]
    shown = [part for part in parts if part.row is None or _is_kept(letter, part)]
    return sorted([*shown, *mine], key=lambda part: part.position) or [general]


def rows_of(session: Session, letter: Letter) -> list[ListGroup]:
    """Every part of the letter's list that has a row, in their order."""
    query = select(ListGroup).where(ListGroup.letter_id == letter.id).order_by(ListGroup.position)
    return list(session.scalars(query))


def is_chosen(letter: Letter, row: ListGroup) -> bool:
    """Whether the team made this part, or a record brought it; not whether publication needed one."""
    return letter.imported_at is not None or GENERAL < row.position < PERSONS


def _part(row: ListGroup) -> ListPart:
    return ListPart(row, row.position, row.headings, row.unnamed, row.for_persons)


def _is_kept(letter: Letter, part: ListPart) -> bool:
    """A part that an undone release left behind is shown only where it is needed."""
    return bool(part.signers) or part.row is None or is_chosen(letter, part.row)


def _general(letter: Letter, parts: list[ListPart]) -> ListPart:
    """The part for organisations in no other: the last one of a record, else the first of all."""
    if letter.imported_at is not None:
        of_organisations = [part for part in parts if not part.for_persons]
        if of_organisations:
            return of_organisations[-1]
    found = next((part for part in parts if part.position == GENERAL), None)
    if found is None:
        return ListPart(None, GENERAL, headings(letter))
    found.headings = headings(letter)
    return found


def _persons(parts: list[ListPart]) -> ListPart:
    found = next((part for part in parts if part.for_persons and not any(part.headings.values())), None)
    return found or ListPart(None, PERSONS, for_persons=True)


def headings(letter: Letter) -> dict[str, str]:
    """The heading of the list in each language that has one of its own."""
    return {item.language: item.list_heading for item in letter.version.texts if item.list_heading.strip()}
