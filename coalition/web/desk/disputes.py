"""Disputed signatures of a letter, settled with a reason; and a line taken off the list at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import dispute, mask
from coalition.actions.acts import standing_signature
from coalition.actions.circulate import NotCoordinator
from coalition.actions.dispute import SettledMeanwhile
from coalition.actions.mask import NotYourMask
from coalition.database import db
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter
from coalition.models.signature import NoStandingSignature
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coalition.models.objection import Objection
    from coalition.models.signature import Signature

REASON_LIMIT = 2000


@desk.get("/letters/<uuid:letter_id>/disputes")
@audience(Audience.TEAM)
def disputes(letter_id: UUID) -> ResponseReturnValue:
    """What is open, the oldest first."""
    return _disputes_page(Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/disputes/<uuid:objection_id>")
@audience(Audience.TEAM)
def settle_dispute(letter_id: UUID, objection_id: UUID) -> ResponseReturnValue:
    """Let the signature stand again, or end it; the organisation is told the reason."""
    typed, field = Typed(request.form), f"reason-{objection_id.hex}"
    reason = typed.prose(field, limit=REASON_LIMIT, missing=_("Write the reason: the organisation is told it."))
    how = typed.choice("how", {"release", "end"}, _("Choose whether the signature stands again or ends."))
    if not typed.is_good:
        return _disputes_page(typed, status=422)
    verb = dispute.release if how == "release" else dispute.end
    try:
        verb(letter_id, objection_id, reason=reason, by=account())
    except NotCoordinator:
        abort(403)
    except SettledMeanwhile:
        flash(_("This was settled meanwhile. Nothing was changed."))
    else:
        flash(_("It is settled, and the organisation is told."))
    return lead_to(letter_id, "disputes")


@desk.get("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/list")
@audience(Audience.TEAM)
def on_the_list(letter_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """How to take a line off the list at once: mask the name, or suspend the signature."""
    return _line_page(organisation_id, Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/mask")
@audience(Audience.TEAM)
def mask_line(letter_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Take the name off every list, or lift the team's own mask; the signature stands."""
    typed = Typed(request.form)
    act = typed.choice("act", {"mask", "unmask"}, _("Choose what is to be done."))
    if typed.is_good and not typed.tick("confirm"):
        typed.wrong("confirm", _("Tick that the name is to leave the list") if act == "mask"
                    else _("Tick that the name is to be on the list again"))  # fmt: skip
    if not typed.is_good:
        return _line_page(organisation_id, typed, status=422)
    try:
        (mask.mask if act == "mask" else mask.unmask)(letter_id, organisation_id, by=account())
    except NotCoordinator:
        abort(403)
    except NoStandingSignature:
        abort(404)
    except NotYourMask:
        flash(_("Not the team took the name off. Only the organisation has it published again."))
        return lead_to(letter_id, "organisations", str(organisation_id), "list")
    flash(_("The name is off every list. The organisation is told.") if act == "mask"
          else _("The name is on the list again. The organisation is told."))  # fmt: skip
    return lead_to(letter_id, "organisations", str(organisation_id))


@desk.post("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/suspend")
@audience(Audience.TEAM)
def suspend_line(letter_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Suspend the signature at once."""
    typed = Typed(request.form)
    reason = typed.prose("reason", limit=REASON_LIMIT, missing=_("Write the reason: the organisation is told it."))
    if not typed.is_good:
        return _line_page(organisation_id, typed, status=422)
    try:
        dispute.suspend(letter_id, organisation_id, reason=reason, by=account())
    except NotCoordinator:
        abort(403)
    except NoStandingSignature:
        abort(404)
    flash(_("The signature is suspended: it is on no list and in no count. The organisation is told."))
    return lead_to(letter_id, "disputes")


def list_words(signature: Signature | None) -> str:
    """What leads from the organisation's page to its line; "" where no name stands, as with a withheld one."""
    if signature is None or signature.visibility != "named":
        return ""
    return str(_("The name is masked") if signature.masked_at else _("Mask the name, or suspend the signature"))


def _line_page(organisation_id: UUID, typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    """404 where no name stands: a withheld signature and none at all are the same here."""
    db.session.rollback()
    letter, organisation = the_letter(), db.session.get(Organisation, organisation_id)
    signature = standing_signature(db.session(), letter.id, organisation_id) if organisation else None
    if organisation is None or signature is None or signature.visibility != "named":
        abort(404)
    return show(
        "desk/on_the_list.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        organisation={"id": str(organisation.id), "name": organisation.name_in(language())},
        lines=_lines(organisation, signature),
        is_masked=signature.masked_at is not None,
        may_unmask=signature.masked_at is not None and mask.masked_by(db.session(), signature) == "team",
        is_suspended=signature.suspended_at is not None,
        is_public=db.session.get(PublicLetter, letter.id) is not None,
    )


def _lines(organisation: Organisation, signature: Signature) -> list[tuple[str, str]]:
    """The name as printed, by language; of a confidential organisation nothing beside its code name."""
    if organisation.confidential_at:
        return []
    return list(signature.printed_names.items())


def _disputes_page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter = the_letter()
    return show(
        "desk/disputes.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        disputes=[_row(one) for one in dispute.to_settle(db.session(), letter.id)],
        is_public=db.session.get(PublicLetter, letter.id) is not None,
    )


def _row(objection: Objection) -> dict[str, Any]:
    """One that waits; of a withheld signature neither the name nor the words, which could tell it."""
    signature: Signature = objection.signature
    is_named = signature.visibility == "named"
    organisation = None
    if is_named and not signature.is_individual:
        organisation = db.session.get(Organisation, signature.organisation_id)
    return {
        "id": str(objection.id),
        "field": f"reason-{objection.id.hex}",
        "how_field": f"how-{objection.id.hex}",
        "is_named": is_named,
        "name": (organisation.name_in(language()) if organisation else signature.printed_names["und"])
        if is_named
        else "",
        "href": path_of(the_letter().id, "organisations", str(organisation.id)) if organisation else "",
        "against": against_words(objection.against),
        "words": (objection.words or "") if is_named else "",
        "on": languages.date_words(objection.on, language()),
    }


def against_words(against: str) -> str:
    """What is said against a signature, in words."""
    return str(
        {
            "not_us": _("The organisation says: this was not us."),
            "recorded": _("The organisation objects to what was recorded for it."),
            "disputed": _("The team suspended it."),
        }.get(against, against)
    )
