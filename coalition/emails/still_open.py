"""What is open about a letter, in numbers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from coalition.emails.words import OpenNumbers
from coalition.models.comment import Comment
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.letter import Tally
from coalition.models.request import RequestToSign
from coalition.models.signature import Signature, organisation_index
from coalition.models.silence import is_own_word

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter


def still_open(session: Session, letter: Letter) -> OpenNumbers:
    """How many signed, how many have not answered, and what waits for the team."""
    tally = session.get_one(Tally, letter.id)
    asked = (Invitation.revoked_at.is_(None), Invitation.part != "told")
    return OpenNumbers(
        signed=tally.signed,
        unanswered=_unanswered(session, letter),
        unsent=_number(session, Invitation, letter, *asked, Invitation.queued_at.is_(None)),
        bounced=_number(
            session, Invitation, letter, *asked, Invitation.bounced_at.is_not(None), Invitation.answered_at.is_(None)
        ),
        waiting=tally.waiting,
        disputed=_number(session, Signature, letter, Signature.ended_on.is_(None), Signature.suspended_at.is_not(None)),
        comments=_number(session, Comment, letter, Comment.outcome.is_(None), Comment.taken_back_at.is_(None)),
        requests=_number(
            session,
            RequestToSign,
            letter,
            RequestToSign.confirmed_at.is_not(None),
            RequestToSign.quarantined_at.is_(None),
            RequestToSign.decided_at.is_(None),
        ),
        replies=_number(session, IncomingEmail, letter, *IncomingEmail.is_unread()),
    )


def _unanswered(session: Session, letter: Letter) -> int:
    """The organisations that were written to, and neither answered nor signed, or withdrew, in another way."""
    rows = session.execute(
        select(Invitation.organisation_id, Invitation.answered_at, Invitation.queued_at).where(
            Invitation.letter_id == letter.id, Invitation.revoked_at.is_(None), Invitation.part != "told"
        )
    ).all()
    answered = {organisation for organisation, at, _ in rows if at}
    signed = set(
        session.scalars(
            select(Signature.organisation_index).where(
                Signature.letter_id == letter.id, is_own_word(), Signature.kind == "organisation"
            )
        )
    )
    asked = {organisation for organisation, _, queued_at in rows if queued_at} - answered
    return sum(organisation_index(letter.id, organisation) not in signed for organisation in asked)


def _number(session: Session, rows: Any, letter: Letter, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(rows.id)).where(rows.letter_id == letter.id, *conditions)) or 0
