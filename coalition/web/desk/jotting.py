"""Notes of the team about an organisation, and words to one recipient."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition.actions import jot
from coalition.actions.circulate import NotCoordinator
from coalition.actions.jot import NOTE_LIMIT, RECIPIENT_NOTE_LIMIT, NotYours
from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.models.private_note import PrivateNote
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, the_letter
from coalition.web.desk.invited import asked_organisation, organisation_page
from coalition.web.desk.typed import Typed


@desk.post("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/notes")
@audience(Audience.TEAM)
def write_private_note(letter_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Keep a note for the team."""
    asked_organisation(organisation_id)
    typed = Typed(request.form)
    words = typed.prose("note", limit=NOTE_LIMIT, missing=_("Write the note."))
    if not typed.is_good:
        return organisation_page(organisation_id, typed, status=422)
    try:
        jot.note(letter_id, organisation_id, words, by=account(), form=form_number(typed))
    except NotCoordinator:
        abort(403)
    flash(_("The note is kept. Only the coordinators of this letter see it."))
    return lead_to(letter_id, "organisations", str(organisation_id))


@desk.post("/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/notes/<uuid:note_id>/remove")
@audience(Audience.TEAM)
def remove_private_note(letter_id: UUID, organisation_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Take one's own note away."""
    row = db.session.get(PrivateNote, note_id)
    if row is None or (row.letter_id, row.organisation_id) != (letter_id, organisation_id):
        abort(404)
    try:
        jot.take_note_away(note_id, by=account())
    except NotYours:
        flash(_("Only the person who wrote it takes it away."))
    except NotCoordinator:
        abort(403)
    else:
        flash(_("It is taken away."))
    return lead_to(letter_id, "organisations", str(organisation_id))


@desk.post("/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/note")
@audience(Audience.TEAM)
def write_recipient_note(letter_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Keep words to one recipient; empty, they are taken away."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.letter_id != the_letter().id:
        abort(404)
    organisation_id, typed = invitation.organisation_id, Typed(request.form)
    words = typed.prose(f"note-{invitation.id.hex}", limit=RECIPIENT_NOTE_LIMIT)
    if not typed.is_good:
        return organisation_page(organisation_id, typed, status=422)
    try:
        jot.note_to_recipient(invitation_id, words, by=account())
    except NotCoordinator:
        abort(403)
    flash(_("The words to this recipient are saved.") if words.strip() else _("There are no words to this recipient."))
    return lead_to(letter_id, "organisations", str(organisation_id))


def form_number(typed: Typed) -> UUID:
    """The number that the page gave its form, so that it counts once; a new one where there is none."""
    try:
        return UUID(hex=str(typed.sent.get("form", "")))
    except ValueError:
        return uuid4()
