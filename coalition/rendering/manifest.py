"""The manifest of an edition in one language, and the commitments to its signatories (docs/proof.md).

A name stands in no manifest, only the hash of a statement that holds it with 256 random bits: whoever has the statement
can check it against the manifest, and once it is gone nothing is left to guess by. So the names of the leads and the
list are left out of the manifest's text as well: an unsalted hash over them could be tried with every name there is.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from coalition.models.fingerprint import canonical_json
from coalition.rendering.plain import plain_text
from coalition.rendering.printed_after import After
from coalition.rendering.words import filled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from coalition.rendering.printed import PrintedLetter

FORMAT: Final = "coalition-manifest-1"
OPENINGS_FORMAT: Final = "coalition-openings-1"
STEP: Final = 10
"""The number of commitments is a multiple of it, and at least as many as this open to nobody."""
FEW: Final = 3
"""Fewer signatures than this that came in one way are not counted apart."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a manifest says beside what its pages print."""

    letter: str
    """The letter's id, which stands in its fingerprints."""
    signed_by: str
    """The fingerprint of the key."""
    record_head: str
    house_record_head: str
    commitments: Sequence[str]
    ways: Mapping[str, int | None]
    """How the signatures on the list came, each way with its number; None for fewer than three."""


def manifest(letter: PrintedLetter, language: str, around: Around, previous: str | None) -> bytes:
    """The bytes to sign. `previous`: SHA-256 of the manifest of the edition before, in the same language."""
    text = text_alone(letter, language)
    return canonical_json(
        {
            "format": FORMAT,
            "letter": around.letter,
            "address": letter.address(language),
            "edition": letter.edition,
            "version": letter.version,
            "language": language,
            "authoritative_language": letter.authoritative_language,
            "title": filled(letter, language).title or None,
            "fingerprint": letter.fingerprints[language],
            "fingerprints": letter.fingerprints,
            "figures": asdict(letter.figures),
            "withheld_count": letter.withheld_count,
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "published_at": instant(letter.published_at),
            "previous_manifest_sha256": previous,
            "record_head": around.record_head,
            "house_record_head": around.house_record_head,
            "ways": dict(around.ways),
            "commitments": sorted(around.commitments),
            "signed_by": around.signed_by,
        }
    )


def text_alone(letter: PrintedLetter, language: str) -> str:
    """The plain text of an edition without a name: neither the list, nor how many are withheld, nor who led it.

    Nor has it what stands around the text: photo and caption, and what happened since.
    """
    bare = replace(letter, groups=(), withheld_count=None, leads=(), photo=None, after=After())
    return plain_text(bare, language)


def instant(moment: datetime) -> str:
    """A moment as manifests have it: RFC 3339 in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def statement(
    *,
    letter: str,
    edition: int,
    version: int,
    names: dict[str, str],
    country: str,
    kind: str,
    affiliation: str,
    salt: str,
) -> dict[str, Any]:
    """What is committed to: that this signatory, printed so, stands behind this edition. `salt` is 64 random digits."""
    return {
        "letter": letter,
        "edition": edition,
        "version": version,
        "names": names,
        "country": country,
        "kind": kind,
        "affiliation": affiliation,
        "salt": salt,
    }


def commitment(said: Mapping[str, Any]) -> str:
    """The hash of a statement: SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical_json(dict(said))).hexdigest()


def room_for(lines: int, said: int, hidden: int) -> int:
    """How many commitments an edition gets: a number that tells nothing beside what its page says.

    `lines` names are on the list, `said` is the withheld number as printed (0 where none is), `hidden` is how many
    there are that no line prints. Beyond what is printed there is always room for ten more, so that the number is the
    same whether a hidden one is there or not; were there ever more, the room doubles.
    """
    beyond = STEP
    while said + beyond < hidden:
        beyond *= 2
    return -(-(lines + said + beyond) // STEP) * STEP


def told_ways(counted: Mapping[str, int]) -> dict[str, int | None]:
    """How many came in each way; a number so small that it could point at somebody is not said."""
    return {way: number if number >= FEW else None for way, number in counted.items() if number}


def openings_json(letter: str, edition: int, statements: Sequence[Mapping[str, Any]]) -> bytes:
    """The statements of all names on the list today, each with its commitment, sorted by that."""
    entries = sorted(({"commitment": commitment(said), "statement": said} for said in statements), key=_commitment)
    document = {"format": OPENINGS_FORMAT, "letter": letter, "edition": edition, "openings": entries}
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _commitment(entry: dict[str, Any]) -> str:
    return str(entry["commitment"])
