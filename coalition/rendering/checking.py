"""Checking the files of a proof against each other: anybody can, without keys of ours and without a database."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from coalition import signet
from coalition.models.fingerprint import canonical_json
from coalition.rendering.manifest import FORMAT, OPENINGS_FORMAT, commitment

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN_PROOF_FORMAT = "coalition-own-proof-1"
EDITION_FORMAT = "coalition-edition"


class NotAManifest(Exception):
    """The bytes are no manifest that this version reads."""


def read_manifest(content: bytes) -> dict[str, Any]:
    """The facts of a manifest. Raises NotAManifest."""
    try:
        facts = json.loads(content)
    except ValueError as error:
        raise NotAManifest from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise NotAManifest
    return facts


def problems_of_manifest(content: bytes, signature: bytes, public_key: bytes) -> Iterator[str]:
    """What is wrong with a manifest, its signature and its key; nothing where all is as it was signed."""
    facts = read_manifest(content)
    if not signet.is_signed(content, signature, public_key):
        yield "The signature is not of this manifest by this key: one of the three was changed."
    if facts.get("signed_by") != signet.fingerprint(public_key):
        yield "The manifest names another key than the one that was given."
    yield from problems_within(content)


def problems_within(content: bytes) -> Iterator[str]:
    """What in a manifest does not fit together."""
    facts = read_manifest(content)
    if canonical_json(facts) != content:
        yield "The manifest is not written as RFC 8785 says."
    if hashlib.sha256(str(facts.get("text", "")).encode()).hexdigest() != facts.get("text_sha256"):
        yield "The text in the manifest has another hash than the manifest says."
    committed = facts.get("commitments", [])
    if committed != sorted(set(committed)):
        yield "The commitments are not each there once, in their order."
    if facts.get("fingerprints", {}).get(facts.get("language")) != facts.get("fingerprint"):
        yield "The manifest has two fingerprints for its own language."


def problems_of_openings(content: bytes, manifest: bytes) -> Iterator[str]:
    """What in a file of statements (the public openings, or an organisation's own proof) the manifest does not have.

    Raises NotAManifest for a file that is neither.
    """
    facts = read_manifest(manifest)
    committed = set(facts["commitments"])
    for said in _statements(content):
        who = said.get("names", {}).get("und", "?")
        if said.get("letter") != facts["letter"]:
            yield f"{who}: the statement is about another letter."
        elif said.get("edition") == facts["edition"] and commitment(said) not in committed:
            yield f"{who}: the manifest has no commitment to this statement."
        elif said.get("edition") != facts["edition"]:
            yield f"{who}: the statement is about edition {said.get('edition')}, the manifest about another."


def problems_of_text(content: bytes, manifest: bytes) -> Iterator[str]:
    """Whether a kept text (text.txt) is the one of the manifest."""
    if hashlib.sha256(content).hexdigest() != read_manifest(manifest)["text_sha256"]:
        yield "The text is not the one that the manifest has."


def problems_of_edition(content: bytes, manifest: bytes) -> Iterator[str]:
    """What a letter's JSON form says otherwise than a manifest of its edition. Raises NotAManifest for another file."""
    facts = read_manifest(manifest)
    found = _object(content)
    if found.get("format") != EDITION_FORMAT:
        raise NotAManifest
    pairs = (
        ("edition", found.get("edition"), facts["edition"]),
        ("fingerprints", found.get("fingerprints"), facts["fingerprints"]),
        ("authoritative_language", found.get("authoritative_language"), facts["authoritative_language"]),
        ("published_at", found.get("published_at"), facts["published_at"]),
    )
    yield from (f"The JSON says another {name} than the manifest." for name, one, other in pairs if one != other)


def _statements(content: bytes) -> list[dict[str, Any]]:
    found = _object(content)
    if found.get("format") == OPENINGS_FORMAT:
        return [one["statement"] for one in found["openings"]]
    if found.get("format") == OWN_PROOF_FORMAT:
        return [one["statement"] for one in found["proofs"]]
    raise NotAManifest


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise NotAManifest from error
    if not isinstance(found, dict):
        raise NotAManifest
    return found
