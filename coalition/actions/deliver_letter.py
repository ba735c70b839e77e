"""Bringing a published letter to its addressees, and keeping what they answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from coalition import clock
from coalition.actions import take_off
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.edition import Edition
from coalition.models.note import Delivery, Response
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter


class NotPublished(Exception):
    """Only a published letter is delivered and answered."""


class EntryGone(Exception):
    """There is no such delivery or response, or it was changed by a colleague meanwhile."""


@dataclass(frozen=True, slots=True)
class DeliveryEntry:
    """How one addressee got the letter; `addressee` is its position in the edition."""

    addressee: int
    way: str
    delivered_on: date
    by_name: str = ""
    acknowledged_on: date | None = None
    is_public: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ResponseEntry:
    """What an addressee (by position) or somebody else (`names` by language) answered, and to which recommendations."""

    responded_on: date
    words: Mapping[str, str]
    addressee: int | None = None
    names: Mapping[str, str] | None = None
    recommendations: Sequence[str] = ()


def record_delivery(letter_id: UUID, delivery_id: UUID, entry: DeliveryEntry, *, by: Account) -> None:
    """Keep a delivery, under the id that its form was given, or change it. Raises NotPublished, EntryGone."""
    with transaction() as session:
        letter = lock(session, letter_id)
        public, now = _public(session, letter), clock.now()
        delivery = session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None:
            delivery = Delivery(id=delivery_id, letter_id=letter.id, made_at=now)
            delivery.edition = session.get_one(Edition, public.edition_id).number
        elif delivery.letter_id != letter.id:
            raise EntryGone
        was_public = bool(delivery.is_public)
        delivery.addressee, delivery.way = entry.addressee, entry.way
        delivery.delivered_on, delivery.acknowledged_on = entry.delivered_on, entry.acknowledged_on
        delivery.by_name, delivery.is_public = entry.by_name, entry.is_public
        delivery.remark = entry.remark or None
        session.add(delivery)
        _enter(session, letter, "delivery recorded", by=by, now=now, delivery=delivery.id.hex)
        if was_public or entry.is_public:
            _show(session, public, now=now)


def remove_delivery(letter_id: UUID, delivery_id: UUID, *, by: Account) -> None:
    """Take a delivery that was entered by mistake away. Raises NotPublished, EntryGone."""
    with transaction() as session:
        letter = lock(session, letter_id)
        public, now = _public(session, letter), clock.now()
        delivery = session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None or delivery.letter_id != letter.id:
            raise EntryGone
        was_public = delivery.is_public
        session.delete(delivery)
        _enter(session, letter, "delivery removed", by=by, now=now, delivery=delivery_id.hex)
        if was_public:
            _show(session, public, now=now)


def write_response(letter_id: UUID, response_id: UUID, entry: ResponseEntry, *, by: Account) -> None:
    """Keep a response for the team, under the id that its form was given, or change it while nobody else reads it.

    Raises NotPublished, EntryGone.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        _public(session, letter)
        response, now = session.get(Response, response_id, with_for_update=True), clock.now()
        if response is None:
            response = Response(id=response_id, letter_id=letter.id, made_at=now)
        elif response.letter_id != letter.id or response.published_at is not None:
            raise EntryGone
        response.addressee, response.responded_on = entry.addressee, entry.responded_on
        response.names = dict(entry.names or {})
        tidied = {tag: tidy_text(words).strip() for tag, words in entry.words.items()}
        response.words = {tag: words for tag, words in tidied.items() if words}
        response.recommendations = list(entry.recommendations)
        session.add(response)
        _enter(session, letter, "response written", by=by, now=now, response=response.id.hex)


def publish_response(letter_id: UUID, response_id: UUID, *, by: Account) -> None:
    """Put a response on the letter's page; from then on its words stay as they are. Raises NotPublished, EntryGone."""
    with transaction() as session:
        letter = lock(session, letter_id)
        public, response, now = _public(session, letter), _response(session, letter, response_id), clock.now()
        if response.published_at is not None:
            raise EntryGone
        response.published_at = now
        _enter(session, letter, "response published", by=by, now=now, response=response.id.hex, words=response.words)
        _show(session, public, now=now)


def take_back_response(letter_id: UUID, response_id: UUID, *, by: Account) -> None:
    """Take a response off the letter's page. Raises NotPublished, EntryGone."""
    with transaction() as session:
        letter = lock(session, letter_id)
        public, response, now = _public(session, letter), _response(session, letter, response_id), clock.now()
        if response.published_at is None or response.taken_back_at is not None:
            raise EntryGone
        response.taken_back_at = now
        _enter(session, letter, "response taken back", by=by, now=now, response=response.id.hex)
        _show(session, public, now=now)


def _public(session: Session, letter: Letter) -> PublicLetter:
    public = session.get(PublicLetter, letter.id, with_for_update=True)
    if public is None:
        raise NotPublished
    return public


def _response(session: Session, letter: Letter, response_id: UUID) -> Response:
    response = session.get(Response, response_id, with_for_update=True)
    if response is None or response.letter_id != letter.id:
        raise EntryGone
    return response


def _enter(session: Session, letter: Letter, verb: str, *, by: Account, now: datetime, **detail: object) -> None:
    record.enter(session, verb, at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id, **detail)


def _show(session: Session, public: PublicLetter, *, now: datetime) -> None:
    """Have the letter's pages made anew."""
    public.updated_at = now
    take_off.bodies(session, public.letter_id)
