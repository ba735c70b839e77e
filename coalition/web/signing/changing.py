"""Changing a signature: correct how the name is printed, withhold it, reveal it, withdraw, say that it is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from coalition.actions import answer as verbs
from coalition.actions import reconfirm
from coalition.actions.acts import LinkReplaced
from coalition.actions.answer import AlreadyNamed, AlreadyWithheld, PrintedAlready
from coalition.actions.say_word import NothingSuspended, SaidEnough, say_word
from coalition.languages import isolate
from coalition.models.invitation import InvitationRevoked
from coalition.models.signature import NoStandingSignature
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem, receipt
from coalition.web.signing.answers import UNNAMED, Answers, problem_of_confirming, problems_of_a_word, problems_of_names
from coalition.web.signing.door import signing
from coalition.web.signing.names import with_typed
from coalition.web.signing.pages import dispute_page, invitation_page, printed_name_page, visibility_page, withdraw_page
from coalition.web.signing.standing import Standing
from coalition.web.signing.visit import LinkEnded, Visit, acting

if TYPE_CHECKING:
    from collections.abc import Callable


@signing.post("/invitation/<uuid:invitation_id>/printed-name")
@audience(Audience.CONTACT)
def correct_printed_name(invitation_id: UUID) -> Response:
    """Correct how the name will be printed."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, visit.letter.readable_languages)
    confirm = problem_of_confirming(answers, _("Tick that the name is to be printed like this"))
    problems = form_problem(visit) | problems_of_names(answers) | confirm
    signature = Standing.of(visit).signature
    if problems or signature is None:
        return printed_name_page(visit, answers=answers, problems=problems, status=422 if problems else 409)
    names = with_typed(signature.printed_names, answers.names)
    if names == signature.printed_names:
        unchanged = {"": _("The name is the same as before. Nothing was changed.")}
        return printed_name_page(visit, answers=answers, problems=unchanged, status=422)
    key, shown = visit.form.key_of("printed_name"), visit.form.shown
    try:
        return _changed(
            visit, lambda: verbs.correct_printed_name(visit.invitation.id, key=key, shown=shown, printed_names=names)
        )
    except PrintedAlready:
        return printed_name_page(visit, answers=answers, status=409)


@signing.post("/invitation/<uuid:invitation_id>/visibility")
@audience(Audience.CONTACT)
def withhold(invitation_id: UUID) -> Response:
    """Withhold the name, or take it out of every number besides: one of the two is chosen."""
    visit = acting(invitation_id)
    problems = form_problem(visit)
    chosen = Answers.of(request.form, ()).visibility
    if chosen not in UNNAMED:
        problems["visibility"] = _("Choose how the name of %(organisation)s is withheld", organisation=_isolated(visit))
    if problems:
        return visibility_page(visit, problems=problems, status=422)
    key, shown, is_uncounted = visit.form.key_of(f"visibility.{chosen}"), visit.form.shown, chosen == "uncounted"

    def act() -> None:
        verbs.withhold(visit.invitation.id, key=key, shown=shown, is_uncounted=is_uncounted)

    try:
        return _changed(visit, act)
    except AlreadyWithheld:
        return receipt(visit)


@signing.post("/invitation/<uuid:invitation_id>/reveal")
@audience(Audience.CONTACT)
def reveal(invitation_id: UUID) -> Response:
    """Have a withheld name published after all: only here, only the organisation itself, and with a code."""
    visit = acting(invitation_id)
    words = _("Tick that the name of %(organisation)s is to be published", organisation=_isolated(visit))
    problems = form_problem(visit) | problem_of_confirming(Answers.of(request.form, ()), words)
    if problems:
        return visibility_page(visit, problems=problems, status=422)
    key, shown = visit.form.key_of("reveal"), visit.form.shown
    try:
        return _changed(visit, lambda: verbs.reveal(visit.invitation.id, key=key, shown=shown))
    except AlreadyNamed:
        return receipt(visit)


@signing.post("/invitation/<uuid:invitation_id>/withdraw")
@audience(Audience.CONTACT)
def withdraw(invitation_id: UUID) -> Response:
    """Withdraw the signature, at any time."""
    visit = acting(invitation_id)
    words = _("Tick that the signature of %(organisation)s is to be withdrawn", organisation=_isolated(visit))
    problems = form_problem(visit) | problem_of_confirming(Answers.of(request.form, ()), words)
    if problems:
        return withdraw_page(visit, problems=problems, status=422)
    key, shown = visit.form.key_of("withdraw"), visit.form.shown
    return _changed(visit, lambda: verbs.withdraw(visit.invitation.id, key=key, shown=shown))


@signing.post("/invitation/<uuid:invitation_id>/not-us")
@audience(Audience.CONTACT)
def dispute(invitation_id: UUID) -> Response:
    """Say that the signature is not the organisation's; or, where the team suspended it, what is to be said to that."""
    visit = acting(invitation_id)
    if request.form.get("act") == "word":
        return _say_word(visit)
    words = _("Tick that %(organisation)s did not agree to this signature", organisation=_isolated(visit))
    problems = form_problem(visit) | problem_of_confirming(Answers.of(request.form, ()), words)
    if problems:
        return dispute_page(visit, problems=problems, status=422)
    return _changed(visit, lambda: reconfirm.dispute(visit.invitation.id, shown=visit.form.shown))


def _say_word(visit: Visit) -> Response:
    answers = Answers.of(request.form, ())
    problems = form_problem(visit) | problems_of_a_word(answers)
    if problems:
        return dispute_page(visit, answers=answers, problems=problems, status=422)
    try:
        return _changed(visit, lambda: say_word(visit.invitation.id, answers.reason, shown=visit.form.shown))
    except NothingSuspended:
        words = _("This was settled meanwhile. How it stands is said below.")
        title = _("Nothing was recorded")
        return invitation_page(visit.anew(), problems={"": words}, problems_title=title, status=409)
    except SaidEnough:
        words = _("Much was said already. Write to the coordinators.")
        return dispute_page(visit, answers=answers, problems={"reason": words}, status=422)


def _changed(visit: Visit, act: Callable[[], object]) -> Response:
    """Do it, and show the receipt. What stands no longer shows how it stands now."""
    try:
        act()
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except NoStandingSignature:
        words = _("There is no signature of %(organisation)s to change.", organisation=_isolated(visit))
        title = _("Nothing was recorded")
        return invitation_page(visit, problems={"": words}, problems_title=title, status=409)
    return receipt(visit)


def _isolated(visit: Visit) -> str:
    return isolate(visit.organisation_name)
