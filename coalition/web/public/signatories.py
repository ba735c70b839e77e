"""Searching the names of one published list: answered for this reader, and never stored."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARE = 0.25
"""Of a core, that searches may take of each process."""
STORE = 5.0
"""Seconds of it that may be used up at once."""


class Allowance:
    """The processor time that searches may use: it fills at its share, and who finds it empty is asked to wait."""

    def __init__(self, now: Callable[[], float] = time.monotonic, used: Callable[[], float] = time.thread_time) -> None:
        self._now, self._used = now, used
        self._left, self._at = STORE, now()

    @contextmanager
    def piece(self) -> Iterator[bool]:
        """Take a piece of it: whether anything is left. What is done within is counted."""
        now, started = self._now(), self._used()
        self._left = min(self._left + SHARE * max(now - self._at, 0.0), STORE)
        self._at = now
        try:
            yield self._left > 0
        finally:
            self._left -= self._used() - started


searching = Allowance()


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
    with searching.piece() as is_left:
        letter = printed_letter(session, found, may_keep=True)
        content = signatories_page(letter, here.language, asked, is_refused=not is_left)
    headers = bodies.headers_of(here) | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    if is_left:
        return Response(content, headers=headers)
    return Response(content, status=503, headers=headers | {"Retry-After": "60"})
