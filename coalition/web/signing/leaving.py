"""Leaving: the session ends, the browser forgets, and what stays on the screen tells nothing."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, make_response, redirect, render_template

from coalition.web.audience import Audience, audience
from coalition.web.signing.door import signing
from coalition.web.signing.visit import take_cookie

FORGET: Final = '"cookies", "storage", "cache"'


@signing.post("/invitation/<uuid:invitation_id>/leave")
@audience(Audience.CONTACT)
def leave(invitation_id: UUID) -> Response:
    """End the session in this browser; the link in the mail goes on working."""
    answer = make_response(redirect("/left", code=303))
    take_cookie(answer, invitation_id)
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


@signing.get("/left")
@audience(Audience.PUBLIC)
def left() -> Response:
    """A neutral page."""
    return make_response(render_template("signing/left.html"))
