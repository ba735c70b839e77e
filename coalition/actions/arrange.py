"""Arranging the list: how it looks, its parts under free headings, and which name stands in which."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from coalition import clock, journal
from coalition.actions import take_off
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import ensure_unpublished, entered, lock, touch
from coalition.actions.list_groups import GENERAL, PERSONS, is_chosen, rows_of
from coalition.actions.provenance import taken_over_lines
from coalition.database import transaction
from coalition.models.edition import ListGroup, PublicLine
from coalition.models.letter import LIST_ORDERS
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.list_look import ListLook

MOST_PARTS: Final = 200
UNNAMED: Final = "unnamed"
"""The journal's word for those who signed without a name and were taken off a list."""


class NoSuchOrder(ValueError):
    """An order that lists do not have."""


class NoSuchPart(Exception):
    """The letter's list has no such part, or none for that kind of signatory."""


class TooManyParts(Exception):
    """A list has at most MOST_PARTS parts."""


@dataclass(frozen=True, slots=True)
class PartEntry:
    """A part of the list as the desk takes it; without an id it is a new one."""

    row_id: UUID | None = None
    headings: dict[str, str] = field(default_factory=dict)
    unnamed: dict[str, str] = field(default_factory=dict)
    for_persons: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all: then there is no such part."""
        return not any(self.headings.values()) and not any(self.unnamed.values())


def save_look(letter_id: UUID, list_order: str, look: ListLook, *, by: Account) -> None:
    """Save in which order and form the list will be printed. Raises NoSuchOrder, AlreadyPublished."""
    if list_order not in LIST_ORDERS:
        raise NoSuchOrder(list_order)
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        letter.list_order, letter.list_look = list_order, look.stored()
        touch(letter)
        entered(session, letter, "list look saved", by)


def save_parts(letter_id: UUID, parts: Sequence[PartEntry], *, by: Account) -> None:
    """Save the parts of the list in this order, those of persons after the others; one left out is gone.

    Who stood in it stands in no part then; but one in which names of a record stand stays, whatever it says. Raises
    AlreadyPublished, NoSuchPart, TooManyParts.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        held = {line.list_group_id for line in taken_over_lines(session, letter)}
        kept = sorted(
            (part for part in parts if part.row_id in held or not part.is_empty),
            key=lambda part: not letter.imported_at and part.for_persons,
        )
        if len(kept) > MOST_PARTS:
            raise TooManyParts
        rows = {row.id: row for row in rows_of(session, letter) if is_chosen(letter, row)}
        if any(part.row_id and part.row_id not in rows for part in kept):
            raise NoSuchPart
        if not held <= {part.row_id for part in kept}:
            raise NoSuchPart
        _leave(session, letter, [row for row in rows.values() if row.id not in {part.row_id for part in kept}])
        for place, row in enumerate(rows.values(), start=1):
            row.position = PERSONS + place  # out of the way: no two parts of a letter have one place
        session.flush()
        for place, part in enumerate(kept, start=GENERAL + 1):
            row = rows[part.row_id] if part.row_id else ListGroup(letter_id=letter.id)
            row.position = place
            row.for_persons = row.for_persons if part.row_id in held else part.for_persons
            others = {tag: said for tag, said in (row.headings or {}).items() if tag not in letter.languages}
            row.headings, row.unnamed = others | _filled(part.headings), _filled(part.unnamed)
            session.add(row)
        session.flush()
        _leave_parts_of_the_other_kind(session, letter)
        touch(letter)
        entered(session, letter, "list parts saved", by)


