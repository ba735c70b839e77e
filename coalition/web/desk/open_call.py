"""The open call at the desk: an address to pass on, made, ended and made anew; and the choice for the public page."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock, config, tokens
from coalition.actions import call
from coalition.actions.call import PracticeLetter
from coalition.database import db
from coalition.models.letter import NotOpenForSigning
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, show, the_letter


@desk.get("/letters/<uuid:letter_id>/call")
@audience(Audience.TEAM)
def open_call(letter_id: UUID) -> ResponseReturnValue:
    """The address of the call, or what one would be."""
    return _page()


@desk.post("/letters/<uuid:letter_id>/call")
@audience(Audience.TEAM)
def change_call(letter_id: UUID) -> ResponseReturnValue:
    """Make the address, another in its place, or end it."""
    act = request.form.get("act")
    if act not in {"make", "end"}:
        return _page({"": _("Choose what to do with the call.")}, status=422)
    try:
        if act == "make":
            call.make_call(letter_id, by=account())
            flash(_("The call has its address. One that was made before works no more."))
        else:
            call.end_call(letter_id, by=account())
            flash(_("The call has ended. Its address works no more."))
    except NotOpenForSigning:
        return _page({"": _("Signing is not open: a call needs a letter that can be signed.")}, status=409)
    except PracticeLetter:
        return _page({"": _("A practice letter goes to nobody outside its team.")}, status=409)
    return lead_to(letter_id, "call")


@desk.post("/letters/<uuid:letter_id>/choices/requests")
@audience(Audience.TEAM)
def take_requests(letter_id: UUID) -> ResponseReturnValue:
    """Let the published letter take requests, or no more."""
    is_taken = request.form.get("takes_requests") == "yes"
    call.take_requests(letter_id, is_taken=is_taken, by=account())
    flash(_("The published letter takes requests.") if is_taken else _("The published letter takes no requests."))
    return lead_to(letter_id, "choices")


def _page(errors: dict[str, str] | None = None, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter = the_letter()
    link = call.call_of(db.session(), letter.id)
    address = f"{config.settings().root}/call/{link.token(tokens.ours())}" if link else ""
    return show(
        "desk/open_call.html",
        status=status,
        errors=errors or {},
        address=address,
        is_open=letter.is_open_for_signing(now=clock.now()),
    )
