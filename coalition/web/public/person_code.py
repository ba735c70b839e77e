"""One code more, on a sensitive letter, for each act of a person who signs for themselves; the verbs ask for it.

Readers get no cookie: the code is bound to the key of the page that was opened, which is signed into its form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, make_response, redirect, render_template, request

from coalition import languages
from coalition.actions.acts import CodeNeeded
from coalition.database import db
from coalition.emails import outbox
from coalition.web.act_code import Act
from coalition.web.public.door import public
from coalition.web.public.links import link_of

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Response as BaseResponse

    from coalition.models.request import RequestToSign


@dataclass(frozen=True, slots=True)
class _Asked:
    """An act that was sent: by which link, from which opened page."""

    token: str
    request: RequestToSign
    key: str
    act: Act


def is_proved(token: str, asked: RequestToSign, key: str, *seen: str) -> bool:
    """Whether a right code came with the form that was sent; kept for the page that asks for one where none did.

    `token` is the link's, `key` the idempotency key of the act, from the opened page; `seen` what stood on that.
    """
    act = Act.sent(link_of("request", token).id, key, asked.id.hex, key, *seen)
    g.person_asked = _Asked(token, asked, key, act)
    return act.is_proved(_language(asked))


def is_recorded(asked: RequestToSign, key: str) -> bool:
    """Whether this very act was recorded already: each has its receipt."""
    who = f"request:{asked.id.hex}"
    return outbox.is_queued(db.session(), "individual_receipt", recipient=who, occasion=f"answer:{key}")


@public.errorhandler(CodeNeeded)
def ask_code(_error: CodeNeeded) -> BaseResponse:
    """Send a code, unless one can still be tried, and ask for it. Nothing of the act is recorded yet."""
    sent: _Asked = g.person_asked
    if is_recorded(sent.request, sent.key):
        return redirect(f"/c/{sent.token}", code=303)  # the same form, sent twice: its code worked once
    language, zone = _language(sent.request), sent.request.letter.zone

    def moment(when: datetime) -> str:
        return languages.moment_words(when, zone, language)

    facts = sent.act.asked(moment)
    html = render_template(
        "public/code.html", **facts, path=f"/c/{sent.token}", form_token=request.form.get("form_token", "")
    )
    return make_response(html, 422 if facts["errors"] else 200)


def _language(asked: RequestToSign) -> str:
    return languages.interface_language(asked.language)
