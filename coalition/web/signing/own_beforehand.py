"""Agreeing beforehand, from the organisation's own page: to which letters, of whom, and for how long one can say no."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from coalition.actions import standing_consent
from coalition.actions.standing_consent import VETO_HOURS, Beforehand, NotForWithheld, NothingAgreedTo
from coalition.database import db
from coalition.languages import isolate
from coalition.rendering.kinds import WORDS
from coalition.web.audience import Audience, audience
from coalition.web.signing.answers import Problems, without_controls
from coalition.web.signing.door import signing
from coalition.web.signing.own_consents import consents_of, named, window_words
from coalition.web.signing.own_home import show_own
from coalition.web.signing.own_visit import OwnVisit, acting, looking

ROLE_LIMIT = 200


@signing.get("/organisation/<uuid:organisation_id>/beforehand")
@audience(Audience.CONTACT)
def beforehand(organisation_id: UUID) -> Response:
    """What was agreed to beforehand, and the form to agree."""
    return _page(looking(organisation_id))


@signing.post("/organisation/<uuid:organisation_id>/beforehand")
@audience(Audience.CONTACT)
def agree_beforehand(organisation_id: UUID) -> Response:
    """Agree."""
    visit = acting(organisation_id)
    problems = _problems(visit)
    if problems:
        return _page(visit, problems=problems, status=422)
    try:
        standing_consent.give(visit.here, _said())
    except NotForWithheld:
        return _page(visit, status=409)
    except NothingAgreedTo:
        return _page(visit, problems={"lead": _("Choose whose letters they are")}, status=422)
    return make_response(redirect(f"{visit.path}/beforehand?done=agreed", code=303))


@signing.get("/organisation/<uuid:organisation_id>/beforehand/<uuid:consent_id>")
@audience(Audience.CONTACT)
def beforehand_again(organisation_id: UUID, consent_id: UUID) -> Response:  # noqa: ARG001 -- a part of the address
    """An address that a form was sent to, opened by hand: the page again."""
    return make_response(redirect(f"{looking(organisation_id).path}/beforehand", code=303))


@signing.post("/organisation/<uuid:organisation_id>/beforehand/<uuid:consent_id>")
@audience(Audience.CONTACT)
def revoke_beforehand(organisation_id: UUID, consent_id: UUID) -> Response:
    """End what was agreed to. Another organisation's, and one that is none, are answered alike."""
    visit = acting(organisation_id)
    is_known = consent_id in {one["id"] for one in consents_of(visit)}
    if is_known and request.form.get("revoke") != "yes":
        words = _("Tick that it is to end")
        return _page(visit, problems={f"revoke-{consent_id.hex[:8]}": words}, status=422)
    standing_consent.revoke(visit.here, consent_id)
    return make_response(redirect(f"{visit.path}/beforehand?done=revoked", code=303))


def _page(visit: OwnVisit, *, problems: Problems | None = None, status: int = 200) -> Response:
    sent = request.form if request.method == "POST" else {}
    leads = standing_consent.leads(db.session())
    return show_own(
        "signing/own/beforehand.html",
        visit,
        status=status,
        consents=consents_of(visit),
        may_agree=standing_consent.may_agree(visit.organisation),
        leads=[
            {"value": one.id.hex, "label": _shown(named(one, visit.language))}
            for one in leads
            if one.id != visit.organisation.id
        ],
        lead=sent.get("lead", ""),
        kinds=[{"value": kind, "label": words} for kind, words in WORDS.items()],
        chosen=request.form.getlist("kinds"),
        windows=[{"value": str(hours), "label": window_words(hours, visit.language)} for hours in VETO_HOURS],
        hours=sent.get("hours", ""),
        role=without_controls(sent.get("role", ""))[:ROLE_LIMIT],
        sentence=_sentence(visit),
        errors=problems or {},
    )


def _problems(visit: OwnVisit) -> Problems:
    leads = {one.id.hex for one in standing_consent.leads(db.session()) if one.id != visit.organisation.id}
    found = {
        "lead": "" if request.form.get("lead", "") in leads else _("Choose whose letters they are"),
        "kinds": "" if set(request.form.getlist("kinds")) & set(WORDS) else _("Choose at least one kind of letter"),
        "hours": ""
        if request.form.get("hours", "") in {str(hours) for hours in VETO_HOURS}
        else _("Choose how long you can say no"),
        "role": "" if without_controls(request.form.get("role", "")).strip() else _("Enter your role"),
        "agree": ""
        if request.form.get("agree") == "yes"
        else _("Confirm that %(organisation)s agrees beforehand", organisation=isolate(_named_here(visit))),
    }
    return {name: words for name, words in found.items() if words}


def _said() -> Beforehand:
    return Beforehand(
        lead_id=UUID(request.form["lead"]),
        kinds=tuple(request.form.getlist("kinds")),
        veto_hours=int(request.form["hours"]),
        role=without_controls(request.form["role"])[:ROLE_LIMIT],
    )


def _sentence(visit: OwnVisit) -> Markup:
    """The sentence that is ticked, as `coalition.models.wording` keeps it."""
    words = _(
        "%(organisation)s agrees beforehand to such letters. Before each signature all its contacts are told, and any "
        "of them can say no."
    )
    return escape(words) % {"organisation": Markup("<bdi>%s</bdi>") % _named_here(visit)}


def _shown(name: str) -> Markup:
    return Markup("<bdi>%s</bdi>") % name


def _named_here(visit: OwnVisit) -> str:
    return named(visit.organisation, visit.language)
