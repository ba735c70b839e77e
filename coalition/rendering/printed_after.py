"""What happened to a published letter since, as plain facts: notes, deliveries, responses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PrintedNote:
    """A published note; `words` is Markdown by language."""

    id: str
    kind: str
    words: dict[str, str]
    dated_on: date
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PrintedDelivery:
    """That the letter was brought to an addressee, by its position among those printed."""

    addressee: int
    way: str
    delivered_on: date
    by_name: str
    acknowledged_on: date | None


@dataclass(frozen=True, slots=True)
class PrintedResponse:
    """What an addressee, or somebody else (`names`), answered; `words` is Markdown by language."""

    id: str
    addressee: int | None
    names: dict[str, str]
    responded_on: date
    words: dict[str, str]
    recommendations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class After:
    """Everything that is published of what happened to a letter since, the oldest first."""

    notes: tuple[PrintedNote, ...] = ()
    deliveries: tuple[PrintedDelivery, ...] = ()
    responses: tuple[PrintedResponse, ...] = ()
