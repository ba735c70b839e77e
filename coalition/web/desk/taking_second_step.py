"""An administrator takes the second step of a colleague away who lost it. Never one's own."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition.actions import second_step
from coalition.actions.second_step import NotAllowed
from coalition.database import db
from coalition.models.account import Account
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.proving import freshly_proved


@desk.get("/team/<uuid:account_id>/second-step")
@audience(Audience.ADMINISTRATOR)
@freshly_proved
def ask_to_take_second_step(account_id: UUID) -> str:
    """What taking it away means, before it is done."""
    colleague = _colleague(account_id)
    return render_template("desk/team_second_step.html", colleague=colleague, has=second_step.proofs(colleague))


@desk.post("/team/<uuid:account_id>/second-step")
@audience(Audience.ADMINISTRATOR)
@freshly_proved
def take_second_step(account_id: UUID) -> ResponseReturnValue:
    """Take it away; the colleague is signed out and told, and so are all administrators."""
    name = _colleague(account_id).name
    try:
        second_step.take_away(account_id, by=account())
    except NotAllowed:
        abort(403)
    flash(_("The second step of %(name)s is taken away. They and all administrators are told by mail.", name=name))
    return redirect("/desk/team", code=303)


def _colleague(account_id: UUID) -> Account:
    found = db.session.get(Account, account_id)
    if found is None or not found.is_live or found.id == account().id:
        abort(404)
    return found
