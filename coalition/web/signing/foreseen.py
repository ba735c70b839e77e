"""A signature that is foreseen by consent given beforehand: whoever is at the organisation can say no, in one press."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from coalition.actions import standing_consent
from coalition.actions.acts import LinkReplaced
from coalition.actions.standing_consent import NothingToVeto
from coalition.database import db
from coalition.languages import isolate
from coalition.models.invitation import InvitationRevoked
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem
from coalition.web.signing.door import signing
from coalition.web.signing.pages import invitation_page, show_page
from coalition.web.signing.standing import Standing
from coalition.web.signing.visit import LinkEnded, Visit, acting, looking

if TYPE_CHECKING:
    from coalition.web.signing.answers import Problems


@signing.get("/invitation/<uuid:invitation_id>/foreseen")
@audience(Audience.CONTACT)
def foreseen(invitation_id: UUID) -> Response:
    """What is foreseen, until when one can say no, and the one box."""
    return foreseen_page(looking(invitation_id))


@signing.post("/invitation/<uuid:invitation_id>/foreseen")
@audience(Audience.CONTACT)
def say_no(invitation_id: UUID) -> Response:
    """Say no to it."""
    visit = acting(invitation_id)
    problems = form_problem(visit) | _unticked(visit)
    if problems:
        return foreseen_page(visit, problems=problems, status=422)
    try:
        standing_consent.veto(visit.invitation.id, shown=visit.form.shown)
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except NothingToVeto:
        return invitation_page(visit.anew())
    return make_response(redirect(visit.path_to(), code=303))


def foreseen_page(visit: Visit, *, problems: Problems | None = None, status: int = 200) -> Response:
    """The page; where nothing is foreseen, the letter itself."""
    if standing_consent.foreseen(db.session(), visit.letter.id, visit.organisation.id) is None:
        return invitation_page(visit, status=status, problems=problems)
    return show_page(
        "signing/foreseen.html", visit, Standing.of(visit), status=status, at="foreseen", errors=problems or {}
    )


def _unticked(visit: Visit) -> Problems:
    if request.form.get("veto") == "yes":
        return {}
    words = _("Tick that %(organisation)s is not to sign beforehand", organisation=isolate(visit.organisation_name))
    return {"veto": words}
