"""The files of the proof at their public addresses: manifests with their signatures, openings, public keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import config, signet
from coalition.models.edition import Edition
from coalition.models.manifest import Manifest
from coalition.rendering.openings import public_openings
from coalition.rendering.proof_paths import JWS, MANIFEST, OPENINGS, SIGNATURE, TEXT, manifest_path
from coalition.rendering.signing_keys import KEYS, keys_json, pem_path, published_keys

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.public import PublicLetter

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """One file: its path from the site's root, and what makes it."""

    path: str
    media_type: str
    make: Callable[[], bytes]
    language: str = ""


def of_keys(session: Session) -> Iterator[ProofFile]:
    """The list of public keys, and each of them in PEM."""
    yield ProofFile(f"{KEYS}.json", JSON, lambda: keys_json(published_keys(session), config.settings().root))
    for key in published_keys(session):
        yield ProofFile(pem_path(key.key_id), "application/x-pem-file", partial(_pem, key.public_key))


def of_letter(session: Session, public: PublicLetter) -> Iterator[ProofFile]:
    """What proves each edition of a published letter, in each of its languages."""
    query = (
        select(
            Manifest.id,
            Manifest.language,
            Edition.id,
            Edition.number,
            Edition.printed["authoritative_language"].as_string(),
        )
        .join(Edition, Manifest.edition_id == Edition.id)
        .where(Edition.letter_id == public.letter_id, Edition.undone_at.is_(None))
        .order_by(Edition.number, Manifest.language)
    )
    for manifest_id, language, edition_id, number, authoritative in session.execute(query):
        is_authoritative = language == authoritative
        place = partial(manifest_path, public.slug, number, "" if is_authoritative else language)
        for name, (media_type, make) in _PARTS.items():
            yield ProofFile(place(name), media_type, partial(make, session, manifest_id))
        yield ProofFile(place(TEXT), "text/plain; charset=utf-8", partial(_text, session, manifest_id), language)
        if is_authoritative:
            yield ProofFile(place(OPENINGS), JSON, partial(_openings, session, edition_id))


def _pem(public_key: bytes) -> bytes:
    return signet.pem(public_key).encode()


def _content(session: Session, manifest_id: UUID) -> bytes:
    return session.get_one(Manifest, manifest_id).content


def _signature(session: Session, manifest_id: UUID) -> bytes:
    return session.get_one(Manifest, manifest_id).signature


def _jws(session: Session, manifest_id: UUID) -> bytes:
    found = session.get_one(Manifest, manifest_id)
    return signet.whole_jws(found.content, found.jws).encode()


def _text(session: Session, manifest_id: UUID) -> bytes:
    return str(json.loads(_content(session, manifest_id))["text"]).encode()


def _openings(session: Session, edition_id: UUID) -> bytes:
    return public_openings(session, session.get_one(Edition, edition_id))


_PARTS: Final[dict[str, tuple[str, Callable[[Session, UUID], bytes]]]] = {
    MANIFEST: (JSON, _content),
    SIGNATURE: ("application/octet-stream", _signature),
    JWS: ("application/jose", _jws),
}
