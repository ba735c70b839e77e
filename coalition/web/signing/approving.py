"""A colleague must approve: asking, approving, refusing, taking back what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from coalition.actions import approve as verbs
from coalition.actions.acts import AnsweredMeanwhile, LinkReplaced, TextChanged
from coalition.actions.approve import Approver, AskedAlready, NothingToApprove, Prepared
from coalition.languages import isolate
from coalition.models.invitation import InvitationRevoked
from coalition.models.letter import MayNotSign
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem, receipt
from coalition.web.signing.answers import (
    VISIBILITIES,
    Answers,
    problem_of_confirming,
    problems_of_names,
    problems_of_person,
)
from coalition.web.signing.colleague_answers import colleague_of, problems_of_colleague, problems_of_note
from coalition.web.signing.colleague_pages import approval_page
from coalition.web.signing.comment_pages import id_in
from coalition.web.signing.door import signing
from coalition.web.signing.names import with_typed
from coalition.web.signing.pages import invitation_page
from coalition.web.signing.passing_on import led_to, refusal
from coalition.web.signing.since import changes_meanwhile
from coalition.web.signing.visit import LinkEnded, Visit, acting

if TYPE_CHECKING:
    from collections.abc import Callable


@signing.post("/invitation/<uuid:invitation_id>/approval")
@audience(Audience.CONTACT)
def ask_approval(invitation_id: UUID) -> Response:
    """Put a whole signature before a colleague. It signs nothing."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, visit.letter.readable_languages)
    problems = form_problem(visit) | problems_of_names(answers)
    if answers.visibility not in VISIBILITIES:
        problems |= {"visibility": _("Choose whether the name is published or withheld")}
    problems |= problems_of_colleague(answers, visit)
    if problems:
        return approval_page(visit, answers=answers, problems=problems, status=422)
    names = with_typed(visit.organisation.printable_names(), answers.names)
    prepared = Prepared(
        names,
        answers.visibility != "named",
        answers.colleague["note"],
        is_uncounted=answers.visibility == "uncounted",
    )

    def act() -> None:
        key, shown = visit.form.key_of("ask_approval"), visit.form.shown
        verbs.ask(visit.invitation.id, prepared, colleague_of(answers), key=key, shown=shown)

    return _recorded(visit, answers, act) or led_to(visit, "approval")


@signing.post("/invitation/<uuid:invitation_id>/approve")
@audience(Audience.CONTACT)
def approve(invitation_id: UUID) -> Response:
    """Sign exactly what a colleague prepared."""
    visit = acting(invitation_id)
    answers, chosen = Answers.of(request.form, ()), id_in(request.form.get("approval", ""))
    problems = form_problem(visit) | problems_of_person(answers)
    if "refuse" in answers.decisions:
        problems = {"": _two_answers()}
    elif not answers.has_authority:
        organisation = isolate(visit.organisation_name)
        problems["authority"] = _("Confirm that you may approve for %(organisation)s", organisation=organisation)
    if problems:
        return approval_page(visit, answers=answers, problems=problems, status=422)
    by = Approver(answers.person, answers.role)

    def act() -> None:
        key, shown = visit.form.key_of("approve"), visit.form.shown
        verbs.approve(visit.invitation.id, chosen or UUID(int=0), by, key=key, shown=shown)

    return _recorded(visit, answers, act) or receipt(visit)


@signing.post("/invitation/<uuid:invitation_id>/refuse")
@audience(Audience.CONTACT)
def refuse(invitation_id: UUID) -> Response:
    """Say no to what a colleague prepared; nothing is answered for the organisation by that."""
    visit = acting(invitation_id)
    answers, chosen = Answers.of(request.form, ()), id_in(request.form.get("approval", ""))
    problems = form_problem(visit) | problems_of_note(answers.note)
    if "approve" in answers.decisions:
        problems = {"": _two_answers()}
    elif "refuse" not in answers.decisions:
        problems["decision"] = _("Tick that you do not approve it")
    if problems:
        return approval_page(visit, answers=answers, problems=problems, status=422)

    def act() -> None:
        key, shown = visit.form.key_of("refuse"), visit.form.shown
        verbs.refuse(visit.invitation.id, chosen or UUID(int=0), key=key, shown=shown, words=answers.note)

    return _recorded(visit, answers, act) or led_to(visit, "approval")


@signing.post("/invitation/<uuid:invitation_id>/take-approval-back")
@audience(Audience.CONTACT)
def take_approval_back(invitation_id: UUID) -> Response:
    """Take back what a colleague was to approve."""
    visit = acting(invitation_id)
    words = _("Tick that you take it back")
    problems = form_problem(visit) | problem_of_confirming(Answers.of(request.form, ()), words)
    if problems:
        return approval_page(visit, problems=problems, status=422)
    try:
        verbs.take_back(visit.invitation.id, shown=visit.form.shown)
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    return led_to(visit, "approval")


def _recorded(visit: Visit, answers: Answers, act: Callable[[], object]) -> Response | None:
    """Do it; None where it is done, else why nothing was recorded, with everything that was typed."""
    try:
        return refusal(visit, answers, act, page=approval_page)
    except AskedAlready:
        words = _("A colleague has this answer before them already. Take it back first.")
        return approval_page(visit, answers=answers, problems={"": words}, status=409)
    except MayNotSign:
        words = _("This letter is for other organisations. Your answer was not recorded.")
        return invitation_page(visit, answers=answers, problems={"": words}, status=409)
    except NothingToApprove:
        return _not_recorded(visit, answers, _("There is nothing to approve any more. Nothing was signed."))
    except AnsweredMeanwhile:
        words = _("Your organisation answered since you opened this page: it is said below. To sign, send this again.")
        return _not_recorded(visit, answers, words)
    except TextChanged:
        words = _("The text has changed since you opened this page. See what changed, then answer anew.")
        title = _("Nothing was recorded")
        return invitation_page(
            visit.anew(),
            answers=answers,
            problems={"": words},
            problems_title=title,
            meanwhile=changes_meanwhile(visit),
            status=409,
        )


def _not_recorded(visit: Visit, answers: Answers, words: str) -> Response:
    title = _("Nothing was recorded")
    return invitation_page(visit.anew(), answers=answers, problems={"": words}, problems_title=title, status=409)


def _two_answers() -> str:
    return str(_("Two answers were sent, to approve and to refuse. Nothing was recorded. Send one of them."))
