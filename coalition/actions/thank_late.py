"""Thanking those who signed after a letter was told of: the edition that is cut next has them, and they hear of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.actions import live, persons
from coalition.actions.acts import standing_facts
from coalition.emails import outbox
from coalition.models.consent import Consent
from coalition.models.invitation import Invitation
from coalition.models.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from coalition.models.edition import Edition
    from coalition.models.letter import Letter
    from coalition.models.public import PublicLetter


def thank_late(
    session: Session, letter: Letter, public: PublicLetter, before: Edition, edition: Edition, *, now: datetime
) -> None:
    """Write to whoever came with an edition that was cut, as to all others when the letter was told of; part of a verb.

    Nobody is written to before that: who signs in its ten minutes is told with everybody. Opens the vault.
    """
    if public.announced_at is None:
        return
    for signature in _came_with(session, letter, public.announced_at, before):
        if signature.is_individual:
            persons.tell_news(session, letter, signature, "published", now=now)
            continue
        for invitation in _answered(session, signature):
            outbox.queue(
                session,
                "published",
                recipient=f"contact:{invitation.contact_id.hex}",
                occasion=f"published:{letter.id.hex}:{edition.number}",
                now=now,
                letter_id=letter.id,
                invitation_id=invitation.id,
                **standing_facts(session, invitation),
            )


def _came_with(session: Session, letter: Letter, announced_at: datetime, before: Edition) -> Iterator[Signature]:
    """Who signed since the letter was told of and stands in no edition before: printed there, or unnamed since then.

    A day's date finds who may be meant; the instant rests in the vault.
    """
    since = announced_at.astimezone(UTC).date()
    query = (
        select(Signature)
        .join(Consent, Consent.signature_id == Signature.id)
        .where(
            Signature.letter_id == letter.id, Signature.ended_on.is_(None), Consent.act == "sign", Consent.on >= since
        )
    )
    for signature in session.scalars(query.distinct()):
        signed_at = datetime.fromisoformat(signature.consents[0].at)
        if signed_at <= announced_at or not signature.is_on_list:
            continue
        is_new = live.first_edition(session, signature) == before.number + 1
        if (signature.is_public and is_new) or (signature.visibility == "withheld" and signed_at > before.published_at):
            yield signature


def _answered(session: Session, signature: Signature) -> list[Invitation]:
    query = select(Invitation).where(
        Invitation.letter_id == signature.letter_id,
        Invitation.organisation_id == signature.organisation_id,
        Invitation.answered_at.is_not(None),
    )
    return [one for one in session.scalars(query) if one.is_live]
