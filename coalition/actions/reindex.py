"""Finding private values under another key: every blind index that can be made again, in one moment (decision 33).

All indexes stand under one key at any instant, or two signatures of one organisation could stand under two. So the new
ones are made beforehand, while the site runs, and exchanged in a single transaction that no other writer overlaps; it
also says which key they stand under from now on. Killed at any moment, either nothing has changed or everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, update

from coalition.actions import take_off
from coalition.database import Base, db, transaction
from coalition.emails import outbox
from coalition.models import key_use, record
from coalition.models.contact import Contact, address_index
from coalition.models.edition import PublicLine
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import RequestToSign, request_address_index
from coalition.models.signature import Signature, line_index, organisation_index, person_index
from coalition.models.standing_consent import StandingAct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Indexed:
    """A column that holds a blind index, and how its value is made from what the row has sealed."""

    model: type[Base]
    column: str
    made: Callable[[Session, Any], Any]
    """None where what it was made of is gone: then nothing can be found under it, and nothing is kept."""


def _of_organisation(_session: Session, row: Signature) -> bytes | None:
    return organisation_index(row.letter_id, row.organisation_id) if row.organisation else None


def _of_person(session: Session, row: Signature) -> bytes | None:
    said: dict[str, Any] = row.affiliation or {}
    request = session.get(RequestToSign, UUID(said["request"])) if said.get("request") else None
    return person_index(row.letter_id, request.address) if request is not None and request.address else None


def _of_contact(_session: Session, row: Contact) -> bytes | None:
    return address_index(row.address) if row.address else None


def _of_request(_session: Session, row: RequestToSign) -> bytes | None:
    return request_address_index(row.address) if row.address else None


def _of_act(_session: Session, row: StandingAct) -> bytes:
    return organisation_index(row.letter_id, UUID(row.about["organisation"]))


def _of_line(_session: Session, row: PublicLine) -> bytes | None:
    return line_index(row.letter_id, UUID(row.signature)) if row.signature else None


def _of_mail(_session: Session, row: OutgoingEmail) -> str:
    """Mails that follow an answer; one whose context was emptied, or is of before, keeps what it has."""
    context = row.context_or_empty
    if row.occasion != "sealed" or not context.get("occasion"):
        return row.recipient
    return outbox.stands_as(context["kind"], context["recipient"], context["occasion"])[0]


COLUMNS: Final = (
    Indexed(Signature, "organisation_index", _of_organisation),
    Indexed(Signature, "person_index", _of_person),
    Indexed(Contact, "address_index", _of_contact),
    Indexed(RequestToSign, "address_index", _of_request),
    Indexed(StandingAct, "organisation_index", _of_act),
    Indexed(PublicLine, "signature_index", _of_line),
    Indexed(OutgoingEmail, "recipient", _of_mail),
)
OF_A_MOMENT: Final = (
    "limit_counters.subject",
    "mail_hosts.subject",
    "step_up_codes.code_hash",
    "step_up_codes.session_hash",
    "step_up_codes.authorises_hash",
    "incoming_emails.key",
)
"""Blind indexes that are not made again: counters, pauses and codes end by themselves, within a day at most; and that a
mail was taken in already is asked under every key that is held."""

_Known = dict[UUID, tuple[Any, Any]]


def reindex(key_id: str, *, now: datetime) -> int:
    """Let every index stand under a key; returns how many rows were changed. Owns its transactions."""
    with key_use.finding_under(key_id):
        known = [{row_id: (old, new) for row_id, old, new in _made(db.session(), one)} for one in COLUMNS]
    db.session.rollback()
    with transaction() as session:
        key_use.alone(session)
        key_use.change(session, "index", key_id, now=now)
        changed = 0
        with key_use.finding_under(key_id):
            for one, made in zip(COLUMNS, known, strict=True):
                changed += _exchange(session, one, made)
        key_use.learn(session)
        record.enter(session, "key in use", at=now, purpose="index", key=key_id)
        # What was rendered while both worlds were read is not stored.
        take_off.bodies(session, None)
    return changed


def _made(session: Session, one: Indexed) -> Iterator[tuple[UUID, Any, Any]]:
    """The id of each row that has an index, with what it has and what it is to have."""
    for row in session.scalars(select(one.model).where(_has_index(one)).execution_options(yield_per=AT_ONCE)):
        yield row.id, getattr(row, one.column), one.made(session, row)


def _exchange(session: Session, one: Indexed, known: _Known) -> int:
    """Write the new ones; what changed since they were made is made again."""
    table: Any = one.model.__table__
    column = table.c[one.column]
    there = {row.id: row[1] for row in session.execute(select(table.c.id, column).where(_has_index(one)))}
    late = [row_id for row_id, old in there.items() if known.get(row_id, (None, None))[0] != old]
    for start in range(0, len(late), AT_ONCE):
        for row in session.scalars(select(one.model).where(table.c.id.in_(late[start : start + AT_ONCE]))):
            known[row.id] = (there[row.id], one.made(session, row))
    values = [{"row": row_id, "new": known[row_id][1]} for row_id, old in there.items() if known[row_id][1] != old]
    if one.model is OutgoingEmail:
        values = _once_each(values, set(there.values()))
    if values:
        statement = update(table).where(table.c.id == bindparam("row")).values({column: bindparam("new")})
        session.connection().execute(statement, values)
    return len(values)


def _once_each(values: list[dict[str, Any]], taken: set[Any]) -> list[dict[str, Any]]:
    """Two mails that went to what is one contact since a merge keep apart: one of them stands as it stood."""
    kept = []
    for value in values:
        if value["new"] not in taken:
            taken.add(value["new"])
            kept.append(value)
    return kept


def _has_index(one: Indexed) -> ColumnElement[bool]:
    is_there: ColumnElement[bool] = getattr(one.model, one.column).is_not(None)
    return is_there & (OutgoingEmail.occasion == "sealed") if one.model is OutgoingEmail else is_there
