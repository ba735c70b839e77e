"""Replies that came by mail: the queue of a letter, unread first. A reply records nothing; a coordinator does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, request
from flask_babel import gettext as _
from sqlalchemy import func, select

from coalition import languages
from coalition.actions import reply
from coalition.actions.circulate import NotCoordinator
from coalition.database import db
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.reply_view import facts_of, reply_of
from coalition.web.desk.typed import leaf

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement

PAGE = 25
VIEWS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "open": IncomingEmail.is_unread(),
    "done": (IncomingEmail.kind == "reply", IncomingEmail.settled_at.is_not(None)),
    "automatic": (IncomingEmail.kind == "automatic",),
}


@desk.get("/letters/<uuid:letter_id>/replies")
@audience(Audience.TEAM)
def replies(letter_id: UUID) -> ResponseReturnValue:
    """Those that wait, those that were dealt with, or automatic answers; the latest first."""
    view = request.args.get("view", "open")
    view = view if view in VIEWS else "open"
    counted = {name: _number(letter_id, *conditions) for name, conditions in VIEWS.items()}
    last = max((counted[view] - 1) // PAGE + 1, 1)
    page = leaf(request.args, last)
    rows = db.session.execute(
        select(IncomingEmail, Invitation)
        .join(Invitation, Invitation.id == IncomingEmail.invitation_id)
        .where(IncomingEmail.letter_id == letter_id, *VIEWS[view])
        .order_by(IncomingEmail.at.desc(), IncomingEmail.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return show(
        "desk/replies.html",
        view=view,
        figures=_figures(letter_id, counted, view),
        replies=[facts_of(one, invitation, the_letter()) for one, invitation in rows],
        pages=_pages(page, last, view),
    )


@desk.post("/letters/<uuid:letter_id>/replies/<uuid:reply_id>")
@audience(Audience.TEAM)
def settle_reply(letter_id: UUID, reply_id: UUID) -> ResponseReturnValue:
    """Mark a reply as dealt with, or open it again, and go back to where the button stood."""
    found = reply_of(the_letter(), reply_id)
    if found is None:
        abort(404)
    is_done, organisation_id = request.form.get("act") != "again", found[1].organisation_id
    try:
        reply.settle(letter_id, reply_id, is_done=is_done, by=account())
    except NotCoordinator:
        abort(403)
    except LookupError:
        abort(404)
    flash(_("The reply is dealt with.") if is_done else _("The reply is open again."))
    if request.form.get("to") == "organisation":
        return lead_to(letter_id, "organisations", str(organisation_id))
    return lead_to(letter_id, "replies")


def _number(letter_id: UUID, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count(IncomingEmail.id)).where(
        IncomingEmail.letter_id == letter_id, IncomingEmail.invitation_id.is_not(None), *conditions
    )
    return db.session.scalar(query) or 0


def _figures(letter_id: UUID, counted: dict[str, int], view: str) -> list[dict[str, Any]]:
    words = {"open": _("to deal with"), "done": _("dealt with"), "automatic": _("automatic answers")}
    path = path_of(letter_id, "replies")
    return [
        {
            "value": languages.number(counted[name], language()),
            "label": words[name],
            "href": path if name == "open" else f"{path}?view={name}",
            "current": name == view,
        }
        for name in VIEWS
    ]


def _pages(page: int, last: int, view: str) -> dict[str, str] | None:
    if last == 1:
        return None
    spoken = language()
    words = _("Page %(number)s of %(last)s", number=languages.number(page, spoken), last=languages.number(last, spoken))
    return {
        "words": words,
        "earlier": f"?view={view}&page={page - 1}" if page > 1 else "",
        "later": f"?view={view}&page={page + 1}" if page < last else "",
    }
