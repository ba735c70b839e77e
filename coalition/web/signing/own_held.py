"""What is held on a contact and its organisation: looked at, taken along, erased."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from coalition.actions import forget, held, own_entry, retention
from coalition.actions.own_entry import NothingWanted
from coalition.database import db
from coalition.web.audience import Audience, audience
from coalition.web.signing.answers import Problems
from coalition.web.signing.door import signing
from coalition.web.signing.leaving import FORGET
from coalition.web.signing.own_home import live_contacts, show_own
from coalition.web.signing.own_visit import OwnVisit, acting, looking, take_cookie


@signing.get("/organisation/<uuid:organisation_id>/held")
@audience(Audience.CONTACT)
def what_is_held(organisation_id: UUID) -> Response:
    """Every category, with what can be erased and what stays."""
    return _page(looking(organisation_id))


@signing.get("/organisation/<uuid:organisation_id>/held/<any(download, 'erase-me', 'erase-entry'):_act>")
@audience(Audience.CONTACT)
def what_is_held_again(organisation_id: UUID, _act: str) -> Response:
    """An address that a form was sent to, opened by hand: the page again."""
    return make_response(redirect(f"{looking(organisation_id).path}/held", code=303))


@signing.post("/organisation/<uuid:organisation_id>/held/download")
@audience(Audience.CONTACT)
def download_held(organisation_id: UUID) -> Response:
    """All of it as JSON, in a file whose name tells nothing. Changes nothing."""
    visit = acting(organisation_id)
    content = json.dumps(held.held_on(db.session(), visit.contact), ensure_ascii=False, indent=2)
    shown = {"Content-Disposition": 'attachment; filename="held.json"'}
    return Response(content.encode() + b"\n", content_type="application/json", headers=shown)


@signing.post("/organisation/<uuid:organisation_id>/held/erase-me")
@audience(Audience.CONTACT)
def erase_me(organisation_id: UUID) -> Response:
    """Erase the person who asks; with that the session is over."""
    visit = acting(organisation_id)
    if request.form.get("me") != "yes":
        return _page(visit, problems={"me": _("Tick that what is held on you is to be erased")}, status=422)
    forget.erase_oneself(visit.here)
    answer = make_response(redirect("/left", code=303))
    take_cookie(answer, organisation_id)
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


@signing.post("/organisation/<uuid:organisation_id>/held/erase-entry")
@audience(Audience.CONTACT)
def erase_entry(organisation_id: UUID) -> Response:
    """Ask a coordinator to erase the organisation's entry."""
    visit = acting(organisation_id)
    if request.form.get("entry") != "yes":
        words = _("Tick that the entry of your organisation is to be erased")
        return _page(visit, problems={"entry": words}, status=422)
    try:
        own_entry.ask_for_change(visit.here, {"erase": "yes"})
    except NothingWanted:
        return _page(visit)
    return make_response(redirect(f"{visit.path}/held?done=asked", code=303))


def _page(visit: OwnVisit, *, problems: Problems | None = None, status: int = 200) -> Response:
    found = held.held_on(db.session(), visit.contact)
    return show_own(
        "signing/own/held.html",
        visit,
        status=status,
        person=found["person"],
        entry=found["organisation"],
        days=retention.kept_for().days,
        is_last=len(live_contacts(visit.organisation)) == 1,
        errors=problems or {},
    )
