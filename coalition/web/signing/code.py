"""One code more: an act that needs it comes back as a page with everything that was typed, and one field for the code.

Which acts those are, the verbs say (`CodeNeeded`); every form of the door is asked alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, g, make_response, render_template, request

from coalition.actions.acts import CodeNeeded
from coalition.database import db
from coalition.emails import outbox
from coalition.web.signing.door import signing
from coalition.web.signing.pages import receipt_page
from coalition.web.signing.proving import act_of
from coalition.web.signing.showing import letter_facts, moment

if TYPE_CHECKING:
    from coalition.web.signing.visit import Visit

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
    asked = act_of(visit.form, visit.session).asked(lambda when: moment(when, visit))
    html = render_template(
        "signing/code.html",
        **asked,
        organisation=visit.organisation_name,
        letter=letter_facts(visit, is_over=False),
        form_token=visit.form.token(),
        leave_path=f"{visit.path}/leave",
        has_cookie=visit.has_cookie,
        path=visit.path,
        path_to=visit.path_to,
    )
    return make_response(html, 422 if asked["errors"] else 200)


def _is_recorded(visit: Visit) -> bool:
    """Whether this very form was recorded already: it was sent twice, and its code worked once."""
    act = ACTS.get(request.endpoint or "")
    if act == "visibility":
        act = f"visibility.{request.form.get('visibility', '')}"
    recipient, occasion = f"contact:{visit.contact.id.hex}", f"answer:{visit.form.key_of(act or '')}"
    return act is not None and outbox.is_queued(db.session(), "receipt", recipient=recipient, occasion=occasion)
