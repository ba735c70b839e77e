"""What readers say is wrong with a letter's list: read, dealt with, settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import report as verbs
from coalition.actions.circulate import NotCoordinator
from coalition.database import db
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.typed import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coalition.models.report import Report

REPLY_LIMIT = 2000


@desk.get("/letters/<uuid:letter_id>/reports")
@audience(Audience.TEAM)
def reports(letter_id: UUID) -> ResponseReturnValue:
    """The queue, those to be settled first."""
    return _page(Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/reports/<uuid:report_id>")
@audience(Audience.TEAM)
def settle_report(letter_id: UUID, report_id: UUID) -> ResponseReturnValue:
    """Settle one. Nobody is written to: whoever left an address is answered by hand."""
    typed = Typed(request.form)
    reply = typed.prose(f"reply-{report_id.hex}", limit=REPLY_LIMIT)
    if not typed.is_good:
        return _page(typed, status=422)
    try:
        verbs.settle(report_id, letter_id=letter_id, reply=reply, by=account())
    except NotCoordinator:
        abort(403)
    except LookupError:
        abort(404)
    flash(_("It is settled."))
    return lead_to(letter_id, "reports")


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    found = [_row(one) for one in verbs.reports_on(db.session(), the_letter().id)]
    return show(
        "desk/reports.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        waiting=[one for one in found if not one["settled"]],
        settled=[one for one in found if one["settled"]],
    )


def _row(one: Report) -> dict[str, Any]:
    said: dict[str, str] = one.said or {}
    spoken, zone = language(), account().zone
    return {
        "id": str(one.id),
        "field": f"reply-{one.id.hex}",
        "name": said.get("name", ""),
        "words": said.get("words", ""),
        "address": said.get("address", ""),
        "language": languages.name(one.language, spoken),
        "at": languages.moment_words(one.created_at, zone, spoken),
        "iso": one.created_at.isoformat(timespec="seconds"),
        "settled": languages.moment_words(one.settled_at, zone, spoken) if one.settled_at else "",
        "reply": one.reply or "",
    }
