"""Codes to read out: a contact with safe mail is told the step-up code by somebody of the house, in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, render_template
from flask_babel import gettext as _

from coalition import clock, languages
from coalition.actions import step_up
from coalition.actions.circulate import NotCoordinator
from coalition.actions.step_up import CodeGone
from coalition.database import db
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, path_of, show, the_letter

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coalition.actions.step_up import ToReadOut


@desk.get("/letters/<uuid:letter_id>/codes")
@audience(Audience.TEAM)
def codes(letter_id: UUID) -> ResponseReturnValue:
    """How many wait. Who they are would tell whose name is withheld: that, and the code, need the recorded press."""
    return _page()


@desk.post("/letters/<uuid:letter_id>/codes/<uuid:code_id>")
@audience(Audience.TEAM)
def read_out(letter_id: UUID, code_id: UUID) -> ResponseReturnValue:
    """Show one code and for whom it is, on this answer alone; the record notes it first."""
    waiting = {one.id: one for one in step_up.codes_to_read_out(db.session(), letter_id, now=clock.now())}
    gone = _("This code works no more. The contact can ask for another one.")
    if code_id not in waiting:
        return _page(error=gone, status=409)
    try:
        code = step_up.show_code(code_id, by=account())
    except NotCoordinator:
        abort(403)
    except CodeGone:
        return _page(error=gone, status=409)
    return _page(shown=code_id, code=code)


@desk.get("/codes")
@audience(Audience.ADMINISTRATOR)
def codes_of_house() -> ResponseReturnValue:
    """How many wait for organisations' own pages; whose they are is beside the code alone."""
    return _house_page()


@desk.post("/codes/<uuid:code_id>")
@audience(Audience.ADMINISTRATOR)
def read_out_of_house(code_id: UUID) -> ResponseReturnValue:
    """Show one code and for whom it is, on this answer alone; the house's record notes it first."""
    gone = _("This code works no more. The contact can ask for another one.")
    if code_id not in {one.id for one in step_up.codes_of_own_pages(db.session(), now=clock.now())}:
        return _house_page(error=gone, status=409)
    try:
        code = step_up.show_code(code_id, by=account())
    except CodeGone:
        return _house_page(error=gone, status=409)
    return _house_page(shown=code_id, code=code)


def _house_page(
    *, shown: UUID | None = None, code: str = "", error: str = "", status: int = 200
) -> ResponseReturnValue:
    db.session.rollback()
    waiting = step_up.codes_of_own_pages(db.session(), now=clock.now())
    html = render_template(
        "desk/codes_of_house.html",
        errors={"": error} if error else {},
        codes=[_row(one, code if one.id == shown else "") for one in waiting],
        path="/desk/codes",
    )
    return html, status


def _page(*, shown: UUID | None = None, code: str = "", error: str = "", status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter_id = the_letter().id
    waiting = step_up.codes_to_read_out(db.session(), letter_id, now=clock.now())
    return show(
        "desk/codes.html",
        status=status,
        errors={"": error} if error else {},
        codes=[_row(one, code if one.id == shown else "") for one in waiting],
        path=path_of(letter_id, "codes"),
    )


def _row(one: ToReadOut, code: str) -> dict[str, Any]:
    """One that waits; who it is only beside its code."""
    row: dict[str, Any] = {
        "id": str(one.id),
        "until": languages.moment_words(one.expires_at, account().zone, language()),
        "code": code,
    }
    if not code:
        return row
    contact = one.contact
    return row | {
        "who": contact.name or _("No name"),
        "organisation": contact.organisation.name_in(language()),
        "telephone": contact.telephone or "",
        "other_channel": contact.other_channel or "",
    }
