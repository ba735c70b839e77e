"""After closing: an invited organisation that did not sign asks to be added, and nothing that it typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from coalition.actions import request as verbs
from coalition.actions.acts import LinkReplaced
from coalition.database import db
from coalition.intake.names import unprintable
from coalition.models.invitation import InvitationRevoked
from coalition.models.request import TakesNoRequests
from coalition.models.signature import AlreadySigned
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem
from coalition.web.signing.answers import Answers
from coalition.web.signing.door import signing
from coalition.web.signing.pages import invitation_page
from coalition.web.signing.visit import LinkEnded, Visit, acting, path_of

if TYPE_CHECKING:
    from coalition.web.signing.answers import Problems

LONGEST = 300


@signing.get("/invitation/<uuid:invitation_id>/ask")
@audience(Audience.CONTACT)
def look_at_asking(invitation_id: UUID) -> Response:
    """An address that a form was sent to, opened by hand: the letter again."""
    return make_response(redirect(path_of(invitation_id), code=303))


@signing.post("/invitation/<uuid:invitation_id>/ask")
@audience(Audience.CONTACT)
def ask_to_be_added(invitation_id: UUID) -> Response:
    """Ask the coordinators to add the organisation."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, visit.letter.readable_languages)
    problems = form_problem(visit)
    if not problems and not answers.is_confirmed:
        problems = {"confirm": _("Tick that you ask to be added")}
    if problems:
        return _again(visit, answers, problems, 422)
    try:
        verbs.ask_to_be_added(
            visit.invitation.id,
            key=visit.form.key_of("ask"),
            shown=visit.form.shown,
            answers=_kept(answers),
            person=_clean(answers.person),
            role=_clean(answers.role),
        )
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except TakesNoRequests:
        return _again(visit, answers, {"": _("Nobody has to ask now. How things stand is said below.")}, 409)
    except AlreadySigned:
        return _again(visit, answers, {"": _("The letter is signed already. How things stand is said below.")}, 409)
    if visit.has_cookie:
        return make_response(redirect(visit.path_to(), code=303))
    db.session.rollback()
    return invitation_page(visit)


def _again(visit: Visit, answers: Answers, problems: Problems, status: int) -> Response:
    """The letter with what was typed; nothing was recorded."""
    title = _("Nothing was recorded") if "" in problems else None
    return invitation_page(visit, answers=answers, problems=problems, problems_title=title, status=status)


def _kept(answers: Answers) -> dict[str, Any]:
    """What was typed to sign, as far as it could be printed, for when signing opens again."""
    shown = answers.shown
    names = {key: name for key, name in shown.names.items() if len(name) <= LONGEST and not unprintable(name)}
    return {"names": names, "visibility": shown.visibility, "person": _clean(shown.person), "role": _clean(shown.role)}


def _clean(words: str) -> str:
    return "" if unprintable(words) else words.strip()[:LONGEST]
