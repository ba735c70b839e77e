"""After the text changed: keep the signature under it, or object to what was corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import reconfirm
from coalition.actions.acts import LinkReplaced, TextChanged
from coalition.actions.reconfirm import NothingToObjectTo
from coalition.languages import isolate
from coalition.models.invitation import InvitationRevoked
from coalition.models.letter import NotOpenForSigning
from coalition.models.objection import ObjectionsAreOver
from coalition.models.signature import NoStandingSignature
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem, receipt
from coalition.web.signing.answers import Answers, problems_of_keeping, problems_of_objecting
from coalition.web.signing.door import signing
from coalition.web.signing.pages import changes_page, invitation_page
from coalition.web.signing.since import changes_meanwhile
from coalition.web.signing.visit import LinkEnded, Visit, acting, looking

if TYPE_CHECKING:
    from collections.abc import Callable


@signing.get("/invitation/<uuid:invitation_id>/changes")
@audience(Audience.CONTACT)
def changes(invitation_id: UUID) -> Response:
    """What changed since the visitor's last act, and the answer to it."""
    return changes_page(looking(invitation_id))


@signing.post("/invitation/<uuid:invitation_id>/keep")
@audience(Audience.CONTACT)
def keep(invitation_id: UUID) -> Response:
    """Keep the signature under the version in force; an objection of the organisation's own is lifted with that."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, ())
    shown = languages.number(visit.form.version, visit.language)
    words = _(
        "Tick that %(organisation)s keeps its signature under version %(version)s",
        organisation=isolate(visit.organisation_name),
        version=shown,
    )
    problems = form_problem(visit) | problems_of_keeping(answers, words)
    if problems:
        return changes_page(visit, answers=answers, problems=problems, status=422)
    key = visit.form.key_of("keep")
    return recorded(visit, answers, lambda: reconfirm.keep(visit.invitation.id, key=key, shown=visit.form.shown))


@signing.post("/invitation/<uuid:invitation_id>/object")
@audience(Audience.CONTACT)
def object_to_correction(invitation_id: UUID) -> Response:
    """Object to a typographical change: the line is off the list until the signature is kept after all."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, ())
    words = _("Tick that %(organisation)s objects to this change", organisation=isolate(visit.organisation_name))
    problems = form_problem(visit) | problems_of_objecting(answers, words)
    if problems:
        return changes_page(visit, answers=answers, problems=problems, status=422)

    def act() -> None:
        reconfirm.object_to(
            visit.invitation.id,
            key=visit.form.key_of("object"),
            shown=visit.form.shown,
            against="typographical",
            words=answers.reason,
        )

    return recorded(visit, answers, act)


def recorded(
    visit: Visit, answers: Answers, act: Callable[[], object], *, again: Callable[..., Response] = changes_page
) -> Response:
    """Do it, or show why not, on the page `again`: nothing is recorded then, and nothing that was typed is lost."""
    try:
        act()
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except TextChanged:
        words = _("The text has changed since you opened this page. See what changed, then send again.")
        return _changed(visit, answers, words)
    except NoStandingSignature:
        words = _("There is no signature of %(organisation)s to change.", organisation=isolate(visit.organisation_name))
        return _gone(visit, words)
    except NotOpenForSigning:
        return _gone(visit, _("This can be answered no more. How your signature stands is said below."))
    except ObjectionsAreOver:
        words = _("The time to object is over. You can still withdraw the signature, at any time.")
        title = _("Nothing was recorded")
        return again(visit.anew(), answers=answers, problems={"": words}, problems_title=title, status=409)
    except NothingToObjectTo:
        return _gone(visit, _("There is no correction to object to. You can withdraw the signature at any time."))
    return receipt(visit)


def _changed(visit: Visit, answers: Answers, words: str) -> Response:
    return changes_page(
        visit.anew(),
        answers=answers,
        problems={"": words},
        problems_title=_("Nothing was recorded"),
        meanwhile=changes_meanwhile(visit),
        status=409,
    )


def _gone(visit: Visit, words: str) -> Response:
    title = _("Nothing was recorded")
    return invitation_page(visit.anew(), problems={"": words}, problems_title=title, status=409)
