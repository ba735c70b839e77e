"""Persons who signed a letter for themselves, at the desk: how each stands, and what takes a line off at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import sign_for_oneself, take_off_person
from coalition.actions.circulate import NotCoordinator
from coalition.actions.dispute import NoReason
from coalition.actions.persons import request_of, standing_persons
from coalition.actions.sign_for_oneself import NoListForIndividuals, NotConfirmed
from coalition.database import db
from coalition.intake.names import NameRefused
from coalition.models.letter import AlreadyPublished, NotOpenForSigning
from coalition.models.request import AlreadyDecided
from coalition.models.signature import AlreadySigned, NoStandingSignature, Signature
from coalition.rendering.list_parts import capacity_words
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed

REASON_LIMIT = 1000
TONES = {"signed": "ok", "waiting": "warn", "suspended": "bad", "masked": "warn"}


@desk.get("/letters/<uuid:letter_id>/individuals")
@audience(Audience.TEAM)
def individuals(letter_id: UUID) -> ResponseReturnValue:
    """All of them, by name."""
    return _page(Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/individuals/<uuid:signature_id>")
@audience(Audience.TEAM)
def change_individual(letter_id: UUID, signature_id: UUID) -> ResponseReturnValue:
    """Mask, take the mask off, or suspend with a reason."""
    typed, act = Typed(request.form), request.form.get("act", "")
    field = f"reason-{signature_id.hex}"
    try:
        if act == "mask":
            take_off_person.mask_person(letter_id, signature_id, by=account())
            flash(_("The name is off every list, and the person is told."))
        elif act == "unmask":
            take_off_person.unmask_person(letter_id, signature_id, by=account())
            flash(_("The mask is off, and the person is told."))
        elif act == "suspend":
            reason = typed.prose(field, limit=REASON_LIMIT)
            take_off_person.suspend_person(letter_id, signature_id, reason=reason, by=account())
            flash(_("The line is off every list until that is settled, and the person is told."))
        else:
            typed.wrong("", _("Choose what is to be done."))
            return _page(typed, status=422)
    except NoReason:
        typed.wrong(field, _("Say why: the person is told it."))
        return _page(typed, status=422)
    except NoStandingSignature:
        typed.wrong("", _("This person has withdrawn meanwhile."))
        return _page(typed, status=409)
    except NotCoordinator:
        abort(403)
    return lead_to(letter_id, "individuals")


@desk.post("/letters/<uuid:letter_id>/requests/<uuid:request_id>/person")
@audience(Audience.TEAM)
def accept_individual(letter_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Let a person's request be their signature."""
    try:
        sign_for_oneself.accept(letter_id, request_id, by=account())
    except AlreadyDecided:
        flash(_("This request is decided already, or was taken back."))
    except AlreadySigned:
        flash(_("Nobody was added: this person stands on the list already."))
    except NameRefused:
        flash(_("Nobody was added: that name cannot be printed. Refuse the request, so that they can ask again."))
    except (NotConfirmed, AlreadyPublished, NotOpenForSigning, NoListForIndividuals):
        flash(_("Nobody was added: the letter has no list for individuals now, or its list is printed or void."))
    else:
        flash(_("The name is on the list for individuals, and the person is told."))
    return lead_to(letter_id, "requests")


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter, spoken = the_letter(), language()
    found = standing_persons(db.session(), letter)
    named = sorted(found, key=lambda one: languages.sort_key(one.printed_names["und"], spoken))
    return show(
        "desk/individuals.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        persons=[_row(one, typed) for one in named],
        number=languages.number(len(named), spoken),
        has_list=letter.has_individuals,
        capacity=capacity_words(),
    )


def _row(one: Signature, typed: Typed) -> dict[str, Any]:
    asked = request_of(db.session(), one)
    state, field = _state(one), f"reason-{one.id.hex}"
    return {
        "id": one.id.hex,
        "path": path_of(one.letter_id, "individuals", str(one.id)),
        "name": one.printed_names["und"],
        "affiliation": one.printed_affiliation,
        "address": (asked.address or "") if asked else "",
        "state": _state_words(state),
        "tone": TONES[state],
        "is_masked": one.masked_at is not None,
        "is_suspended": one.suspended_at is not None,
        "field": field,
        "reason": typed.get(field) or "",
    }


def _state(one: Signature) -> str:
    if one.suspended_at is not None:
        return "suspended"
    if one.masked_at is not None:
        return "masked"
    return "signed" if one.agrees else "waiting"


def _state_words(state: str) -> str:
    words = {
        "signed": _("Signed"),
        "waiting": _("Signed an earlier text, asked again"),
        "suspended": _("Signed, disputed or objected"),
        "masked": _("Signed, name taken off the lists"),
    }
    return str(words[state])
