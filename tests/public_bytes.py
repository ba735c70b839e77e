"""What readers get of a letter, to compare worlds in which something differs that nobody may learn."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from sqlalchemy import select

from coalition.actions import rebuild
from coalition.database import db
from coalition.models.public import PublicBody
from coalition.rendering.proof_paths import JWS, MANIFEST, OPENINGS, SIGNATURE

PROOF: Final = 9
"""The files that prove an edition in two languages: four in each, and the openings."""

EDITIONS: Final = re.compile(r"/editions(\.json|/\d+(/[a-z-]+)?)?$")
"""Pages that print the hashes of copies as delivered, each made with a salt of its own."""
KEPT: Final = re.compile(rb"[0-9a-f]{64}")


def bodies_of(letter_id: object) -> dict[str, bytes]:
    """Every public address of the letter: its bytes, behind them its entity tag and its headers.

    What is random in the proof, and what is made from that, is left out; its number and its order are not.
    """
    rebuild.rebuild()
    db.session.rollback()
    rows = db.session.execute(
        select(PublicBody.path, PublicBody.content, PublicBody.etag, PublicBody.headers)
        .where(PublicBody.letter_id == letter_id, PublicBody.encoding == "")
        .order_by(PublicBody.path)
    )
    return {row.path: _told(row.path, row[1], row.etag) + f"\n{sorted(row.headers.items())}".encode() for row in rows}


def _told(path: str, content: bytes, etag: str) -> bytes:
    name = path.rpartition("/")[2]
    if name in {SIGNATURE, JWS}:
        return str(len(content)).encode()
    if name == OPENINGS:
        return json.dumps(_statements(json.loads(content)["openings"])).encode()
    if name == MANIFEST:
        return json.dumps(_facts(json.loads(content))).encode()
    if EDITIONS.search(path):
        return KEPT.sub(b"", content)
    return content + f"\n{etag}".encode()


def _statements(openings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    values = [one["commitment"] for one in openings]
    assert values == sorted(values)
    return sorted((one["statement"] | {"salt": len(one["statement"]["salt"])} for one in openings), key=str)


def _facts(manifest: dict[str, Any]) -> dict[str, Any]:
    values = manifest["commitments"]
    assert values == sorted(set(values))
    return manifest | {"record_head": "", "house_record_head": "", "commitments": [len(one) for one in values]}
