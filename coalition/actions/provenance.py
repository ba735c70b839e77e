"""What a letter that was taken over from a record brought with it, and what of that is to be printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition.intake.facts_as_json import as_value, facts_of
from coalition.intake.letter_facts import Address, Edition, Retraction
from coalition.models.edition import PublicLine
from coalition.models.record import RecordEntry, chain_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter

TAKEN_OVER = "taken over"
"""The verb under which the letter's own record keeps these facts."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The facts of a record beside texts and lines. A letter that was signed here has none: all is empty."""

    edition: int | None = None
    published_at: datetime | None = None
    withheld: int | None = None
    """How many names the record says were withheld; None where it does not say."""
    leads: list[dict[str, str]] = field(default_factory=list)
    """Who led it, where that is not what the list says."""
    leads_listed: list[str] = field(default_factory=list)
    """The canonical names of those among them whom the list named too: they lead as long as it does."""
    version: int | None = None
    """The number of the version that its edition printed; None where there is but one to print."""
    languages: list[str] = field(default_factory=list)
    """The languages that its edition printed, where its version had more."""
    editions: list[Edition] = field(default_factory=list)
    """Its editions elsewhere."""
    addresses: list[Address] = field(default_factory=list)
    """Where it stood elsewhere."""
    retraction: Retraction | None = None
    """That it was retracted elsewhere: released here, it says so from the first instant."""
    is_record: bool = False

    @property
    def says_withheld(self) -> bool:
        """Whether the number of withheld names may be said: what a record is silent about, nobody here knows."""
        return not self.is_record or self.withheld is not None

    def as_detail(self) -> dict[str, Any]:
        """The facts as the record keeps them; `provenance` reads them."""
        return {
            "edition": self.edition,
            "published_at": self.published_at.isoformat() if self.published_at else None,
            "withheld": self.withheld,
            "leads": self.leads,
            "leads_listed": self.leads_listed,
            "version": self.version,
            "languages": self.languages,
            "editions": [as_value(one) for one in self.editions],
            "addresses": [as_value(one) for one in self.addresses],
            "retraction": as_value(self.retraction),
        }


def provenance(session: Session, letter: Letter) -> Provenance:
    """Where a letter comes from. Opens the vault."""
    if letter.imported_at is None:
        return Provenance()
    query = select(RecordEntry).where(RecordEntry.chain == chain_of(letter.id), RecordEntry.verb == TAKEN_OVER)
    detail: dict[str, Any] = session.scalars(query).one().detail
    published_at, retraction = detail.pop("published_at"), detail.pop("retraction", None)
    return Provenance(
        published_at=datetime.fromisoformat(published_at) if published_at else None,
        editions=[facts_of(Edition, one) for one in detail.pop("editions", ())],
        addresses=[facts_of(Address, one) for one in detail.pop("addresses", ())],
        retraction=facts_of(Retraction, retraction) if retraction else None,
        is_record=True,
        **detail,
    )


def taken_over_lines(session: Session, letter: Letter) -> list[PublicLine]:
    """The lines that came with the letter, in their order; none is a signature."""
    query = select(PublicLine).where(PublicLine.letter_id == letter.id, PublicLine.signature_index.is_(None))
    return list(session.scalars(query.order_by(PublicLine.position)))
