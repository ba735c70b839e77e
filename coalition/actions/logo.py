"""An organisation's logo beside its name: only with its yes for the letter, and gone when the name or the yes goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions import freshen, take_off
from coalition.actions.acts import standing_signature
from coalition.actions.draft import lock
from coalition.actions.own_page import acting, entered
from coalition.database import transaction
from coalition.models.edition import PublicLine
from coalition.models.letter import Letter
from coalition.models.list_look import ListLook
from coalition.models.signature import NoStandingSignature

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.own_page import Here
    from coalition.models.organisation import Organisation
    from coalition.models.signature import Signature


def may_stand(letter: Letter, organisation: Organisation) -> bool:
    """Whether it is asked at all: the list shows logos, and the organisation has one and no code name.

    Where only the head of the PDF has a logo, the lead alone is asked.
    """
    has_one = organisation.logo_id is not None and organisation.confidential_at is None
    is_lead = any(lead.organisation_id == organisation.id for lead in letter.leads)
    return has_one and ListLook.read(letter.list_look).has_logo(is_lead=is_lead)


def choose(here: Here, letter_id: UUID, *, is_on: bool) -> None:
    """Let the logo stand beside the name on one letter, or take it away, from the organisation's own page.

    A published list follows at once. Raises OwnPageClosed, NoStandingSignature where no name stands to put it beside.
    """
    with transaction() as session:
        if session.get(Letter, letter_id) is None:
            raise NoStandingSignature
        letter = lock(session, letter_id)
        contact = acting(session, here)
        signature = standing_signature(session, letter.id, contact.organisation_id)
        if signature is None or not signature.is_public or (is_on and not may_stand(letter, contact.organisation)):
            raise NoStandingSignature
        now = clock.now()
        signature.shows_logo = is_on
        _print(session, signature, contact.organisation.logo_id if is_on else None, now=now)
        entered(session, "logo on a letter chosen", contact, at=now)


def printed_lines(session: Session, file_id: UUID) -> list[PublicLine]:
    """The lines that print this logo."""
    return list(session.scalars(select(PublicLine).where(PublicLine.logo_id == file_id)))


def put(session: Session, lines: list[PublicLine], file_id: UUID | None, *, now: datetime) -> None:
    """Let lines print another logo, or none; part of a verb."""
    for line in lines:
        line.logo_id = file_id
    session.flush()
    for letter_id in {line.letter_id for line in lines}:
        if file_id is None:
            take_off.bodies(session, letter_id)
        else:
            freshen.letter(session, letter_id, now=now)


def _print(session: Session, signature: Signature, file_id: UUID | None, *, now: datetime) -> None:
    query = select(PublicLine).where(PublicLine.signature_index == signature.public_index())
    put(session, list(session.scalars(query)), file_id, now=now)
