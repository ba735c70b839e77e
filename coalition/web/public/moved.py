"""Addresses that moved, and letters that were retracted: looked at before any page under a letter's address is made."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from coalition.database import db
from coalition.models.edition import Edition
from coalition.models.house import House
from coalition.models.public import PublicLetter
from coalition.models.site import SlugHistory
from coalition.rendering import bodies
from coalition.rendering.retracted import media_type, retracted
from coalition.web.public.door import public

API: Final = "/api/v1/letters/"
ABOVE: Final = (bodies.LETTERS, API)
"""Above the end of a letter's address, in everything that readers can ask for."""


@public.before_request
def lead_to_where_it_is() -> BaseResponse | None:
    """Lead on from an old address in every form; say of a retracted letter that it is, also to a form sent there."""
    above = next((one for one in ABOVE if request.path.startswith(one)), "")
    if not above:
        return None
    rest = request.path.removeprefix(above)
    slug = rest.partition("/")[0].partition(".")[0]
    if not bodies.SLUG.fullmatch(slug):
        return None
    found = db.session.scalar(select(PublicLetter).where(PublicLetter.slug == slug))
    if found is not None:
        return _retracted(found, rest.removeprefix(slug)) if found.retracted_at else None
    if request.method not in {"GET", "HEAD"}:
        return None
    moved = select(PublicLetter.slug).join(SlugHistory, SlugHistory.letter_id == PublicLetter.letter_id)
    present = db.session.scalar(moved.where(SlugHistory.slug == slug))
    if present is None:
        return None
    query = request.query_string.decode("latin-1")
    target = above + present + rest.removeprefix(slug)
    return redirect(target + (f"?{query}" if query else ""), code=HTTPStatus.MOVED_PERMANENTLY)


def _retracted(found: PublicLetter, rest: str) -> Response:
    house = db.session.scalars(select(House).limit(1)).one()
    edition = db.session.get_one(Edition, found.edition_id)
    segments = rest.replace(".", "/").split("/")
    language = next((one for one in segments if one in edition.printed["texts"]), "")
    is_for_programs = rest.endswith(".json") or request.path.startswith(API)
    usual = "application/json" if is_for_programs else bodies.HTML
    kind = media_type(request.path, usual)
    answer = Response(retracted(house, found, edition, language, kind), status=HTTPStatus.GONE, content_type=kind)
    answer.headers["Cache-Control"] = "public, max-age=30, must-revalidate"
    answer.headers["X-Robots-Tag"] = "noindex"
    if kind == bodies.HTML:
        answer.headers["Content-Security-Policy"] = bodies.PAGE_POLICY
    return answer
