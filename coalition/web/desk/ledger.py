"""The ledger of a letter, to take along: a PDF to read, JSON to check (docs/ledger.md)."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import config
from coalition.actions import circulate, ledger
from coalition.actions.circulate import NotCoordinator
from coalition.database import db
from coalition.models.letter import Tally
from coalition.rendering import faces
from coalition.rendering.ledger import to_json
from coalition.rendering.ledger_pdf import to_pdf
from coalition.rendering.pdf import MissingGlyphs
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, show, the_letter
from coalition.web.desk.typed import Typed

FORMS = ("pdf", "json")


@desk.get("/letters/<uuid:letter_id>/ledger")
@audience(Audience.TEAM)
def ledger_of_letter(letter_id: UUID) -> ResponseReturnValue:
    """What it is, and the choice of form."""
    return _page(Typed.stored({"form": "pdf"}))


@desk.post("/letters/<uuid:letter_id>/ledger")
@audience(Audience.TEAM)
def download_ledger(letter_id: UUID) -> ResponseReturnValue:
    """The file; with withheld names the record notes first that they were looked at."""
    typed = Typed(request.form)
    form = typed.choice("form", FORMS, _("Choose the form of the file."))
    with_withheld = typed.tick("withheld")
    if not typed.is_good:
        return _page(typed, status=422)
    if with_withheld:
        try:
            circulate.show_withheld(letter_id, by=account())
        except NotCoordinator:
            typed.wrong("withheld", _("Only coordinators of the letter see withheld names."))
            return _page(typed, status=403)
    made = ledger.of_letter(db.session(), the_letter(), with_withheld=with_withheld)
    if form == "json":
        return _file(to_json(made), "application/json", "ledger.json")
    try:
        content = to_pdf(made, language(), fonts=faces.cjk_fonts(config.settings().font_folders))
    except MissingGlyphs:
        typed.wrong("form", _("No font here shows every character of these names. Take the JSON, or add a font."))
        return _page(typed, status=409)
    return _file(content, "application/pdf", "ledger.pdf")


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    tally = db.session.get_one(Tally, the_letter().id)
    return show("desk/ledger.html", status=status, typed=typed, errors=typed.errors, withheld=tally.withheld)
