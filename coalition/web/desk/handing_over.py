"""A link by another channel, made where mail does not reach a contact: shown once, listed, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, make_response, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import hand_over
from coalition.actions.circulate import NotCoordinator
from coalition.actions.hand_over import HandedOver, ReasonMissing
from coalition.database import db
from coalition.models.account import Account
from coalition.models.invitation import Invitation, InvitationRevoked
from coalition.models.letter import NotOpenForSigning
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

REASON_LIMIT = 500


@desk.get("/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/hand-over")
@audience(Audience.TEAM)
def links_handed_over(letter_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """The links that were made for a contact by hand, and the form for one."""
    return _page(_invitation(invitation_id), Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/hand-over")
@audience(Audience.TEAM)
def make_link(letter_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Make a link and show it on this answer alone: it is found nowhere again."""
    invitation, typed = _invitation(invitation_id), Typed(request.form)
    reason = typed.line("reason", limit=REASON_LIMIT)
    if not typed.is_good:
        return _page(invitation, typed, status=422)
    try:
        address = hand_over.make_link(invitation_id, by=account(), reason=reason)
    except NotCoordinator:
        abort(403)
    except ReasonMissing:
        typed.wrong("reason", _("Say why mail cannot reach this person."))
        return _page(_invitation(invitation_id), typed, status=422)
    except InvitationRevoked:
        typed.wrong("", _("The invitation was taken back, or the person has left: no link is made."))
        return _page(_invitation(invitation_id), typed, status=409)
    except NotOpenForSigning:
        typed.wrong("", _("The letter has not gone out, or it is cancelled: no link is made."))
        return _page(_invitation(invitation_id), typed, status=409)
    answer = make_response(_page(_invitation(invitation_id), Typed.stored({}), address=address))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@desk.post("/letters/<uuid:letter_id>/links/<uuid:link_id>/end")
@audience(Audience.TEAM)
def end_link(letter_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """End a link that was handed over."""
    try:
        invitation_id = hand_over.end_link(letter_id, link_id, by=account())
    except LookupError:
        abort(404)
    except NotCoordinator:
        abort(403)
    flash(_("The link works no more."))
    return lead_to(letter_id, "invitations", str(invitation_id), "hand-over")


def _invitation(invitation_id: UUID) -> Invitation:
    found = db.session.get(Invitation, invitation_id)
    if found is None or found.letter_id != the_letter().id:
        abort(404)
    return found


def _page(invitation: Invitation, typed: Typed, *, status: int = 200, address: str = "") -> ResponseReturnValue:
    contact, organisation = invitation.contact, invitation.organisation
    made = hand_over.handed_over(db.session(), the_letter()).get(invitation.id, [])
    return show(
        "desk/handing_over.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        address=address,
        person=contact.name or contact.address or "",
        organisation=organisation.name_in(language()),
        back=path_of(the_letter().id, "organisations", str(organisation.id)),
        invitation_path=path_of(the_letter().id, "invitations", str(invitation.id)),
        is_out_of_reach=hand_over.is_out_of_reach(invitation),
        is_live=invitation.is_live and contact.ended_at is None,
        links=[_row(one) for one in made],
    )


def _row(one: HandedOver) -> dict[str, Any]:
    maker = db.session.get(Account, one.by) if one.by else None
    return {
        "path": path_of(the_letter().id, "links", str(one.id), "end"),
        "at": languages.moment_words(one.made_at, account().zone, language()),
        "iso": one.made_at.isoformat(),
        "by": maker.name if maker else "",
        "reason": one.reason,
        "is_live": one.is_live,
    }
