"""Searching the names of one published list: answered for this reader, and never stored."""

from __future__ import annotations

from flask import Response, abort, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from coalition.database import db
from coalition.models.public import PublicLetter
from coalition.rendering import bodies
from coalition.rendering.edition import printed_letter
from coalition.rendering.page import path
from coalition.rendering.signatories_page import is_long, signatories_page
from coalition.web.audience import Audience, audience
from coalition.web.forms import shown
from coalition.web.public.door import answer, public


@public.get("/letters/<slug>/signatories")
@public.get("/letters/<slug>/signatories/<language>")
@audience(Audience.PUBLIC)
def signatories(slug: str, language: str = "") -> BaseResponse:
    """All names, or those that hold the words asked for; a short list stands on the letter's own page."""
    session = db.session()
    found = (
        session.scalar(select(PublicLetter).where(PublicLetter.slug == slug)) if bodies.SLUG.fullmatch(slug) else None
    )
    here = bodies.answer_at(session, request.path)
    if found is None:
        return abort(404)
    if here is None:
        if is_long(session, found) or found.retracted_at:
            return abort(404)
        letter = printed_letter(session, found)
        tag = language or letter.authoritative_language
        return redirect(path(letter, tag) + "#signatories", code=303) if tag in letter.texts else abort(404)
    asked = shown(request.args.get("q", "")).strip()
    if not asked:
        return answer()
    content = signatories_page(printed_letter(session, found), here.language, asked)
    return Response(content, headers=bodies.headers_of(here) | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})
