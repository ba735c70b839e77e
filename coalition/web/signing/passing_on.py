"""Passing on to a colleague, to share or in one's place; and having it back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _

from coalition.actions import pass_on as verbs
from coalition.actions.acts import LinkReplaced
from coalition.actions.colleague import ColleagueNotAsked, OwnAddress
from coalition.models.invitation import HandedOver, InvitationRevoked
from coalition.models.letter import NotOpenForSigning
from coalition.models.limit import TooOften
from coalition.models.signature import AlreadySigned
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import closed_words, form_problem, signed_already_words
from coalition.web.signing.answers import Answers, Problems, problem_of_confirming
from coalition.web.signing.colleague_answers import (
    colleague_of,
    own_address_words,
    problems_of_colleague,
    problems_of_sharing,
)
from coalition.web.signing.colleague_pages import PAGES, pass_on_page
from coalition.web.signing.door import signing
from coalition.web.signing.pages import invitation_page
from coalition.web.signing.showing import moment
from coalition.web.signing.visit import LinkEnded, Visit, acting, looking, path_of

if TYPE_CHECKING:
    from collections.abc import Callable


@signing.get("/invitation/<uuid:invitation_id>/<any('pass-on', approval, 'more-time'):page>")
@audience(Audience.CONTACT)
def look_at_other_ways(invitation_id: UUID, page: str) -> Response:
    """Another way to answer."""
    return PAGES[page](looking(invitation_id))


@signing.get("/invitation/<uuid:invitation_id>/<any('take-it-back', approve, refuse, 'take-approval-back'):_act>")
@audience(Audience.CONTACT)
def look_again_at_letter(invitation_id: UUID, _act: str) -> Response:
    """An address that a form was sent to, opened by hand: the letter again."""
    return make_response(redirect(path_of(invitation_id), code=303))


@signing.post("/invitation/<uuid:invitation_id>/pass-on")
@audience(Audience.CONTACT)
def pass_on(invitation_id: UUID) -> Response:
    """Give a colleague an own link."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, ())
    problems = form_problem(visit) | problems_of_colleague(answers, visit) | problems_of_sharing(answers)
    if problems:
        return pass_on_page(visit, answers=answers, problems=problems, status=422)

    def act() -> None:
        verbs.pass_on(
            visit.invitation.id,
            colleague_of(answers),
            hands_over=answers.colleague["share"] == "hand_over",
            key=visit.form.key_of("pass_on"),
            shown=visit.form.shown,
            words=answers.colleague["note"],
        )

    refused = refusal(visit, answers, act, page=pass_on_page)
    return refused or led_to(visit, "pass-on")


@signing.post("/invitation/<uuid:invitation_id>/take-it-back")
@audience(Audience.CONTACT)
def take_it_back(invitation_id: UUID) -> Response:
    """Have it in one's own hands again."""
    visit = acting(invitation_id, handed_over=True)
    answers = Answers.of(request.form, ())
    problems = form_problem(visit) | problem_of_confirming(answers, _("Tick that you take it back"))
    if problems:
        return _handed_over_page(visit, problems, status=422)
    try:
        verbs.take_back(visit.invitation.id, shown=visit.form.shown)
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    return led_to(visit, "")


@signing.errorhandler(HandedOver)
def handed_over(_error: HandedOver) -> Response:
    """A colleague has it: this page says so, names nobody, and can take it back."""
    invitation_id = (request.view_args or {}).get("invitation_id")
    if request.method != "POST" or invitation_id is None:
        return _handed_over_page(looking(invitation_id or UUID(int=0), handed_over=True), {}, status=200)
    visit = acting(invitation_id, handed_over=True)
    if request.endpoint == "signing.open_without_cookie":
        return _handed_over_page(visit, {}, status=200)
    words = _("A colleague has this letter from you. Take it back, then answer.")
    return _handed_over_page(visit, {"": words}, status=409)


def refusal(
    visit: Visit, answers: Answers, act: Callable[[], object], *, page: Callable[..., Response]
) -> Response | None:
    """Do it; None where it is done, else why not, with everything that was typed."""
    try:
        act()
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except OwnAddress:
        return page(visit, answers=answers, problems={"address": own_address_words()}, status=422)
    except ColleagueNotAsked:
        words = _("The coordinators ended the invitation of this colleague. Write to them to have it renewed")
        return page(visit, answers=answers, problems={"address": words}, status=409)
    except TooOften as error:
        words = _(
            "As many colleagues as one day allows were written to. Send this again after %(moment)s.",
            moment=moment(error.until, visit),
        )
        return page(visit, answers=answers, problems={"": words}, status=429)
    except AlreadySigned:
        return _gone(visit, answers, signed_already_words(visit))
    except NotOpenForSigning as error:
        return _gone(visit, answers, closed_words(visit, error))
    return None


def led_to(visit: Visit, page: str) -> Response:
    """The page that says how it stands; at once where no cookie would lead to it."""
    if visit.has_cookie:
        return make_response(redirect(visit.path_to(page), code=303))
    return PAGES[page](visit.anew()) if page else invitation_page(visit.anew())


def _gone(visit: Visit, answers: Answers, words: str) -> Response:
    title = _("Nothing was recorded")
    return invitation_page(visit.anew(), answers=answers, problems={"": words}, problems_title=title, status=409)


def _handed_over_page(visit: Visit, problems: Problems, *, status: int) -> Response:
    html = render_template(
        "signing/handed_over.html",
        path=visit.path,
        form_token=visit.anew().form.token(),
        leave_path=f"{visit.path}/leave",
        errors=problems,
    )
    return make_response(html, status)
