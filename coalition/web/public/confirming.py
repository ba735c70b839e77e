"""The link in the mail that asks whether it was they: who owns the address says yes or no, by a choice and a press.

Nothing is recorded for a form that is sent as it came: programs that read mail press buttons too.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, g, make_response, redirect, render_template, request
from flask_babel import gettext as _

from coalition import clock, tokens
from coalition.actions import request as verbs
from coalition.models.request import DAY_TO_UNDO, RequestToSign
from coalition.rendering.reading import reading_title
from coalition.tokens import NotOurs
from coalition.web.audience import Audience, audience
from coalition.web.embargo import concerns
from coalition.web.public.door import public
from coalition.web.public.links import link_of
from coalition.web.public.person_code import is_proved
from coalition.web.public.person_page import Person, person_html

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

PURPOSE = "confirm"


@public.get("/c/<token>")
@audience(Audience.PUBLIC)
def confirm_page(token: str) -> Response:
    """The one question, or how the request stands since it was answered. Changes nothing."""
    asked = asked_by(token)
    person = Person.of(asked)
    return make_response(person_html(token, person)) if person is not None else _page(token, asked)


@public.post("/c/<token>")
@audience(Audience.PUBLIC)
def confirm(token: str) -> BaseResponse:
    """Record the answer."""
    asked = asked_by(token)
    chosen = request.form.getlist("was_us")
    key = _key_of_form(asked.id)
    if key is None or chosen not in (["yes"], ["no"]):
        return _page(token, asked, error=_("Choose one of the two answers"))
    if chosen == ["yes"]:
        verbs.confirm(asked.id, is_proved=is_proved(token, asked, key))
    else:
        verbs.disown(asked.id)
    return redirect(f"/c/{token}", code=303)


def asked_by(token: str) -> RequestToSign:
    """The request whose address the token confirms. Raises NotOurs: also where it is gone, or its day is over."""
    link = link_of("request", token)
    asked = link.request
    is_over = link.revoked_at or (link.expires_at is not None and link.expires_at <= clock.now())
    if asked is None or (is_over and asked.confirmed_at is None):
        raise NotOurs
    g.language = asked.language
    concerns(asked.letter)
    return asked


def _key_of_form(request_id: UUID) -> str | None:
    """The key of the page that was opened; None where its token is not ours, or another's."""
    try:
        facts = tokens.ours().read_form(PURPOSE, request.form.get("form_token", ""))
    except NotOurs:
        return None
    return str(facts.get("k", "")) if facts.get("r") == request_id.hex else None


def _page(token: str, asked: RequestToSign, *, error: str = "") -> Response:
    state = _state(asked)
    is_asked = state == "asked"
    html = render_template(
        "public/confirm_request.html",
        path=f"/c/{token}",
        state=state,
        is_sensitive=asked.letter.is_sensitive and asked.kind == "individual",
        reason=asked.reason,
        title=reading_title(asked.letter.text(asked.language)),
        form_token=tokens.ours().write_form(PURPOSE, {"r": asked.id.hex, "k": secrets.token_hex(16)}),
        errors={"was_us": error} if error and is_asked else {},
    )
    return make_response(html, HTTPStatus.UNPROCESSABLE_ENTITY if error and is_asked else HTTPStatus.OK)


def _state(asked: RequestToSign) -> str:
    """How the request stands to who sent it: a refusal is told once it can no more be taken back."""
    if asked.decision == "withdrawn" and not asked.confirmed_at:
        return "disowned"
    if asked.is_erased:
        return "erased"
    if asked.decision == "refused" and asked.decided_at is not None:
        return "refused" if clock.now() - asked.decided_at >= DAY_TO_UNDO else "waiting"
    if asked.decision in {"invited", "merged", "signed"}:
        return "accepted" if asked.letter.is_open_for_signing(now=clock.now()) else "accepted_late"
    if asked.decision == "withdrawn":
        return "replaced"
    return "waiting" if asked.confirmed_at else "asked"
