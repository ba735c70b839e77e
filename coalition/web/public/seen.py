"""How a request looks from inside, told to this installation alone: `coalition doctor` asks it through the proxies."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from flask import Response, abort, request

from coalition.actions import own_question
from coalition.actions.own_question import Seen
from coalition.tokens import NotOurs
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public

VERSION: Final = version("coalition")
LONG_ENOUGH: Final = 4096
"""A proxy that compresses answers leaves short ones as they are."""


@public.get(own_question.PATH)
@audience(Audience.PUBLIC)
def seen() -> Response:
    """The signed answer to a question of ours; who asks otherwise finds no page."""
    before = request.environ.get("werkzeug.proxy_fix.orig", {})
    facts = Seen(
        peer=before.get("REMOTE_ADDR") or request.environ.get("REMOTE_ADDR", ""),
        address=request.remote_addr or "",
        scheme=request.scheme,
        host=request.host,
        forwarded_for=request.headers.get("X-Forwarded-For", ""),
        forwarded_proto=request.headers.get("X-Forwarded-Proto", ""),
        version=VERSION,
    )
    try:
        words = own_question.answer(request.headers.get(own_question.HEADER, ""), facts)
    except NotOurs:
        abort(404)
    # It echoes what came in, like the answer to a form: nobody on the way may compress it, and it looks like a page so
    # that a proxy which compresses pages is found out.
    request.environ.pop("HTTP_ACCEPT_ENCODING", None)
    return Response(words.ljust(LONG_ENOUGH), content_type="text/html; charset=utf-8")
