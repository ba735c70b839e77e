"""Answering by link: sign, or decline. A form that can not be recorded comes back whole, with what has to change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from coalition.actions import answer as verbs
from coalition.actions.acts import AnsweredMeanwhile, LinkReplaced, TextChanged
from coalition.languages import isolate
from coalition.models.invitation import InvitationRevoked
from coalition.models.letter import MayNotSign, NotOpenForSigning
from coalition.models.signature import AlreadySigned
from coalition.web.audience import Audience, audience
from coalition.web.signing.answers import Answers, Problems, problems_of_declining, problems_of_signing
from coalition.web.signing.at_once import signed, signing_form
from coalition.web.signing.door import signing
from coalition.web.signing.names import with_typed
from coalition.web.signing.pages import invitation_page, receipt_page
from coalition.web.signing.showing import moment
from coalition.web.signing.since import changes_meanwhile
from coalition.web.signing.standing import Standing
from coalition.web.signing.visit import LinkEnded, Visit, acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from coalition.rendering.redline_view import RedlineView


@signing.post("/invitation/<uuid:invitation_id>/sign")
@audience(Audience.CONTACT)
def sign(invitation_id: UUID) -> Response:
    """Sign for the invited organisation."""
    return signed(invitation_id) or _signed_after_a_look(invitation_id)


def _signed_after_a_look(invitation_id: UUID) -> Response:
    visit = acting(invitation_id)
    answers = Answers.of(request.form, visit.letter.readable_languages)
    problems = form_problem(visit) | problems_of_signing(answers, visit.organisation_name)
    if problems:
        return _to_change(visit, answers, problems)
    names = with_typed(visit.organisation.printable_names(), answers.names)
    form = signing_form(visit.form, answers, names)
    return _recorded(visit, answers, lambda: verbs.sign(visit.invitation.id, form))


@signing.post("/invitation/<uuid:invitation_id>/decline")
@audience(Audience.CONTACT)
def decline(invitation_id: UUID) -> Response:
    """Decline for the invited organisation."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, visit.letter.readable_languages)
    problems = form_problem(visit) | problems_of_declining(answers, visit.organisation_name)
    if problems:
        return _to_change(visit, answers, problems)

    def act() -> None:
        verbs.decline(
            visit.invitation.id,
            key=visit.form.key_of("decline"),
            shown=visit.form.shown,
            reason=answers.reason,
            ask_again=answers.ask_again,
        )

    return _recorded(visit, answers, act)


def form_problem(visit: Visit) -> Problems:
    """What to do about a form whose token ran out or is unreadable: it came back with a new one."""
    if visit.is_form_good:
        return {}
    return {"": _("This page was open for long, or was changed on its way. Look at the text again, then send again.")}


def receipt(visit: Visit) -> Response:
    """The receipt at its own address; at once where no cookie would lead back to it."""
    if not visit.has_cookie:
        return receipt_page(visit)
    return make_response(redirect(visit.path_to("receipt"), code=303))


def _recorded(visit: Visit, answers: Answers, act: Callable[[], object]) -> Response:
    """Do it, or show why not: nothing is recorded then, and nothing that was typed is lost."""
    try:
        act()
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except NotOpenForSigning as error:
        return _refused(visit, answers, closed_words(visit, error))
    except AlreadySigned:
        return _refused(visit, answers, signed_already_words(visit))
    except MayNotSign:
        return _refused(visit, answers, _("This letter is for other organisations. Your answer was not recorded."))
    except AnsweredMeanwhile:
        words = _("Your organisation answered since you opened this page: it is said below. To sign, send this again.")
        return _refused(visit.anew(), answers, words)
    except TextChanged:
        changed = _("The text has changed since you opened this page. See what changed, then send again.")
        return _refused(visit.anew(), answers, changed, meanwhile=changes_meanwhile(visit))
    return receipt(visit)


def _to_change(visit: Visit, answers: Answers, problems: Problems) -> Response:
    """The form again with what has to change in it; where it is gone meanwhile, how things stand."""
    state, letter = Standing.of(visit).state, visit.letter
    if state == "open":
        return invitation_page(visit, answers=answers, problems=problems, status=422)
    if state == "signed":
        return _refused(visit, answers, signed_already_words(visit))
    ended = "closed" if state == "closed" else letter.stage
    return _refused(
        visit, answers, closed_words(visit, NotOpenForSigning(ended, letter.closed_at or letter.deadline_at))
    )


def _refused(visit: Visit, answers: Answers, words: str, *, meanwhile: RedlineView | None = None) -> Response:
    """The page again; where the text changed `meanwhile`, with what changed since it was opened."""
    title = _("Nothing was recorded")
    problems = {"": words}
    return invitation_page(
        visit, answers=answers, problems=problems, problems_title=title, meanwhile=meanwhile, status=409
    )


def closed_words(visit: Visit, error: NotOpenForSigning) -> str:
    """Why nothing is taken now."""
    if error.stage != "closed" or error.closed_at is None:
        return str(_("Signing is not open now. Your answers are below."))
    when = moment(error.closed_at, visit)
    return str(_("Signing closed on %(moment)s. Your answers are below.", moment=isolate(when)))


def signed_already_words(visit: Visit) -> str:
    """That the organisation has signed; the page says below who did."""
    organisation = isolate(visit.organisation_name)
    return str(_("%(organisation)s has signed this letter already.", organisation=organisation))
