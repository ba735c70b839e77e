"""What a coordinator recorded for the organisation: confirm it with one press, or say that it is not right."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from coalition import languages
from coalition.actions import recorded as verbs
from coalition.actions.acts import LinkReplaced, TextChanged
from coalition.actions.reconfirm import NothingToObjectTo
from coalition.actions.recorded import NothingToConfirm, is_recorded, last_agreement, may_confirm
from coalition.database import db
from coalition.languages import isolate
from coalition.models.account import Account
from coalition.models.consent import CONFIRMED_WORDING, Consent
from coalition.models.evidence import Evidence
from coalition.models.invitation import InvitationRevoked
from coalition.models.signature import NoStandingSignature, Signature
from coalition.rendering.way_words import way_words
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem, receipt
from coalition.web.signing.answers import Answers, Problems, problems_of_keeping, problems_of_objecting
from coalition.web.signing.door import signing
from coalition.web.signing.names import printed
from coalition.web.signing.pages import invitation_page, show_page
from coalition.web.signing.showing import moment, text_facts
from coalition.web.signing.standing import Standing
from coalition.web.signing.visit import LinkEnded, Visit, acting, looking

if TYPE_CHECKING:
    from collections.abc import Callable


@signing.get("/invitation/<uuid:invitation_id>/recorded")
@audience(Audience.CONTACT)
def recorded(invitation_id: UUID) -> Response:
    """What was recorded, by whom, because who said so; and the two answers to it."""
    return recorded_page(looking(invitation_id))


@signing.post("/invitation/<uuid:invitation_id>/recorded")
@audience(Audience.CONTACT)
def answer_to_record(invitation_id: UUID) -> Response:
    """Confirm what was recorded, or object to it."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, ())
    is_objection = request.form.get("act") == "object"
    problems = form_problem(visit) | (_objecting(visit, answers) if is_objection else _confirming(visit, answers))
    if problems:
        return recorded_page(visit, answers=answers, problems=problems, status=422)
    return _done(visit, answers, lambda: _object(visit, answers) if is_objection else _confirm(visit))


def recorded_page(
    visit: Visit, *, answers: Answers | None = None, problems: Problems | None = None, status: int = 200
) -> Response:
    """The page; where nothing stands that was recorded, the letter itself."""
    standing = Standing.of(visit)
    if standing.signature is None or not is_recorded(standing.signature):
        return invitation_page(visit, status=status, problems=problems)
    return show_page(
        "signing/recorded.html",
        visit,
        standing,
        status=status,
        at="recorded",
        record=_facts(visit, standing.signature),
        text=text_facts(visit.text),
        can_confirm=may_confirm(db.session(), standing.signature),
        sentence=_sentence(visit),
        answers=answers.shown if answers else Answers(),
        errors=problems or {},
        errors_title=_("Nothing was recorded") if status == 409 else None,
    )


def _facts(visit: Visit, signature: Signature) -> dict[str, Any]:
    consent = last_agreement(signature)
    assert consent is not None  # noqa: S101 -- asked by the caller  # nosec B101
    evidence = _evidence(consent)
    said = evidence.said if evidence is not None and evidence.said else {}
    recorder = db.session.get(Account, UUID(consent.by["account"])) if consent.by["account"] else None
    return {
        "recorder": recorder.name if recorder else "",
        "at": moment(datetime.fromisoformat(consent.at), visit),
        "person": consent.by["name"],
        "role": consent.by["role"],
        "day": languages.date_words(said["on"], visit.language) if said else "",
        "way": way_words(said["way"]) if said else "",
        "version": consent.version.number,
        "is_withheld": signature.visibility != "named",
        "name": printed(signature.printed_names, visit.form.language),
    }


def _evidence(consent: Consent) -> Evidence | None:
    return db.session.get(Evidence, UUID(consent.evidence_file_id)) if consent.evidence_file_id else None


def _sentence(visit: Visit) -> Markup:
    """The sentence by which it is confirmed, as `coalition.models.wording` keeps it."""
    sentences = {"confirmed-1": _("%(organisation)s agrees to version %(version)s, as it was recorded.")}
    name = Markup("<bdi>%s</bdi>") % visit.organisation_name
    version = languages.number(visit.letter.version.number, visit.language)
    return escape(sentences[CONFIRMED_WORDING]) % {"organisation": name, "version": version}


def _confirming(visit: Visit, answers: Answers) -> Problems:
    words = _("Tick that %(organisation)s agrees", organisation=isolate(visit.organisation_name))
    return problems_of_keeping(answers, words)


def _objecting(visit: Visit, answers: Answers) -> Problems:
    words = _("Tick that %(organisation)s did not say this", organisation=isolate(visit.organisation_name))
    return problems_of_objecting(answers, words)


def _confirm(visit: Visit) -> None:
    verbs.confirm(visit.invitation.id, key=visit.form.key_of("confirm"), shown=visit.form.shown)


def _object(visit: Visit, answers: Answers) -> None:
    key = visit.form.key_of("object_to_record")
    verbs.object_to_record(visit.invitation.id, key=key, shown=visit.form.shown, words=answers.reason)


def _done(visit: Visit, answers: Answers, act: Callable[[], object]) -> Response:
    """Do it, or show why not: nothing is recorded then, and nothing that was typed is lost."""
    try:
        act()
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except TextChanged:
        words = _("The text has changed since you opened this page. Read it again, then send again.")
        return recorded_page(visit.anew(), answers=answers, problems={"": words}, status=409)
    except (NoStandingSignature, NothingToConfirm, NothingToObjectTo):
        words = _("This was answered meanwhile, or is disputed. How it stands is said below.")
        title = _("Nothing was recorded")
        return invitation_page(visit.anew(), problems={"": words}, problems_title=title, status=409)
    return receipt(visit)
