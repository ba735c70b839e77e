"""Looking whether readers get what was agreed to: what editions print, lines, the acts behind them, stored answers.

Part of `coalition.actions.verify`. No page is made anew for it: a later version of ours may word one otherwise.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import func, select

from coalition.actions.proof import signers
from coalition.models.consent import Consent
from coalition.models.edition import PublicLine
from coalition.models.letter import Letter
from coalition.models.manifest import Commitment, Opening
from coalition.models.note import Note
from coalition.models.public import PublicBody
from coalition.models.record import RecordEntry, chain_of
from coalition.models.signature import Signature
from coalition.models.version import FINGERPRINTED
from coalition.rendering.bodies import etag_of
from coalition.rendering.edition import shown_withheld
from coalition.vault import SealBroken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from coalition.models.edition import Edition

IN_THE_LEDGER: Final = {"sign": ("signed", "withheld"), "withdraw": ("withdrawn",)}
"""Acts of the ledger of consents, and what the record calls them."""


def of_facts(edition: Edition) -> Iterator[str]:
    """Whether an edition prints the texts of its version, each part that the fingerprint is made of."""
    facts = edition.printed
    for language, parts in facts["texts"].items():
        text = edition.version.text(language)
        if text is None or text.fingerprint != facts["fingerprints"].get(language):
            yield f"the fingerprint in {language} is not the one of its version."
            continue
        other = [name for name in FINGERPRINTED if parts[name] != getattr(text, name)]
        if _addressees(facts["addressees"], language) != text.printed_addressees:
            other.append("addressees")
        yield from (f"the {name} in {language} is not what was agreed to." for name in other)


def _addressees(facts: list[dict[str, Any]], language: str) -> list[dict[str, str]]:
    parts = (("style", "styles"), ("name", "names"), ("office", "offices"))
    return [
        {"block": one["block"]} | {part: one[all_].get(language) or one[all_].get("und", "") for part, all_ in parts}
        for one in facts
    ]


def of_numbers(edition: Edition, facts: Mapping[str, Any]) -> Iterator[str]:
    """Whether the figures of an edition are those that its manifest signs."""
    if any(edition.figures.get(name) != count for name, count in facts["figures"].items()):
        yield "its figures is not what the database has."
    count, threshold = edition.withheld_count, edition.printed["withheld_threshold"]
    if facts["withheld_count"] != shown_withheld(count or 0, count, threshold):
        yield "its withheld_count is not what the database has."


def of_names(session: Session, edition: Edition) -> Iterator[str]:
    """Whether who stood behind a release by name, and does so still, is printed or left what a masked name leaves.

    Of later editions this can not be said: who comes late waits for a coordinator. Opens the vault.
    """
    if edition.how != "release":
        return
    of_edition = select(Opening).join(Commitment).where(Commitment.edition_id == edition.id)
    in_vault = session.scalars(of_edition.where(Opening.public_line_id.is_(None))).all()
    known = {kept["signature"] for kept in map(_kept, in_vault) if kept}
    printed = set(session.scalars(select(PublicLine.signature_index).where(PublicLine.letter_id == edition.letter_id)))
    moment = edition.published_at
    gone = sum(
        signature.public_index() not in printed
        and signature.id.hex not in known
        and all(datetime.fromisoformat(one.at) <= moment for one in signature.consents)
        for signature in (one.signature for one in signers(session, edition.letter))
        if signature.is_public and signature.consents
    )
    if gone:
        yield f"of those who stand behind it by name, {gone} went from its list without an act."


def _kept(opening: Opening) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] | None = opening.withheld
    except SealBroken:
        return None  # said with the others
    return kept


def of_lines(session: Session, slugs: Mapping[UUID, str]) -> Iterator[str]:
    """Whether behind each line of a list stands a signature that may be printed. Opens the vault."""
    records = set(session.scalars(select(Letter.id).where(Letter.imported_at.is_not(None))))
    for letter_id in session.scalars(select(PublicLine.letter_id).distinct()).all():
        signed = {one.id.hex: one for one in session.scalars(select(Signature).where(Signature.letter_id == letter_id))}
        for line in session.scalars(select(PublicLine).where(PublicLine.letter_id == letter_id)):
            if not (_is_signed(line, signed) if line.signature_index else letter_id in records):
                yield f"{slugs[letter_id]}: nobody’s signature stands behind the line “{line.printed['und']}”."


def _is_signed(line: PublicLine, signed: Mapping[str, Signature]) -> bool:
    try:
        signature = signed.get(line.signature or "")
    except SealBroken:
        return False
    return signature is not None and signature.is_public and signature.public_index() == line.signature_index


def of_acts(session: Session, slugs: Mapping[UUID, str]) -> Iterator[str]:
    """Whether the ledger has every act that the record has, and each signature all of its acts. Opens the vault."""
    told: Counter[tuple[str, str]] = Counter()
    for entry in session.scalars(select(RecordEntry).where(RecordEntry.verb == "answered")):
        try:
            told[entry.chain, (entry.detail or {}).get("act", "")] += 1
        except SealBroken:
            continue  # said with the record
    query = select(Signature.letter_id, Consent.act, func.count()).join(Consent, Consent.signature_id == Signature.id)
    kept = {
        (letter_id, act): count
        for letter_id, act, count in session.execute(query.group_by(Signature.letter_id, Consent.act))
    }
    for letter_id, slug in slugs.items():
        for act, names in IN_THE_LEDGER.items():
            found, said = kept.get((letter_id, act), 0), sum(told[chain_of(letter_id), name] for name in names)
            if found < said:
                yield f"{slug}: the record tells of {said} acts “{act}”, and the ledger has {found}."
    acts = select(Consent.signature_id, func.count(), func.max(Consent.number)).group_by(Consent.signature_id)
    whole = {id_ for id_, count, last in session.execute(acts) if count == last}
    for id_, letter_id in session.execute(select(Signature.id, Signature.letter_id)):
        if id_ not in whole:
            yield f"{slugs[letter_id]}: a signature lacks one of its acts of consent."


def of_notes(session: Session, slugs: Mapping[UUID, str]) -> Iterator[str]:
    """Whether each note that was published says what the record says it said. Opens the vault."""
    for entry in session.scalars(select(RecordEntry).where(RecordEntry.verb == "note published")):
        try:
            said = entry.detail
        except SealBroken:
            continue  # said with the record
        note = session.get(Note, UUID(said["note"])) if said else None
        if said and (note is None or (note.kind, note.words) != (said["kind"], said["words"])):
            yield f"{slugs[UUID(entry.chain)]}: a note is not the one that was published."


def of_answers(session: Session) -> Iterator[str]:
    """Whether each stored answer is the one that was put there."""
    stored = select(PublicBody.path, PublicBody.encoding, PublicBody.content, PublicBody.etag)
    for path, encoding, content, etag in session.execute(stored.execution_options(yield_per=50)):
        if etag_of(content, encoding) != etag:
            yield f"{path}: what readers get there ({encoding or 'plain'}) was changed."