def take_unnamed_off(letter_id: UUID, row_id: UUID, *, by: Account) -> None:
    """Take who signs in a part without a name off a published list and all its editions; for good.

    What was said of them may point at somebody. The part goes with them where nobody else stands in it. Raises
    NotCoordinator, NoSuchPart.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        row = session.get(ListGroup, row_id, with_for_update=True)
        if row is None or row.letter_id != letter.id or session.get(PublicLetter, letter.id) is None:
            raise NoSuchPart
        if row.unnamed:
            empty_unnamed(session, row)
            entered(session, letter, "unnamed taken off", by)


def empty_unnamed(session: Session, row: ListGroup) -> None:
    """Take off whom a part of a list prints without a name; part of a verb. After a restore they go again."""
    journal.append(UNNAMED, row.id, clock.now())
    row.unnamed = {}
    if session.scalar(select(PublicLine.id).where(PublicLine.list_group_id == row.id).limit(1)) is None:
        row.headings = {}
    session.flush()
    take_off.bodies(session, row.letter_id)


def place(
    letter_id: UUID,
    places: Mapping[UUID, UUID | None],
    *,
    by: Account,
    logos: Mapping[UUID, bool] = MappingProxyType({}),
    lines: Mapping[UUID, UUID] = MappingProxyType({}),
) -> None:
    """Put signatures into parts of the list (None: into none), also one that comes late to a published list.

    `logos` notes of organisations that were recorded whether they said yes to their logo on this letter; the others
    say that themselves. Those that are not printed by name stay as they are. `lines` puts names of a record into other
    parts, until it is released. Raises NoSuchPart.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        rows = {row.id: row for row in rows_of(session, letter) if is_chosen(letter, row)}
        query = select(Signature).where(Signature.letter_id == letter.id, Signature.id.in_({*places, *logos}))
        for signature in session.scalars(query):
            row_id = places.get(signature.id)
            if row_id is not None and (row_id not in rows or rows[row_id].for_persons != signature.is_individual):
                raise NoSuchPart
            if not signature.is_public:
                continue
            if signature.id in places:
                signature.list_group_id = row_id
            if signature.id in logos and is_recorded(signature):
                signature.shows_logo = logos[signature.id]
        if lines and not is_published(session, letter):
            _place_lines(session, letter, lines, rows)
        entered(session, letter, "list placed", by)


def _place_lines(session: Session, letter: Letter, lines: Mapping[UUID, UUID], rows: Mapping[UUID, ListGroup]) -> None:
    """Put names of a record into other parts of their kind, each at the end; those that stay keep their order."""
    taken = taken_over_lines(session, letter)
    moved = [line for line in taken if lines.get(line.id, line.list_group_id) != line.list_group_id]
    for line in moved:
        row = rows.get(lines[line.id])
        if row is None or row.for_persons != rows[line.list_group_id].for_persons:
            raise NoSuchPart
        line.list_group_id = row.id
    last = max((line.position for line in taken), default=0)
    for place, line in enumerate(moved, start=last + 1):
        line.position = place


def is_recorded(signature: Signature) -> bool:
    """Whether a coordinator recorded it, and so answers for what the organisation said."""
    return bool(signature.consents) and signature.consents[0].how == "recorded"


def is_published(session: Session, letter: Letter) -> bool:
    """Whether the list is printed already: then its look stays as it is."""
    return session.get(PublicLetter, letter.id) is not None


def _leave(session: Session, letter: Letter, rows: Sequence[ListGroup]) -> None:
    """Take parts away; who stood there stands in none."""
    ids = [row.id for row in rows]
    if ids:
        in_them = Signature.letter_id == letter.id, Signature.list_group_id.in_(ids)
        session.execute(update(Signature).where(*in_them).values(list_group_id=None))
    for row in rows:
        session.delete(row)
    session.flush()


def _leave_parts_of_the_other_kind(session: Session, letter: Letter) -> None:
    """A part that is for persons now holds no organisations, and the other way round."""
    for for_persons, kind in ((True, "organisation"), (False, "individual")):
        rows = select(ListGroup.id).where(ListGroup.letter_id == letter.id, ListGroup.for_persons.is_(for_persons))
        wrong = Signature.letter_id == letter.id, Signature.kind == kind, Signature.list_group_id.in_(rows)
        session.execute(update(Signature).where(*wrong).values(list_group_id=None))


def _filled(words: Mapping[str, str]) -> dict[str, str]:
    return {tag: said.strip() for tag, said in words.items() if said.strip()}
