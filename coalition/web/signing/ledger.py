"""The organisation's own entries in the ledger, to take along."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from coalition import config
from coalition.actions import ledger
from coalition.database import db
from coalition.rendering import faces
from coalition.rendering.ledger import Ledger, to_json
from coalition.rendering.ledger_pdf import to_pdf
from coalition.rendering.pdf import MissingGlyphs
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem
from coalition.web.signing.door import signing
from coalition.web.signing.pages import ledger_page
from coalition.web.signing.visit import Visit, acting


@signing.post("/invitation/<uuid:invitation_id>/ledger")
@audience(Audience.CONTACT)
def download_ledger(invitation_id: UUID) -> Response:
    """The file. Its name tells nothing: it may lie on a phone that others look at. Changes nothing."""
    visit = acting(invitation_id)
    problems = form_problem(visit)
    if problems:
        return ledger_page(visit, problems=problems, status=422)
    if request.form.get("form") == "json":
        return _file(to_json(_own(visit)), "application/json", "record.json")
    try:
        content = to_pdf(_own(visit), visit.language, fonts=faces.cjk_fonts(config.settings().font_folders))
    except MissingGlyphs:
        words = _("No font here shows every character of the names. Take the JSON instead.")
        return ledger_page(visit, problems={"": words}, status=409)
    return _file(content, "application/pdf", "record.pdf")


def _own(visit: Visit) -> Ledger:
    return ledger.of_organisation(db.session(), visit.letter, visit.organisation.id)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
