"""One organisation on one letter: what happened, and what can be mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import clock, languages
from coalition.actions import circulate, publish
from coalition.actions.circulate import NotCoordinator, NotSentYet, may_be_nudged
from coalition.actions.directory import AddressIsKnown
from coalition.database import db
from coalition.intake.addresses import read_addresses
from coalition.intake.names import NAME_LIMIT, NameRefused
from coalition.models.invitation import Invitation, InvitationRevoked
from coalition.models.letter import AlreadyPublished
from coalition.models.organisation import Organisation
from coalition.models.private_note import PrivateNote
from coalition.models.public import PublicLetter
from coalition.models.signature import NoStandingSignature, Signature, organisation_index
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.answers import Answer, answer_of
from coalition.web.desk.board import NUDGED, TONES, line_words
from coalition.web.desk.disputes import list_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.mail_words import came_back
from coalition.web.desk.standing_words import reached, standing_sentence
from coalition.web.desk.timeline import notes_on, outcome_words, timeline
from coalition.web.desk.typed import Typed

ADDRESS_LIMIT = 320


@desk.get("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>")
@audience(Audience.TEAM)
def invited(letter_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """What happened with this organisation; a withheld answer stays closed."""
    return organisation_page(organisation_id, Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/answer")
@audience(Audience.TEAM)
def show_answer(letter_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Open a withheld answer: noted in the record first."""
    asked_organisation(organisation_id)
    try:
        circulate.show_withheld(letter_id, by=account(), organisation_id=organisation_id)
    except NotCoordinator:
        abort(403)
    return organisation_page(organisation_id, Typed.stored({}), is_opened=True)


