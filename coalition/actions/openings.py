"""What opens the commitments of a signature: kept when the name leaves the list, and shown to its organisation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from coalition import config
from coalition.models.edition import Edition, PublicLine
from coalition.models.manifest import Commitment, Manifest, Opening
from coalition.models.public import PublicLetter
from coalition.rendering.checking import OWN_PROOF_FORMAT
from coalition.rendering.manifest import commitment
from coalition.rendering.openings import of_line
from coalition.rendering.proof_paths import manifest_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.signature import Signature

FORMAT: Final = OWN_PROOF_FORMAT


def keep_for_its_own(session: Session, signature: Signature) -> None:
    """Bring what opens a signature's commitments into the vault, before its line goes.

    Nobody else can open them from then on; an organisation whose signature stands still can, on its own page. Of one
    that ended the salt is gone for good, and a sealed blank stays: a stolen file does not tell who withdrew.
    """
    for opening, line, edition in _of_lines(session, signature):
        assert opening.salt is not None  # noqa: S101 -- the database keeps it beside the line  # nosec B101
        is_over = signature.ended_on is not None
        said = {} if is_over else of_line(edition, line, opening.salt)
        opening.public_line_id, opening.salt = None, None
        opening.withheld = {"signature": "" if is_over else signature.id.hex, "statement": said}
    session.flush()


def own_proof(session: Session, signature: Signature) -> list[dict[str, Any]]:
    """What the organisation of a signature can prove by, for each edition that is public, the latest first.

    Each has the number of the `edition`, the `statement` with its salt, the `commitment` that it hashes to, and the
    address of the `manifest` that has it. Opens the vault. Nothing for one that does not stand, or is disputed.
    """
    public = session.get(PublicLetter, signature.letter_id)
    if public is None or signature.ended_on is not None or signature.suspended_at is not None:
        return []
    said = {edition.number: of_line(edition, line, opening.salt or b"") for opening, line, edition in
            _of_lines(session, signature)}  # fmt: skip
    for opening, edition in _in_the_vault(session, signature.letter_id):
        kept = opening.withheld
        if kept["signature"] == signature.id.hex:
            said[edition.number] = kept["statement"]
    return [
        {
            "edition": number,
            "statement": said[number],
            "commitment": commitment(said[number]),
            "manifest": config.settings().root + manifest_path(public.slug, number, "", "manifest.json"),
        }
        for number in sorted(said, reverse=True)
    ]


def own_proof_json(session: Session, signature: Signature) -> bytes:
    """The same as a file to keep."""
    document = {"format": FORMAT, "proofs": own_proof(session, signature)}
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _of_lines(session: Session, signature: Signature) -> Iterator[tuple[Opening, PublicLine, Edition]]:
    query = (
        select(Opening, PublicLine, Edition)
        .join(PublicLine, Opening.public_line_id == PublicLine.id)
        .join(Commitment, Opening.commitment_id == Commitment.id)
        .join(Edition, Commitment.edition_id == Edition.id)
        .where(PublicLine.signature_index == signature.public_index(), Edition.undone_at.is_(None))
    )
    for row in session.execute(query).all():
        yield row[0], row[1], row[2]


def _in_the_vault(session: Session, letter_id: UUID) -> Iterator[tuple[Opening, Edition]]:
    query = (
        select(Opening, Edition)
        .join(Commitment, Opening.commitment_id == Commitment.id)
        .join(Edition, Commitment.edition_id == Edition.id)
        .where(Edition.letter_id == letter_id, Edition.undone_at.is_(None), Opening.public_line_id.is_(None))
        .where(Edition.id.in_(select(Manifest.edition_id)))
    )
    for row in session.execute(query).all():
        yield row[0], row[1]
