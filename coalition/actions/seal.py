"""Sealing an edition: a signed manifest in each language, and a salted commitment to each who stands behind it.

Salts of names that are printed are public and go with their line. Salts of those that are not printed rest in the
vault; each organisation finds its own on its page, behind a code (docs/proof.md).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sqlalchemy import insert, select

from coalition import clock
from coalition.actions import signing_keys
from coalition.actions.proof import signers
from coalition.models import record
from coalition.models.consent import Consent
from coalition.models.edition import Edition, PublicLine
from coalition.models.manifest import Commitment, Manifest, Opening
from coalition.models.public import PublicLetter
from coalition.models.record import RecordEntry
from coalition.rendering.edition import printed_letter
from coalition.rendering.manifest import Around, commitment, manifest, room_for, statement, told_ways
from coalition.rendering.openings import lines_of_edition, of_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.proof import Signer

SALT_BYTES: Final = 32
TAKEN_OVER: Final = "taken_over"
"""The way of a line that came with a record: nobody agreed to it here."""


@dataclass(frozen=True, slots=True)
class _Committed:
    """A commitment and what opens it: a line with its salt, or a statement for the vault; neither where it is none."""

    hash: str
    line_id: UUID | None = None
    salt: bytes = b""
    withheld: dict[str, Any] | None = None


def seal(session: Session, edition: Edition) -> None:
    """Write and sign the manifests of an edition whose lines and public row are in place. Part of a verb.

    Withheld, uncounted and masked signatures are committed to like printed ones: by the number of commitments nobody
    learns whether there is any (`rendering.manifest.room_for`).
    """
    signet = signing_keys.in_use(session, now=clock.now())
    lines = lines_of_edition(session, edition)
    standing = signers(session, edition.letter)
    committed = _commit(edition, lines, [one for one in standing if not one.signature.is_public])
    _store(session, edition, committed)
    printed = printed_letter(session, session.get_one(PublicLetter, edition.letter_id))
    around = Around(
        letter=edition.letter_id.hex,
        signed_by=signet.fingerprint,
        record_head=edition.record_head,
        house_record_head=_head_of_the_house(session),
        commitments=[one.hash for one in committed],
        ways=told_ways(_ways(session, edition, lines, standing)),
    )
    for language in printed.languages:
        content = manifest(printed, language, around, _before(session, edition, language))
        session.add(
            Manifest(
                edition_id=edition.id,
                language=language,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                signature=signet.sign(content),
                jws=signet.sign_jws(content),
                key_id=signet.fingerprint,
            )
        )
    session.flush()


def _commit(edition: Edition, lines: Sequence[PublicLine], hidden: Sequence[Signer]) -> list[_Committed]:
    """Every commitment of the edition, sorted: of lines, of who is not printed, and of nobody."""
    found = [*(_of_line(edition, line) for line in lines), *(_of_hidden(edition, one) for one in hidden)]
    room = room_for(len(lines), edition.withheld_count or 0, len(hidden))
    found += [_Committed(secrets.token_hex(SALT_BYTES)) for _ in range(room - len(found))]
    return sorted(found, key=lambda one: one.hash)


def _of_line(edition: Edition, line: PublicLine) -> _Committed:
    salt = secrets.token_bytes(SALT_BYTES)
    return _Committed(commitment(of_line(edition, line, salt)), line_id=line.id, salt=salt)


def _of_hidden(edition: Edition, signer: Signer) -> _Committed:
    signature = signer.signature
    said = statement(
        letter=edition.letter_id.hex,
        edition=edition.number,
        version=edition.version.number,
        names=signature.printed_names,
        country=signer.country,
        kind=signature.kind,
        affiliation=signature.printed_affiliation,
        salt=secrets.token_hex(SALT_BYTES),
    )
    return _Committed(commitment(said), withheld={"signature": signature.id.hex, "statement": said})


def _store(session: Session, edition: Edition, committed: Sequence[_Committed]) -> None:
    """In the order of their values, which says nothing of who they are."""
    rows = [{"id": uuid4(), "edition_id": edition.id, "hash": one.hash} for one in committed]
    session.execute(insert(Commitment), rows)
    openings = [
        {"id": uuid4(), "commitment_id": row["id"], "public_line_id": one.line_id, "salt": one.salt}
        for row, one in zip(rows, committed, strict=True)
        if one.line_id
    ]
    if openings:
        session.execute(insert(Opening), openings)
    for row, one in zip(rows, committed, strict=True):
        if one.withheld:
            opening = Opening(commitment_id=row["id"])
            opening.withheld = one.withheld
            session.add(opening)
    session.flush()


def _ways(session: Session, edition: Edition, lines: Sequence[PublicLine], standing: Sequence[Signer]) -> Counter[str]:
    """How each printed signature came to agree to what is printed. Those that are not printed are not counted."""
    letter = edition.letter
    query = (
        select(Consent.signature_id, Consent.how)
        .where(Consent.version_id.in_(letter.agreed_version_ids), Consent.act.in_(("sign", "keep")))
        .order_by(Consent.number)
    )
    hows = {row.signature_id: row.how for row in session.execute(query)}
    by_index = {one.signature.public_index(): one.signature.id for one in standing if one.signature.is_public}
    return Counter(_way(line, by_index, hows) for line in lines)


def _way(line: PublicLine, by_index: dict[bytes, UUID], hows: dict[UUID, str]) -> str:
    if line.signature_index is None:
        return TAKEN_OVER
    return hows.get(by_index.get(line.signature_index) or line.id, "other")


def _before(session: Session, edition: Edition, language: str) -> str | None:
    """The hash of the manifest before this one, of the newest edition that was not undone."""
    return session.scalar(
        select(Manifest.sha256)
        .join(Edition, Manifest.edition_id == Edition.id)
        .where(
            Edition.letter_id == edition.letter_id,
            Edition.number < edition.number,
            Edition.undone_at.is_(None),
            Manifest.language == language,
        )
        .order_by(Edition.number.desc())
        .limit(1)
    )


def _head_of_the_house(session: Session) -> str:
    query = select(RecordEntry.hash).where(RecordEntry.chain == record.HOUSE_CHAIN)
    return session.scalar(query.order_by(RecordEntry.number.desc()).limit(1)) or record.GENESIS
