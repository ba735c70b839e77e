"""Before release: the page proof for those who signed, and the question to those whose last word is old."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock
from coalition.actions import refresh, show_proof
from coalition.actions.show_proof import NobodyToShow, ProofUntilInThePast
from coalition.database import db
from coalition.models.letter import AlreadyPublished, NotOpenForSigning
from coalition.models.public import PublicLetter
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.moment import MomentField
from coalition.web.desk.typed import Typed

UNTIL = "until"


@desk.get("/letters/<uuid:letter_id>/proof")
@audience(Audience.TEAM)
def page_proof(letter_id: UUID) -> ResponseReturnValue:
    """What was shown to whom until when, and whose word is old."""
    return _page(Typed.stored({}), moment.moment_field(UNTIL, None, the_letter().zone))


@desk.post("/letters/<uuid:letter_id>/proof")
@audience(Audience.TEAM)
def send_proof(letter_id: UUID) -> ResponseReturnValue:
    """Show it to everybody on the list."""
    typed = Typed(request.form)
    field, until = moment.read(typed, UNTIL, the_letter().zone, missing=_("Enter the day."))
    if until is None or not typed.is_good:
        return _page(typed, field, status=422)
    try:
        number = show_proof.send_proof(letter_id, until_at=until, by=account())
    except ProofUntilInThePast:
        field.errors["date"] = _("This moment has passed. Choose a later one.")
        typed.wrong(f"{UNTIL}_date", field.errors["date"])
        return _page(typed, field, status=422)
    except NobodyToShow:
        typed.wrong("", _("Nobody signed the text as it is now: there is nobody to show a proof to."))
        return _page(typed, field, status=409)
    except (NotOpenForSigning, AlreadyPublished):
        typed.wrong("", _("The letter is not at a stage before its release: no proof is shown."))
        return _page(typed, field, status=409)
    flash(ngettext("The proof goes to %(num)s person.", "The proof goes to %(num)s people.", number))
    return lead_to(letter_id, "proof")


@desk.post("/letters/<uuid:letter_id>/ask-again")
@audience(Audience.TEAM)
def ask_whether_it_stands(letter_id: UUID) -> ResponseReturnValue:
    """Ask those whose last word is old."""
    try:
        number = refresh.ask_whether_it_stands(letter_id, by=account())
    except (NotOpenForSigning, AlreadyPublished):
        flash(_("The letter is not at a stage before its release: nobody is asked."))
        return lead_to(letter_id, "proof")
    flash(
        ngettext("%(num)s person is asked.", "%(num)s people are asked.", number)
        if number
        else _("Everybody concerned was asked today already.")
    )
    return lead_to(letter_id, "proof")


def _page(typed: Typed, field: MomentField, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter, now = the_letter(), clock.now()
    sent, until = letter.proof_sent_at, letter.proof_until_at
    zones = (letter.zone, account().zone)
    return show(
        "desk/proof.html",
        status=status,
        errors=typed.errors,
        until=field,
        can_show=letter.stage in {"open", "closed"} and db.session.get(PublicLetter, letter.id) is None,
        sent=moment.in_words(sent, *zones) if sent else [],
        open_until=moment.in_words(until, *zones) if until else [],
        is_running=until is not None and now < until,
        stale=len(refresh.stale_signatures(db.session(), letter, now=now)),
        freshness_days=letter.freshness_days or 0,
    )
