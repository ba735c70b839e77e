"""What opens the commitments of an edition, for readers: a statement for each line that is printed today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition.models.edition import Edition, PublicLine
from coalition.models.manifest import Commitment, Opening
from coalition.rendering.manifest import openings_json, statement

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def lines_of_edition(session: Session, edition: Edition) -> list[PublicLine]:
    """The lines that an edition prints, less those that were taken off since."""
    query = select(PublicLine).where(
        PublicLine.letter_id == edition.letter_id,
        PublicLine.from_edition <= edition.number,
        PublicLine.until_edition.is_(None) | (PublicLine.until_edition > edition.number),
    )
    return list(session.scalars(query.order_by(PublicLine.position)))


def of_line(edition: Edition, line: PublicLine, salt: bytes) -> dict[str, Any]:
    """The statement that the commitment to a line is made from."""
    return statement(
        letter=edition.letter_id.hex,
        edition=edition.number,
        version=edition.version.number,
        names=line.printed,
        country=line.country,
        kind=line.kind,
        affiliation=line.affiliation,
        salt=salt.hex(),
    )


def public_openings(session: Session, edition: Edition) -> bytes:
    """The statements of an edition's lines as JSON."""
    query = (
        select(Opening.salt, PublicLine)
        .join(Commitment, Opening.commitment_id == Commitment.id)
        .join(PublicLine, Opening.public_line_id == PublicLine.id)
        .where(Commitment.edition_id == edition.id)
    )
    said = [of_line(edition, line, salt) for salt, line in session.execute(query) if salt]
    return openings_json(edition.letter_id.hex, edition.number, said)
