"""What readers get of a letter, to compare worlds in which something differs that nobody may learn."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from sqlalchemy import select

from coalition.actions import rebuild
from coalition.database import db
from coalition.models.public import PublicBody
from coalition.rendering import bodies
from coalition.rendering.proof_paths import JWS, MANIFEST, OPENINGS, SIGNATURE

PROOF: Final = 9
"""The files that prove an edition in two languages: four in each, and the openings."""

EDITIONS: Final = re.compile(r"/editions(\.json|/\d+(/[a-z-]+)?)?$")
"""Pages that print the hashes of copies as delivered, each made with a salt of its own."""
KEPT: Final = re.compile(rb"[0-9a-f]{64}")


def bodies_of(letter_id: object, *, with_slow: bool = True) -> dict[str, bytes]:
    """Every public address of the letter and of the site: its bytes, behind them its entity tag and its headers.

    What is kept ready, and what is made when somebody asks. What is random in the proof, and what is made from that, is
    left out; its number and its order are not. Not `with_slow`: but for what no request makes.
    """
    if with_slow:
        rebuild.rebuild()
    db.session.rollback()
    kept = select(PublicBody.path, PublicBody.content, PublicBody.etag, PublicBody.headers)
    rows = db.session.execute(kept.where(PublicBody.encoding == "").order_by(PublicBody.path)).all()
    found = {row.path: _told(row.path, row[1], row.etag) + _headers(row.headers) for row in rows}
    answers = [one for one in bodies.answers(db.session()) if one.letter_id in {letter_id, None}]
    if not with_slow:
        answers = [one for one in answers if not one.path.endswith(bodies.SLOW)]
    for one in answers:
        if one.path not in found:
            content = one.make()
            found[one.path] = _told(one.path, content, bodies.etag_of(content, "")) + _headers(bodies.headers_of(one))
    return {one.path: found[one.path] for one in answers}


def _headers(headers: dict[str, str]) -> bytes:
    return f"\n{sorted(headers.items())}".encode()


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
    made_of_what_is_random = {"record_head": "", "house_record_head": "", "previous_manifest_sha256": ""}
    return manifest | made_of_what_is_random | {"commitments": [len(one) for one in values]}
