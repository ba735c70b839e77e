"""A reply as pages of the desk show it: the words of its writer, with what they quote folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import func, select

from coalition import languages
from coalition.actions.reply import OF_PERSONS
from coalition.database import db
from coalition.emails.coordinating import is_from_another
from coalition.intake.replies import split_reply
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.web.desk.frame import language, path_of

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.models.letter import Letter


def unread(letter_ids: list[UUID]) -> dict[UUID, int]:
    """How many replies of each letter nobody has dealt with."""
    query = (
        select(IncomingEmail.letter_id, func.count())
        .where(IncomingEmail.letter_id.in_(letter_ids), *IncomingEmail.is_unread())
        .group_by(IncomingEmail.letter_id)
    )
    return {letter_id: number for letter_id, number in db.session.execute(query) if letter_id is not None}


def reply_of(letter: Letter, reply_id: UUID) -> tuple[IncomingEmail, Invitation] | None:
    """A mail that answers an invitation of the letter, with the invitation; None for anything else."""
    found = db.session.get(IncomingEmail, reply_id)
    if found is None or found.letter_id != letter.id or found.kind not in OF_PERSONS or found.invitation_id is None:
        return None
    return found, db.session.get_one(Invitation, found.invitation_id)


def facts_of(reply: IncomingEmail, invitation: Invitation, letter: Letter) -> dict[str, Any]:
    """What the page shows of a reply; of one whose writer was erased, that it came. Opens the vault."""
    said: dict[str, str] = reply.said or {}
    parts = split_reply(said.get("words", ""))
    spoken = language()
    return {
        "id": str(reply.id),
        "hex": reply.id.hex,
        "path": path_of(letter.id, "replies", str(reply.id)),
        "who": said.get("from_name") or invitation.contact.name or said.get("from_address") or _("somebody unnamed"),
        "address": said.get("from_address", ""),
        "is_from_another": bool(said) and is_from_another(invitation.contact, said["from_address"]),
        "subject": said.get("subject", ""),
        "words": parts.own,
        "quoted": parts.quoted,
        "is_erased": not said,
        "is_automatic": reply.kind == "automatic",
        "is_done": reply.settled_at is not None,
        "at": languages.moment_words(reply.at, letter.zone, spoken),
        "iso": reply.at.isoformat(),
        "organisation": invitation.organisation.name_in(spoken),
        "organisation_path": path_of(letter.id, "organisations", str(invitation.organisation_id)),
        "record_path": f"{path_of(letter.id, 'record')}?organisation={invitation.organisation_id}&reply={reply.id}",
    }


def as_evidence(reply: IncomingEmail, invitation: Invitation, letter: Letter) -> dict[str, str]:
    """What a reply says for the form that records an answer: everything but the answer itself. Opens the vault."""
    said: dict[str, str] = reply.said or {}
    origin = _(
        "Mail from %(address)s, %(moment)s.",
        address=languages.isolate(said.get("from_address") or _("somebody unnamed")),
        moment=languages.moment_words(reply.at, "UTC", language()),
    )
    own = split_reply(said.get("words", "")).own
    return {
        "way": "mail",
        "who": said.get("from_name") or invitation.contact.name or "",
        "on": reply.at.astimezone(ZoneInfo(letter.zone)).date().isoformat(),
        "words": f"{own}\n\n{origin}".strip() if own else "",
        "reply": str(reply.id),
    }
