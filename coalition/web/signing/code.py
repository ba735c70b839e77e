"""One code more: an act that needs it comes back as a page with everything that was typed, and one field for the code.

Which acts those are, the verbs say (`CodeNeeded`); every form of the door is asked alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Response, g, make_response, render_template, request
from flask_babel import gettext as _

from coalition.actions import step_up
from coalition.actions.acts import CodeNeeded
from coalition.actions.step_up import TooOften
from coalition.database import db
from coalition.emails import outbox
from coalition.web.signing.answers import without_controls
from coalition.web.signing.door import signing
from coalition.web.signing.pages import receipt_page
from coalition.web.signing.proving import ANOTHER, authorised, typed_fields
from coalition.web.signing.showing import letter_facts, moment

if TYPE_CHECKING:
    from coalition.actions.step_up import Sent
    from coalition.web.signing.visit import Visit

A_FIELD: Final = re.compile(r"[a-z_][a-zA-Z0-9_-]{0,63}")
"""The names of the fields that a form of ours can have; what else was sent is not carried on."""
ACTS: Final = {
    "signing.sign": "sign",
    "signing.decline": "decline",
    "signing.correct_printed_name": "printed_name",
    "signing.withhold": "visibility",
    "signing.reveal": "reveal",
    "signing.withdraw": "withdraw",
    "signing.keep": "keep",
    "signing.object_to_correction": "object",
}
"""Endpoint to the act in the idempotency key of its receipt."""


@signing.errorhandler(CodeNeeded)
def ask_code(_error: CodeNeeded) -> Response:
    """Send a code, unless one can still be tried, and ask for it. Nothing of the act is recorded yet."""
    visit: Visit = g.visit
    if _is_recorded(visit):
        return receipt_page(visit)
    problem: str = g.get("code_problem", "")
    authorises = authorised(visit.form)
    sent = step_up.code_waiting(visit.link.id, session=visit.session, authorises=authorises)
    wants_another = ANOTHER in request.form
    if wants_another or (sent is None and not problem):
        try:
            sent = step_up.send_code(
                visit.link.id, session=visit.session, authorises=authorises, unless_waiting=not wants_another
            )
        except TooOften as error:
            problem = _(
                "Many codes were sent. Another one can be sent after: %(moment)s", moment=moment(error.until, visit)
            )
    return _page(visit, sent, problem)


def _page(visit: Visit, sent: Sent | None, problem: str) -> Response:
    html = render_template(
        "signing/code.html",
        organisation=visit.organisation_name,
        letter=letter_facts(visit, is_over=False),
        fields=[(name, without_controls(value)) for name, value in typed_fields() if A_FIELD.fullmatch(name)],
        action=request.path,
        channel=sent.channel if sent else "",
        until=moment(sent.expires_at, visit) if sent else "",
        form_token=visit.form.token(),
        leave_path=f"{visit.path}/leave",
        errors={"code" if sent else "": problem} if problem else {},
        has_cookie=visit.has_cookie,
        path=visit.path,
        path_to=visit.path_to,
    )
    return make_response(html, 422 if problem else 200)


def _is_recorded(visit: Visit) -> bool:
    """Whether this very form was recorded already: it was sent twice, and its code worked once."""
    act = ACTS.get(request.endpoint or "")
    if act == "visibility":
        act = f"visibility.{request.form.get('visibility', '')}"
    recipient, occasion = f"contact:{visit.contact.id.hex}", f"answer:{visit.form.key_of(act or '')}"
    return act is not None and outbox.is_queued(db.session(), "receipt", recipient=recipient, occasion=occasion)
