"""Looking whether the database is what was done: records, tallies, texts, manifests, commitments. Changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition import signet
from coalition.actions import verify_printed
from coalition.actions.provenance import provenance
from coalition.models.consent import Consent
from coalition.models.edition import Edition, PublicLine
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, Tally
from coalition.models.manifest import Commitment, Manifest, Opening, SigningKey
from coalition.models.record import HOUSE_CHAIN, ChainBroken, RecordEntry, chain_of, hash_of_detail, verify
from coalition.models.signature import Signature
from coalition.models.version import Text, Version
from coalition.rendering.checking import problems_within, read_manifest
from coalition.rendering.manifest import commitment, instant
from coalition.rendering.openings import of_line
from coalition.vault import SealBroken

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.manifest import Manifest as ManifestRow

CHAIN_AT_ONCE = 2000
NEVER = datetime.min.replace(tzinfo=UTC)


def problems(session: Session) -> Iterator[str]:
    """Everything that does not fit together, one sentence each; nothing where all is well. Opens the vault."""
    slugs = {letter.id: letter.slug for letter in session.scalars(select(Letter))}
    names = {chain_of(letter_id): slug for letter_id, slug in slugs.items()} | {HOUSE_CHAIN: "the house"}
    yield from _of_records(session, names)
    yield from _of_tallies(session)
    yield from _of_texts(session, slugs)
    yield from _of_keys(session)
    yield from verify_printed.of_acts(session, slugs)
    yield from verify_printed.of_notes(session, slugs)
    yield from verify_printed.of_lines(session, slugs)
    yield from verify_printed.of_answers(session)
    for edition in session.scalars(select(Edition).order_by(Edition.letter_id, Edition.number)):
        where = f"{slugs[edition.letter_id]}, edition {edition.number}"
        yield from (f"{where}: {words}" for words in _of_edition(session, edition))


def _of_records(session: Session, names: dict[str, str]) -> Iterator[str]:
    """Each chain in its order. An entry that was cut off the end is found by the heads in the manifests."""
    query = (
        select(RecordEntry).order_by(RecordEntry.chain, RecordEntry.number).execution_options(yield_per=CHAIN_AT_ONCE)
    )
    for chain, entries in groupby(session.scalars(query), key=lambda one: one.chain):
        name, listed = names.get(chain, chain), list(entries)
        try:
            verify(listed)
        except ChainBroken as broken:
            yield f"The record of {name} was altered: {broken}"
        for entry in listed:
            if not _is_detail_whole(entry):
                yield f"The record of {name} was altered: the detail of entry {entry.number} is not the one it had."


def _is_detail_whole(entry: RecordEntry) -> bool:
    """Whether a detail that was not erased is the one that was written."""
    try:
        detail, nonce = entry.detail, entry.nonce
    except SealBroken:
        return False
    return detail is None or nonce is None or hash_of_detail(detail, nonce) == entry.detail_hash


def _of_tallies(session: Session) -> Iterator[str]:
    """Counted anew: standing signatures of organisations and persons, withheld, uncounted, waiting; asked, declined."""
    for letter in session.scalars(select(Letter)):
        tally = session.get(Tally, letter.id)
        if tally is None:
            yield f"{letter.slug}: there is no tally."
            continue
        for name, count in _counted(session, letter).items():
            if getattr(tally, name) != count:
                yield f"{letter.slug}: the tally says {getattr(tally, name)} {name}, and there are {count}."
        for name, count in _asked(session, letter).items():
            said = getattr(tally, name)
            # Who was asked is forgotten long after the closing, and stays counted: then it can only be more.
            if said < count or (said > count and letter.forgotten_at is None):
                yield f"{letter.slug}: the tally says {said} {name}, and there are {count}."


def _counted(session: Session, letter: Letter) -> dict[str, int]:
    rows = session.execute(
        select(Signature.kind, Signature.visibility, Signature.version_id).where(
            Signature.letter_id == letter.id, Signature.ended_on.is_(None), Signature.suspended_at.is_(None)
        )
    ).all()
    organisations = [row for row in rows if row.kind == "organisation"]
    agreed = set(letter.agreed_version_ids)
    return {
        "signed": len(organisations),
        "withheld": sum(row.visibility == "withheld" for row in organisations)
        + (provenance(session, letter).withheld or 0),
        "uncounted": sum(row.visibility == "uncounted" for row in organisations),
        "individuals": len(rows) - len(organisations),
        "waiting": sum(row.version_id not in agreed for row in organisations),
    }


def _asked(session: Session, letter: Letter) -> dict[str, int]:
    """Of organisations: how many are asked, and of how many the last answer is that they decline. Opens the vault."""
    asked = session.scalars(select(Invitation).where(Invitation.letter_id == letter.id)).all()
    answered = sorted((one for one in asked if one.answered_at is not None), key=lambda one: one.answered_at or NEVER)
    last = {one.organisation_id: one.answer_kind for one in answered}
    return {
        "invited": len({one.organisation_id for one in asked if one.part != "told"}),
        "declined": sum(kind == "decline" for kind in last.values()),
    }


def _of_texts(session: Session, slugs: dict[Any, str]) -> Iterator[str]:
    """Every fingerprint is made again from the words, and every act of consent names one of them."""
    known: set[tuple[Any, str, str | None]] = set()
    query = select(Text, Version).join(Version, Text.version_id == Version.id).where(Text.fingerprint.is_not(None))
    for text, version in session.execute(query):
        known.add((version.id, text.language, text.fingerprint))
        if text.compute_fingerprint() != text.fingerprint:
            yield (
                f"{slugs[version.letter_id]}: the text of version {version.number} in {text.language} is not the one "
                "that has its fingerprint."
            )
    acts = session.execute(
        select(Consent.version_id, Consent.language, Consent.fingerprint, Signature.letter_id)
        .join(Signature, Consent.signature_id == Signature.id)
        .where(Consent.act.in_(("sign", "keep")))
        .distinct()
    )
    for version_id, language, fingerprint, letter_id in acts:
        if (version_id, language, fingerprint) not in known:
            yield f"{slugs[letter_id]}: an act of consent names a text that is not there ({fingerprint})."


def _of_keys(session: Session) -> Iterator[str]:
    for key in session.scalars(select(SigningKey)):
        if signet.fingerprint(key.public_key) != key.key_id:
            yield f"The public key {key.key_id} was exchanged: it is not the one of that fingerprint."


def _of_edition(session: Session, edition: Edition) -> Iterator[str]:
    manifests = session.scalars(
        select(Manifest).where(Manifest.edition_id == edition.id).order_by(Manifest.language)
    ).all()
    if not _is_entry(session, edition.record_head, chain_of(edition.letter_id)):
        yield "the record is shorter than it was: the entry that stood last when it was published is gone."
    yield from verify_printed.of_facts(edition)
    if not manifests:
        return  # published before manifests were made
    committed = set(session.scalars(select(Commitment.hash).where(Commitment.edition_id == edition.id)))
    for manifest in manifests:
        yield from (f"manifest in {manifest.language}: {words}" for words in _of_manifest(session, manifest, committed))
    if {one.language for one in manifests} != set(edition.printed["texts"]):
        yield "there is not one manifest for each language."
    yield from _of_openings(session, edition)


def _of_manifest(session: Session, manifest: ManifestRow, committed: set[str]) -> Iterator[str]:
    edition, content = manifest.edition, manifest.content
    public_key = session.get_one(SigningKey, manifest.key_id).public_key
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        yield "its bytes were changed."
    if not signet.is_signed(content, manifest.signature, public_key):
        yield "the signature is not of these bytes."
    if not signet.is_signed_jws(content, manifest.jws, public_key):
        yield "the JWS is not of these bytes."
    yield from problems_within(content)
    facts = read_manifest(content)
    expected = {
        "letter": edition.letter_id.hex,
        "edition": edition.number,
        "version": edition.version.number,
        "language": manifest.language,
        "record_head": edition.record_head,
        "published_at": instant(edition.published_at),
        "fingerprints": edition.printed["fingerprints"],
        "commitments": sorted(committed),
        "signed_by": manifest.key_id,
    }
    yield from (f"its {name} is not what the database has." for name, value in expected.items() if facts[name] != value)
    yield from verify_printed.of_numbers(edition, facts)
    if not _is_entry(session, facts["house_record_head"], HOUSE_CHAIN):
        yield "the record of the house is shorter than it was then."
    if facts["previous_manifest_sha256"] and not _is_manifest(session, facts["previous_manifest_sha256"]):
        yield "the manifest before it is gone."


def _of_openings(session: Session, edition: Edition) -> Iterator[str]:
    """Each line opens a commitment, and each statement in the vault does."""
    rows = session.execute(
        select(Opening, Commitment.hash)
        .join(Commitment, Opening.commitment_id == Commitment.id)
        .options(joinedload(Opening.line))
        .where(Commitment.edition_id == edition.id)
    ).all()
    opened = set()
    for opening, value in rows:
        line = opening.line
        if line is not None:
            opened.add(line.id)
            said = of_line(edition, line, opening.salt or b"")
            if not _is_within(line, edition):
                yield f"the line “{line.printed['und']}” stands in other editions than it did."
        else:
            try:
                kept = opening.withheld
            except SealBroken:
                yield "a statement in the vault does not open."
                continue
            if kept is None:
                yield "a name that it was made with went without an act that took it off."
                continue
            said = kept["statement"]
        if said and commitment(said) != value:
            who = "a statement in the vault" if line is None else f"the line “{line.printed['und']}”"
            yield f"{who} is not the one that was committed to."
    printed = session.execute(
        select(PublicLine.id, PublicLine.printed).where(
            PublicLine.letter_id == edition.letter_id,
            PublicLine.from_edition <= edition.number,
            PublicLine.until_edition.is_(None) | (PublicLine.until_edition > edition.number),
        )
    )
    if edition.undone_at is None:
        yield from (f"the line “{names['und']}” was put there since." for id_, names in printed if id_ not in opened)
        yield from verify_printed.of_names(session, edition)


def _is_within(line: PublicLine, edition: Edition) -> bool:
    """Whether a line is one of an edition's."""
    return line.from_edition <= edition.number and (line.until_edition is None or line.until_edition > edition.number)


def _is_entry(session: Session, head: str, chain: str) -> bool:
    return (
        session.scalar(select(RecordEntry.id).where(RecordEntry.chain == chain, RecordEntry.hash == head).limit(1))
        is not None
    )


def _is_manifest(session: Session, sha256: str) -> bool:
    return session.scalar(select(Manifest.id).where(Manifest.sha256 == sha256).limit(1)) is not None


def counted(session: Session) -> dict[str, int]:
    """How much was looked at: what to say where nothing is wrong."""
    chains = session.scalars(select(RecordEntry.chain).distinct()).all()
    manifests = session.scalars(select(Manifest.content)).all()
    return {
        "records": len(chains),
        "manifests": len(manifests),
        "commitments": sum(len(json.loads(one)["commitments"]) for one in manifests),
    }
