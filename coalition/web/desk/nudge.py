"""Nudging: the names are shown first, then one more mail goes out."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock, languages
from coalition.actions import circulate
from coalition.actions.circulate import may_be_nudged
from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.models.letter import NotOpenForSigning
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.answers import Answer, answers_to
from coalition.web.desk.board import NUDGED, shown_lines
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter


@desk.post("/letters/<uuid:letter_id>/nudge")
@audience(Audience.TEAM)
def choose_nudged(letter_id: UUID) -> ResponseReturnValue:
    """Show to whom a nudge would go; nothing is sent yet."""
    now = clock.now()
    wanted = _wanted()
    due = [one for line in wanted for one in line.invitations if may_be_nudged(one, now=now)]
    if not due:
        flash(_("Choose organisations that have not answered. Each is nudged once a day at most."))
        return lead_to(letter_id)
    organisations = {one.organisation_id for one in due}
    left_out = [line.organisation.name for line in wanted if line.organisation.id not in organisations]
    number = len(organisations)
    return show(
        "desk/nudge.html",
        people=[_person(one) for one in due],
        left_out=left_out,
        button=ngettext(
            "Nudge %(number)s organisation", "Nudge %(number)s organisations", number,
            number=languages.number(number, language()),
        ),
    )  # fmt: skip


@desk.post("/letters/<uuid:letter_id>/nudge/send")
@audience(Audience.TEAM)
def nudge(letter_id: UUID) -> ResponseReturnValue:
    """Nudge those who were shown and still have not answered."""
    try:
        sent = circulate.nudge(letter_id, _ids("invitation"), by=account())
    except NotOpenForSigning:
        flash(_("Signing is over: nobody was nudged."))
        return lead_to(letter_id)
    spoken = language()
    words = ngettext("%(number)s nudge is on its way.", "%(number)s nudges are on their way.", sent,
                     number=languages.number(sent, spoken))  # fmt: skip
    flash(words if sent else _("Nobody was nudged: they have answered, or were nudged today."))
    return lead_to(letter_id)


def _wanted() -> list[Answer]:
    """The organisations that were ticked, or all that the filter shows; never one whose name is withheld."""
    if request.form.get("all"):
        lines = shown_lines(the_letter(), request.form)
    else:
        chosen = set(_ids("organisation"))
        lines = [one for one in answers_to(db.session(), the_letter()).named() if one.organisation.id in chosen]
    return [line for line in lines if line.state in NUDGED] if request.form.get("all") else lines


def _ids(name: str) -> list[UUID]:
    """The ids that were sent; what is none is left out."""
    found = []
    for typed in request.form.getlist(name):
        try:
            found.append(UUID(hex=typed))
        except ValueError:
            continue
    return found


def _person(one: Invitation) -> dict[str, str]:
    spoken = language()
    zone = account().zone
    return {
        "id": one.id.hex,
        "organisation": one.organisation.name_in(spoken),
        "href": path_of(one.letter_id, "organisations", str(one.organisation_id)),
        "contact": one.contact.name or one.contact.address or "",
        "language": languages.name(one.contact.language, spoken),
        "nudged": languages.moment_words(one.nudged_at, zone, spoken) if one.nudged_at else "",
    }
