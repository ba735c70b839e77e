"""The deadline for the visitor's calendar."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, abort, make_response

from coalition import clock
from coalition.emails.deadline_file import deadline_file
from coalition.web.audience import Audience, audience
from coalition.web.filters import coalition_name
from coalition.web.signing.door import signing
from coalition.web.signing.visit import looking

MEDIA_TYPE: Final = "text/calendar; charset=utf-8; method=PUBLISH"


@signing.get("/invitation/<uuid:invitation_id>/deadline.ics")
@audience(Audience.CONTACT)
def deadline(invitation_id: UUID) -> Response:
    """The file, while signing is open; for a contact with safe mail there is none (SAFETY §3)."""
    visit = looking(invitation_id)
    file = None
    if not visit.contact.safe_mail:
        file = deadline_file(
            visit.letter,
            coalition_name=coalition_name(visit.language),
            language=visit.language,
            zone=visit.contact.zone,
            made_at=visit.invitation.queued_at or visit.invitation.created_at,
            at=clock.now(),
        )
    if file is None:
        abort(404)
    answer = make_response(file)
    answer.headers["Content-Type"] = MEDIA_TYPE
    answer.headers["Content-Disposition"] = 'attachment; filename="deadline.ics"'
    return answer
