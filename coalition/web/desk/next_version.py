"""The version that follows the one in force: begun by a press, thrown away by another."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coalition.actions import amend
from coalition.actions.amend import NoNextVersion, NotShownYet
from coalition.database import db
from coalition.models.letter import AlreadyPublished
from coalition.models.public import PublicLetter
from coalition.web.audience import COORDINATOR, Audience, account, audience, member
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, the_letter


@desk.post("/letters/<uuid:letter_id>/versions/begin")
@audience(Audience.TEAM)
def begin_version(letter_id: UUID) -> ResponseReturnValue:
    """Begin the next version, and go back to the page of what is to change."""
    try:
        amend.begin_version(letter_id, by=account())
    except NotShownYet:
        flash(_("Nobody outside the team has read the text yet. It is simply edited."))
    except AlreadyPublished:
        flash(_("The letter is published. Its words do not change any more."))
    return _back(letter_id)


@desk.post("/letters/<uuid:letter_id>/versions/drop")
@audience(Audience.TEAM)
def drop_version(letter_id: UUID) -> ResponseReturnValue:
    """Throw away the next version, where that was meant."""
    if not request.form.get("sure"):
        flash(_("Tick the box to drop the version. Nothing was dropped."))
        return _back(letter_id)
    try:
        amend.drop_version(letter_id, by=account())
    except NoNextVersion:
        flash(_("There is no further version: it was put forward or dropped meanwhile."))
    else:
        flash(_("The version is dropped. The one that was sent stays as it is."))
    return _back(letter_id)


def may_begin() -> bool:
    """Whether this coordinator can change a text that was sent, by a version that nobody has begun yet."""
    letter = the_letter()
    if member().role != COORDINATOR or letter.version.put_forward_at is None or letter.stage not in amend.STAGES:
        return False
    public = db.session.get(PublicLetter, letter.id)
    return letter.next_version is None and (public is None or public.retracted_at is None)


def _back(letter_id: UUID) -> Response:
    """To the text it was pressed at, where the version has it; else to the addressees or the governing text."""
    letter, place = the_letter(), request.form.get("place", "")
    if place == "addressees":
        return lead_to(letter_id, "addressees")
    is_there = place in letter.working_languages
    return lead_to(letter_id, "text", place if is_there else letter.authoritative_language)
