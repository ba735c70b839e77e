"""Looking at the page proof, and objecting to it."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from coalition.actions import reconfirm
from coalition.languages import isolate
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem
from coalition.web.signing.answers import Answers, problems_of_objecting
from coalition.web.signing.door import signing
from coalition.web.signing.proof_page import proof_page
from coalition.web.signing.reconfirming import recorded
from coalition.web.signing.visit import acting, looking


@signing.get("/invitation/<uuid:invitation_id>/proof")
@audience(Audience.CONTACT)
def look_at_proof(invitation_id: UUID) -> Response:
    """The page as it will be published."""
    return proof_page(looking(invitation_id))


@signing.post("/invitation/<uuid:invitation_id>/proof")
@audience(Audience.CONTACT)
def object_to_proof(invitation_id: UUID) -> Response:
    """Object to it: the line is off the list until the signature is kept after all; the letter goes on."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, ())
    words = _("Tick that %(organisation)s objects to this page", organisation=isolate(visit.organisation_name))
    problems = form_problem(visit) | problems_of_objecting(answers, words)
    if problems:
        return proof_page(visit, answers=answers, problems=problems, status=422)

    def act() -> None:
        reconfirm.object_to(
            visit.invitation.id,
            key=visit.form.key_of("proof"),
            shown=visit.form.shown,
            against="page_proof",
            words=answers.reason,
        )

    return recorded(visit, answers, act, again=proof_page)
