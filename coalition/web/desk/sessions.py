"""Where a person is signed in: seen and ended by themselves; ended by an administrator, who sees only how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition.actions import sessions
from coalition.database import db
from coalition.languages import moment_words
from coalition.models.account import Account
from coalition.web import entrance
from coalition.web.audience import EVERY_ROLE, Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from coalition.models.desk_session import DeskSession

PLACE = "/desk/account#sessions"


@desk.post("/account/sessions/<uuid:session_id>/end")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
def end_session(session_id: UUID) -> Response:
    """End one of one's own sessions; one that has ended meanwhile is as good."""
    if session_id == present_id():
        abort(404)  # for this one there is the way out
    sessions.end(session_id, of=account().id)
    flash(_("That browser is signed out."))
    return redirect(PLACE, code=303)


@desk.post("/account/sessions/end")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
def end_other_sessions() -> Response:
    """End all of one's own sessions but this."""
    sessions.end_others(account().id, but=present_id())
    flash(_("You are signed out everywhere but here."))
    return redirect(PLACE, code=303)


@desk.post("/team/<uuid:account_id>/sessions/end")
@audience(Audience.ADMINISTRATOR)
def end_colleagues_sessions(account_id: UUID) -> Response:
    """End all sessions of a colleague."""
    colleague = db.session.get(Account, account_id)
    if colleague is None or colleague.id == account().id:
        abort(404)
    name = colleague.name
    number = sessions.end_colleagues(account_id, by=account())
    flash(
        ngettext(
            "%(name)s is signed out of %(num)s browser, and told so by mail.",
            "%(name)s is signed out of %(num)s browsers, and told so by mail.",
            number,
            name=name,
        )
    )
    return redirect("/desk/team", code=303)


def present_id() -> UUID:
    """The session in which this request comes."""
    present = entrance.present_session()
    if present is None:
        abort(404)
    return present.id


def own_rows() -> list[dict[str, Any]]:
    """One's own live sessions as the account's page lists them, this one first."""
    here = present_id()
    found = sorted(sessions.live_of(account().id), key=lambda one: one.id != here)
    return [_row(one, is_here=one.id == here) for one in found]


def _row(one: DeskSession, *, is_here: bool) -> dict[str, Any]:
    zone, spoken = account().zone, language()
    return {
        "id": one.id,
        "device": one.device or _("A browser that we do not know"),
        "how": _how(one.came_by),
        "began": moment_words(one.began_at, zone, spoken),
        "used": moment_words(one.seen_at, zone, spoken),
        "is_here": is_here,
    }


def _how(came_by: str) -> str:
    return {
        "password": str(_("by password")),
        "code": str(_("by a code by mail")),
        "link": str(_("by a one-time link")),
        "passkey": str(_("by a passkey")),
    }[came_by]
