"""What happened to a letter after its release, as letter files and archives have it: notes, deliveries, responses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select

from coalition.actions.kept import KeptNote
from coalition.intake import letter_archive_facts as facts
from coalition.intake import letter_file as files
from coalition.intake.facts_as_json import as_value
from coalition.models.note import Delivery, Note, Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from coalition.intake.letter_file import LetterFile
    from coalition.models.letter import Letter

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class After:
    """Everything that happened since, with what the team alone knows of it."""

    notes: tuple[facts.TeamNote, ...] = ()
    deliveries: tuple[facts.TeamDelivery, ...] = ()
    responses: tuple[facts.TeamResponse, ...] = ()


def after_of(session: Session, letter: Letter, kept: Mapping[str, KeptNote]) -> After:
    """From the rows of a letter; `kept` by the id of a note's row. Opens the vault."""
    notes = session.scalars(select(Note).where(Note.letter_id == letter.id))
    deliveries = session.scalars(select(Delivery).where(Delivery.letter_id == letter.id))
    responses = session.scalars(select(Response).where(Response.letter_id == letter.id))
    return After(
        notes=_sorted(_note(one, kept.get(one.id.hex)) for one in notes),
        deliveries=_sorted(_delivery(one) for one in deliveries),
        responses=_sorted(_response(one) for one in responses),
    )


def public_part(session: Session, letter_id: UUID) -> dict[str, Any]:
    """What readers see of it, by the names that it has in a letter file."""
    notes = session.scalars(
        select(Note).where(Note.letter_id == letter_id, Note.published_at.is_not(None), Note.taken_back_at.is_(None))
    )
    deliveries = session.scalars(select(Delivery).where(Delivery.letter_id == letter_id, Delivery.is_public.is_(True)))
    responses = session.scalars(
        select(Response).where(
            Response.letter_id == letter_id, Response.published_at.is_not(None), Response.taken_back_at.is_(None)
        )
    )
    return {
        "notes": _sorted(_said_note(one) for one in notes),
        "deliveries": _sorted(_said_delivery(one) for one in deliveries),
        "responses": _sorted(_said_response(one) for one in responses),
    }


def of_letter_file(letter_file: LetterFile, *, now: datetime) -> After:
    """What a letter file tells: all of it is public. What has no moment is of the day that is printed with it."""

    def when(moment: datetime | None, day: date) -> datetime:
        return moment or min(datetime.combine(day, time(), UTC), now)

    return After(
        notes=tuple(
            facts.TeamNote(
                files.Note(one.kind, one.dated_on, one.words, when(one.published_at, one.dated_on)),
                changed_at=when(one.published_at, one.dated_on),
            )
            for one in letter_file.notes
        ),
        deliveries=tuple(
            facts.TeamDelivery(one, when(None, one.delivered_on), is_public=True) for one in letter_file.deliveries
        ),
        responses=tuple(
            facts.TeamResponse(
                files.Response(
                    one.responded_on, one.words, one.addressee, one.names, one.recommendations,
                    when(one.published_at, one.responded_on),
                ),
                made_at=when(one.published_at, one.responded_on),
            )
            for one in letter_file.responses
        ),
    )  # fmt: skip


def add_after(session: Session, letter: Letter, after: After) -> dict[str, KeptNote]:
    """Rows for all of it; what they can not have, by the ids of the notes. Part of a verb.

    Nobody is told by mail of what was told elsewhere.
    """
    kept: dict[str, KeptNote] = {}
    for told in after.notes:
        row = Note(
            id=uuid4(), letter_id=letter.id, kind=told.note.kind, words=told.note.words, dated_on=told.note.dated_on,
            published_at=told.note.published_at, taken_back_at=told.taken_back_at, changed_at=told.changed_at,
        )  # fmt: skip
        session.add(row)
        if told.by or told.tells_signers:
            kept[row.id.hex] = KeptNote(told.by, told.tells_signers)
    for brought in after.deliveries:
        session.add(_delivery_row(letter, brought))
    for answered in after.responses:
        session.add(_response_row(letter, answered))
    session.flush()
    return kept


def _delivery_row(letter: Letter, brought: facts.TeamDelivery) -> Delivery:
    said = brought.delivery
    row = Delivery(
        letter_id=letter.id, edition=said.edition, addressee=said.addressee - 1, way=said.way,
        delivered_on=said.delivered_on, by_name=said.by_name, acknowledged_on=said.acknowledged_on,
        is_public=brought.is_public, made_at=brought.made_at,
    )  # fmt: skip
    row.remark = brought.remark or None
    return row


def _response_row(letter: Letter, answered: facts.TeamResponse) -> Response:
    said = answered.response
    return Response(
        letter_id=letter.id, addressee=None if said.addressee is None else said.addressee - 1, names=said.names,
        responded_on=said.responded_on, words=said.words, recommendations=list(said.recommendations),
        published_at=said.published_at, taken_back_at=answered.taken_back_at, made_at=answered.made_at,
    )  # fmt: skip


def _sorted(found: Iterable[Fact]) -> tuple[Fact, ...]:
    """By what they say: rows have no order of their own, and a file has one form only."""
    return tuple(sorted(found, key=_place))


def _place(fact: Any) -> tuple[str, str]:
    value = as_value(fact)
    inner = value.get("note") or value.get("delivery") or value.get("response") or value
    day = inner.get("dated_on") or inner.get("delivered_on") or inner["responded_on"]
    return day, json.dumps(value, sort_keys=True)


def _said_note(row: Note) -> files.Note:
    return files.Note(row.kind, row.dated_on, row.words, row.published_at)


def _note(row: Note, kept: KeptNote | None) -> facts.TeamNote:
    return facts.TeamNote(
        _said_note(row),
        changed_at=row.changed_at,
        by=row.by.name if row.by else kept.by if kept else "",
        taken_back_at=row.taken_back_at,
        tells_signers=row.tells_signers or bool(kept and kept.tells_signers),
    )


def _said_delivery(row: Delivery) -> files.Delivery:
    return files.Delivery(row.addressee + 1, row.way, row.delivered_on, row.by_name, row.acknowledged_on, row.edition)


def _delivery(row: Delivery) -> facts.TeamDelivery:
    return facts.TeamDelivery(_said_delivery(row), row.made_at, row.is_public, row.remark or "")


def _said_response(row: Response) -> files.Response:
    return files.Response(
        row.responded_on,
        row.words,
        None if row.addressee is None else row.addressee + 1,
        row.names,
        tuple(row.recommendations),
        row.published_at,
    )


def _response(row: Response) -> facts.TeamResponse:
    return facts.TeamResponse(_said_response(row), row.made_at, row.taken_back_at)
