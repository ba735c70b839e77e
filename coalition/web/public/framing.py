"""How programs learn to frame a letter (oembed.com): asked by its address, answered with the code of a frame."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from flask import Response, abort, request
from sqlalchemy import select

from coalition import config
from coalition.database import db
from coalition.models.public import PublicLetter
from coalition.rendering import bodies
from coalition.rendering.archive import outlines
from coalition.rendering.passing_on import HEIGHT, WIDTH
from coalition.rendering.passing_on import oembed as facts_of
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public

if TYPE_CHECKING:
    from uuid import UUID

LONGEST: Final = 500
SMALLEST: Final = 120
"""Pixels: what is less is no frame in which a letter could be read."""


@public.get("/oembed")
@audience(Audience.PUBLIC)
def oembed() -> Response:
    """The frame of the letter at `url`; 404 for what is none, 501 for another format than JSON."""
    if request.args.get("format", "json") != "json":
        return Response(status=501)
    found = _asked_for(request.args.get("url", "")[:LONGEST])
    if found is None:
        abort(404)
    letter_id, language = found
    letters = [letter for _, letter in outlines(db.session(), [letter_id])]
    width, height = _pixels("maxwidth", WIDTH), _pixels("maxheight", HEIGHT)
    answer = facts_of(letters[0], language, most_wide=width, most_high=height)
    kept = {"Cache-Control": "public, max-age=30, must-revalidate", "Cross-Origin-Resource-Policy": "cross-origin"}
    content = json.dumps(answer, ensure_ascii=False)
    return Response(content, content_type="application/json", headers=kept)


def _asked_for(address: str) -> tuple[UUID, str] | None:
    """The letter and the language of one of our addresses; None for any other, and for a letter that was retracted."""
    root = config.settings().root
    if not address.startswith(f"{root}{bodies.LETTERS}"):
        return None
    found = bodies.answer_at(db.session(), re.split(r"[?#]", address.removeprefix(root))[0])
    if found is None or found.letter_id is None or not found.language:
        return None
    query = select(PublicLetter.letter_id).where(
        PublicLetter.letter_id == found.letter_id, PublicLetter.retracted_at.is_(None)
    )
    return (found.letter_id, found.language) if db.session.scalar(query) else None


def _pixels(name: str, usual: int) -> int:
    typed = request.args.get(name, "")
    return max(int(typed), SMALLEST) if typed.isdecimal() and len(typed) <= 5 else usual
