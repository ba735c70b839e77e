"""Letters that nobody can coordinate: an administrator sees that they exist, not what they say, and appoints one."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import languages
from coalition.actions import team
from coalition.actions.team import REASON_LIMIT, NoSuchPart, StillCoordinated
from coalition.database import db
from coalition.models.account import Account
from coalition.models.letter import Letter
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language
from coalition.web.desk.typed import Typed
from coalition.web.gone import rendered

PATH = "/desk/team/letters"
SHORT = 8
"""Digits of a letter's number that tell it from the others."""


@desk.get("/team/letters")
@audience(Audience.ADMINISTRATOR)
def letters_left_alone() -> ResponseReturnValue:
    """Which letters there are, by number and lead, and a form for each."""
    return _page(Typed.stored({}))


@desk.post("/team/letters/<uuid:letter_id>")
@audience(Audience.ADMINISTRATOR)
def appoint_coordinator(letter_id: UUID) -> ResponseReturnValue:
    """Appoint a coordinator; a letter that has one is as one that is not there."""
    if letter_id not in {one.id for one in team.uncoordinated(db.session())}:
        abort(404)
    typed, number = Typed(request.form), letter_id.hex
    accounts = {str(one.id): one for one in _accounts()}
    chosen = typed.choice(f"account-{number}", accounts, _("Choose a colleague."))
    reason = typed.line(f"reason-{number}", limit=REASON_LIMIT, missing=_("Say why: the team is told."))
    if not typed.is_good:
        return _page(typed, status=422)
    name = accounts[chosen].name
    try:
        team.appoint_coordinator(letter_id, accounts[chosen].id, by=account(), reason=reason)
    except (NoSuchPart, StillCoordinated):
        abort(404)
    flash(_("%(name)s coordinates the letter now. Everybody on its team is told.", name=name))
    return redirect(PATH, code=303)


def short_words(letter: Letter) -> str:
    """All that is told of a letter to somebody who is not on its team: its number and who leads it."""
    spoken = language()
    leads = [languages.isolate(one.name_in(spoken)) for one in letter.lead_organisations()]
    number = languages.isolate(letter.id.hex[:SHORT])
    return str(_("Letter %(number)s, led by %(leads)s", number=number, leads=languages.join(leads, spoken)))


def _accounts() -> list[Account]:
    """Everybody who can coordinate."""
    query = select(Account).where(Account.ended_at.is_(None), Account.active).order_by(Account.name)
    return [one for one in db.session.scalars(query) if one.may_be("coordinator")]


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    return rendered(
        "desk/left_alone.html",
        status=status,
        section="team",
        typed=typed,
        errors=typed.errors,
        letters=[{"id": str(one.id), "hex": one.id.hex, "words": short_words(one)} for one in _left_alone()],
        colleagues=[(str(one.id), one.name) for one in _accounts()],
    )


def _left_alone() -> list[Letter]:
    return team.uncoordinated(db.session())
