"""At the door: I did not expect this mail, no more of them; and undoing that on the same page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from coalition.actions import mute as verbs
from coalition.actions.acts import LinkReplaced
from coalition.models.invitation import InvitationRevoked
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem
from coalition.web.signing.answers import Answers, problem_of_confirming
from coalition.web.signing.colleague_pages import mute_page
from coalition.web.signing.door import signing
from coalition.web.signing.visit import LinkEnded, Visit, acting, looking

if TYPE_CHECKING:
    from collections.abc import Callable


@signing.get("/invitation/<uuid:invitation_id>/mute")
@audience(Audience.CONTACT)
def look_at_mute(invitation_id: UUID) -> Response:
    """Whether mails come, and what can be done about it; also for those who handed the letter over."""
    return mute_page(looking(invitation_id, handed_over=True))


@signing.get("/invitation/<uuid:invitation_id>/unmute")
@audience(Audience.CONTACT)
def look_again_at_mute(invitation_id: UUID) -> Response:
    """An address that a form was sent to, opened by hand: the page with the form."""
    return make_response(redirect(f"/invitation/{invitation_id}/mute", code=303))


@signing.post("/invitation/<uuid:invitation_id>/mute")
@audience(Audience.CONTACT)
def mute(invitation_id: UUID) -> Response:
    """Say that the mail was not expected."""
    visit = acting(invitation_id, handed_over=True)
    answers = Answers.of(request.form, ())
    words = _("Tick that you did not expect this mail")
    return _done(
        visit,
        answers,
        words,
        lambda: verbs.mute(visit.invitation.id, wholly=answers.wholly, shown=visit.form.shown),
    )


@signing.post("/invitation/<uuid:invitation_id>/unmute")
@audience(Audience.CONTACT)
def unmute(invitation_id: UUID) -> Response:
    """Say that mails are wanted after all."""
    visit = acting(invitation_id, handed_over=True)
    words = _("Tick that you want the mails again")
    answers = Answers.of(request.form, ())
    return _done(visit, answers, words, lambda: verbs.unmute(visit.invitation.id, shown=visit.form.shown))


def _done(visit: Visit, answers: Answers, words: str, act: Callable[[], object]) -> Response:
    problems = form_problem(visit) | problem_of_confirming(answers, words)
    if problems:
        return mute_page(visit, problems=problems, status=422)
    try:
        act()
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    if visit.has_cookie:
        return make_response(redirect(visit.path_to("mute"), code=303))
    return mute_page(visit.anew())