@desk.post("/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/revoke")
@audience(Audience.TEAM)
def revoke(letter_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back: off the list where it was not sent, else its links die."""
    invitation = _invitation(invitation_id)
    organisation_id = invitation.organisation_id
    if invitation.queued_at is None:
        circulate.take_off(letter_id, [invitation_id], by=account())
        flash(_("Taken off the list. Nothing was sent."))
        return lead_to(letter_id)
    return _done(organisation_id, lambda: circulate.revoke(invitation_id, by=account()),
                 _("The invitation is taken back. Its link works no more."))  # fmt: skip


@desk.post("/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/replace")
@audience(Audience.TEAM)
def replace_link(letter_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Mail another link to the same person; the one before dies."""
    organisation_id = _invitation(invitation_id).organisation_id
    return _done(organisation_id, lambda: circulate.replace_link(invitation_id, by=account()),
                 _("A new link is on its way. The one before works no more."))  # fmt: skip


@desk.post("/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/address")
@audience(Audience.TEAM)
def correct_address(letter_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Correct the address, and send the invitation there."""
    organisation_id = _invitation(invitation_id).organisation_id
    typed = Typed(request.form)
    field = f"address-{invitation_id.hex}"
    found = read_addresses(typed.line(field, limit=ADDRESS_LIMIT, missing=_("Enter the email address.")))
    if typed.is_good and (len(found) != 1 or not found[0].address):
        typed.wrong(field, _("Enter one email address, like name@example.org."))
    if not typed.is_good:
        return organisation_page(organisation_id, typed, status=422)
    try:
        circulate.correct_address(invitation_id, found[0].address, by=account())
    except AddressIsKnown:
        typed.wrong(field, _("A colleague of this organisation has that address already. Add that person instead."))
        return organisation_page(organisation_id, typed, status=409)
    flash(_("The address is corrected. Every link sent to the old one works no more."))
    return lead_to(letter_id, "organisations", str(organisation_id))


@desk.post("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/name")
@audience(Audience.TEAM)
def correct_name(letter_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Correct the typing of a printed name; the organisation is told."""
    typed = Typed(request.form)
    signature = _signature(organisation_id)
    is_public = db.session.get(PublicLetter, letter_id) is not None
    if signature is not None and (signature.visibility != "named" or is_public):
        signature = None  # there is no form for it: a withheld name is not printed, a published one changes later
    names = {}
    for tag in signature.printed_names if signature else ():
        names[tag] = typed.line(f"name-{tag}", limit=NAME_LIMIT, missing=_("Enter the name as it will be printed."))
    if not typed.is_good:
        return organisation_page(organisation_id, typed, status=422)
    try:
        if signature is None or signature.visibility != "named":
            raise NoStandingSignature  # noqa: TRY301 -- a withheld name is not printed: to this page it is not there
        publish.correct_typing(letter_id, signature.id, names, by=account())
    except NoStandingSignature:
        flash(_("There is no printed name to correct."))
    except AlreadyPublished:
        flash(_("The letter is published. The name changes in its next edition."))
    except NameRefused:
        typed.wrong("name-und", _("Enter the name as it will be printed."))
        return organisation_page(organisation_id, typed, status=422)
    else:
        flash(_("The name is corrected, and the organisation is told."))
    return lead_to(letter_id, "organisations", str(organisation_id))


def _done(organisation_id: UUID, act: Callable[[], None], words: str) -> ResponseReturnValue:
    """Do it and say so, or say what stood against it."""
    try:
        act()
    except InvitationRevoked:
        words = _("The invitation was taken back. It has no link to replace.")
    except NotSentYet:
        words = _("It was not sent yet: there is no link to replace.")
    flash(words)
    return lead_to(the_letter().id, "organisations", str(organisation_id))


def _invitation(invitation_id: UUID) -> Invitation:
    found = db.session.get(Invitation, invitation_id)
    if found is None or found.letter_id != the_letter().id:
        abort(404)
    return found


def asked_organisation(organisation_id: UUID) -> Organisation:
    """The organisation, where it has to do with this letter; anything else is not found."""
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        abort(404)
    query = select(Invitation.id).where(
        Invitation.letter_id == the_letter().id, Invitation.organisation_id == organisation_id
    )
    if db.session.scalar(query.limit(1)) is None and _signature(organisation_id) is None:
        abort(404)
    return found


def _signature(organisation_id: UUID) -> Signature | None:
    letter = the_letter()
    index = organisation_index(letter.id, organisation_id)
    return db.session.scalar(
        select(Signature).where(
            Signature.letter_id == letter.id, Signature.organisation_index == index, Signature.ended_on.is_(None)
        )
    )


def organisation_page(
    organisation_id: UUID, typed: Typed, *, status: int = 200, is_opened: bool = False
) -> ResponseReturnValue:
    """The organisation's page on the letter; `is_opened` after the press that shows a withheld answer."""
    db.session.rollback()
    letter, organisation, now = the_letter(), asked_organisation(organisation_id), clock.now()
    answer = answer_of(db.session(), letter, organisation)
    is_closed_answer = not answer.is_named and not is_opened
    signature = _signature(organisation_id)
    spoken = language()
    shown_invitations = [one for one in answer.invitations if one.part != "told" or not is_closed_answer]
    return show(
        "desk/invited.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        organisation={
            "id": str(organisation.id),
            "name": organisation.name_in(spoken),
            "country": languages.country_name(organisation.country, spoken) if organisation.country else "",
        },
        is_closed_answer=is_closed_answer,
        on_the_list=list_words(signature),
        state=_("Not shown here") if is_closed_answer else line_words(answer),
        tone="" if is_closed_answer else TONES.get(answer.state, ""),
        given=None if is_closed_answer else _given(answer, organisation_id),
        sentence=standing_sentence(letter, answer, signature, is_closed_answer=is_closed_answer),
        invitations=[_row(one, organisation, now=now) for one in shown_invitations],
        may_nudge=answer.state in NUDGED and letter.is_open_for_signing(now=now),
        events=[
            {
                "words": one.words,
                "at": languages.moment_words(one.at, letter.zone, spoken),
                "iso": one.at.isoformat(),
                "reply": one.reply,
            }
            for one in timeline(letter, organisation, answer, is_opened=is_opened)
        ],
        notes=[_note(one) for one in notes_on(letter, organisation)],
        note_form=typed.get("form") or uuid4().hex,
        can_correct=answer.state in {"signed", "recorded", "waiting", "suspended"}
        and not answer.organisation.confidential_at
        and db.session.get(PublicLetter, letter.id) is None,
    )


def _given(answer: Answer, organisation_id: UUID) -> dict[str, Any]:
    """What the organisation answered: by whom, in which words."""
    signature = _signature(organisation_id)
    if signature is not None:
        # Beside its code name the desk does not show what a confidential organisation is called in print.
        names: dict[str, str] = {} if answer.organisation.confidential_at else signature.printed_names
        at = datetime.fromisoformat(signature.consents[0].at)
        return {
            "person": signature.person,
            "role": signature.role,
            "names": list(names.items()),
            "at": languages.moment_words(at, account().zone, language()),
            "reason": "",
        }
    answered = [one for one in answer.invitations if one.answered_at]
    if not answered:
        return {}
    last = max(answered, key=lambda one: one.answered_at or one.created_at)
    kept = last.answer or {}
    return {
        "person": kept.get("by", ""),
        "role": kept.get("role", ""),
        "names": [],
        "at": languages.moment_words(last.answered_at, account().zone, language()) if last.answered_at else "",
        "reason": kept.get("reason", ""),
        "ask_again": bool(kept.get("ask_again")),
    }


def _row(one: Invitation, organisation: Organisation, *, now: datetime) -> dict[str, Any]:
    return reached(one, organisation, own_zone=account().zone, now=now) | {
        "id": str(one.id),
        "hex": one.id.hex,
        "field": f"address-{one.id.hex}",
        "note_field": f"note-{one.id.hex}",
        "note": one.note or "",
        "came_back": came_back(one.contact, one.bounced_at, account().zone, language()),
        "is_told": one.part == "told",
        "is_live": one.is_live,
        "is_sent": one.queued_at is not None,
        "can_be_nudged": may_be_nudged(one, now=now),
    }


def _note(one: PrivateNote) -> dict[str, Any]:
    kept: dict[str, str] = one.words or {}
    return {
        "id": str(one.id),
        "who": one.account.name,
        "at": languages.moment_words(one.created_at, account().zone, language()),
        "iso": one.created_at.isoformat(),
        "outcome": outcome_words(kept.get("outcome", "")),
        "words": kept.get("words", ""),
        "is_own": one.account_id == account().id,
    }
