"""An administrator takes an organisation's name off every list at once, and sees no letter by it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.actions import mask
from coalition.actions.taken_over_names import lines_named_like
from coalition.database import db
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.rendering.reading import reading_title
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@desk.get("/directory/<uuid:organisation_id>/hide")
@audience(Audience.ADMINISTRATOR)
def hide_name(organisation_id: UUID) -> ResponseReturnValue:
    """How many published lists name it, and the press that takes it off all of them."""
    return _page(organisation_id, {})


@desk.post("/directory/<uuid:organisation_id>/hide")
@audience(Audience.ADMINISTRATOR)
def hide_name_now(organisation_id: UUID) -> ResponseReturnValue:
    """Take it off."""
    if request.form.get("confirm") != "yes":
        return _page(organisation_id, {"confirm": _("Tick that the name is to leave every list")}, status=422)
    if db.session.get(Organisation, organisation_id) is None:
        abort(404)
    number = mask.mask_everywhere(organisation_id, by=account(), lines=_chosen())
    flash(
        ngettext(
            "The name has left %(number)s published list. The organisation is told.",
            "The name has left %(number)s published lists. The organisation is told.",
            number,
            number=languages.number(number, language()),
        )
        if number
        else _("No published list names it now.")
    )
    return redirect(f"/desk/directory/{organisation_id}", code=303)


def _page(organisation_id: UUID, errors: dict[str, str], *, status: int = 200) -> ResponseReturnValue:
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        abort(404)
    lines = mask.lines_of(db.session(), organisation_id)
    html = render_template(
        "desk/hide_name.html",
        organisation={"id": str(organisation.id), "name": organisation.name_in(language())},
        lines=lines,
        number=languages.number(lines, language()),
        taken_over=_taken_over(organisation),
        chosen=request.form.getlist("line"),
        errors=errors,
    )
    return html, status


def _taken_over(organisation: Organisation) -> list[dict[str, str]]:
    """Lines of records that print one of its names, to choose from. None of one under a code name: they tell who."""
    if organisation.confidential_at is not None:
        return []
    session, spoken = db.session(), language()
    return [
        {
            "value": str(line.id),
            "label": f"{line.printed.get(spoken) or line.printed['und']} – "
            + reading_title(session.get_one(Letter, line.letter_id).text(spoken)),
        }
        for line in lines_named_like(session, organisation)
    ]


def _chosen() -> list[UUID]:
    found = []
    for typed in request.form.getlist("line"):
        with suppress(ValueError):
            found.append(UUID(typed))
    return found
