"""Passing on: a colleague gets an own link, beside the one who passes it on or in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition import clock
from coalition.actions import colleague as colleagues
from coalition.actions.acts import by_link, standing_signature
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.letter import NotOpenForSigning
from coalition.models.signature import AlreadySigned

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Actor, Shown
    from coalition.actions.colleague import Colleague
    from coalition.models.invitation import Invitation
    from coalition.models.letter import Letter

WORDS_LIMIT: Final = 1000
"""Characters of what one says to the colleague."""


def pass_on(
    invitation_id: UUID, colleague: Colleague, *, hands_over: bool, key: str, shown: Shown, words: str = ""
) -> None:
    """Give a colleague of the same organisation an own link to the letter; both are told.

    With `hands_over` the first one's link does nothing until it is taken back. `words` go to the colleague, but not
    into a safe mail. Raises InvitationRevoked, LinkReplaced, HandedOver, NotOpenForSigning, AlreadySigned, OwnAddress,
    ColleagueNotAsked, TooOften.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        if outbox.is_queued(session, "you_passed_on", recipient=actor.recipient, occasion=f"passed:{key}"):
            return
        now, own = clock.now(), actor.invitation
        assert own is not None  # noqa: S101 -- by_link says so  # nosec B101
        ensure_undecided(session, letter, actor, shown, now=now)
        colleagues.count(session, own, colleague, now=now)
        made = colleagues.bring_in(session, letter, own, colleague, "colleague", now=now)
        if hands_over:
            own.handed_over_at = now
        _tell_colleague(session, made, own, key, tidy_text(words).strip()[:WORDS_LIMIT], now=now)
        _tell_own(session, letter, actor, colleague, key, hands_over=hands_over, now=now)
        verb = "handed over" if hands_over else "passed on"
        record.enter(
            session, verb, at=now, letter_id=letter.id, actor_kind="contact", by=actor.recipient, to=made.id.hex
        )


def take_back(invitation_id: UUID, *, shown: Shown) -> None:
    """Have what was handed over in one's own hands again; twice is once.

    The colleague's link ends, unless it was used to answer. Raises InvitationRevoked, LinkReplaced.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown, handed_over=True)
        own = actor.invitation
        if own is None or own.handed_over_at is None:
            return
        now = clock.now()
        own.handed_over_at = None
        colleagues.take_back(session, own, now=now)
        record.enter(session, "taken back", at=now, letter_id=letter.id, actor_kind="contact", by=actor.recipient)


def ensure_undecided(session: Session, letter: Letter, actor: Actor, shown: Shown, *, now: datetime) -> None:
    """Raises NotOpenForSigning, AlreadySigned where there is nothing that a colleague could still decide.

    While a letter is talked over, a colleague can be brought in to talk.
    """
    if letter.stage != "consultation":
        letter.ensure_open_for_signing(now=now, form_opened_at=shown.opened_at)
    if letter.stage not in {"consultation", "open"}:
        raise NotOpenForSigning(letter.stage, letter.closed_at)
    if standing_signature(session, letter.id, actor.organisation.id):
        raise AlreadySigned


def _tell_colleague(
    session: Session, made: Invitation, own: Invitation, key: str, words: str, *, now: datetime
) -> None:
    outbox.queue(
        session,
        "passed_to_you",
        recipient=f"contact:{made.contact_id.hex}",
        occasion=f"passed:{key}",
        now=now,
        letter_id=made.letter_id,
        invitation_id=made.id,
        kind_class="invitation",
        epoch=made.epoch,
        colleague=own.contact.name or own.contact.address,
        words=words,
    )


def _tell_own(
    session: Session, letter: Letter, actor: Actor, colleague: Colleague, key: str, *, hands_over: bool, now: datetime
) -> None:
    outbox.queue(
        session,
        "you_passed_on",
        recipient=actor.recipient,
        occasion=f"passed:{key}",
        now=now,
        letter_id=letter.id,
        invitation_id=actor.invitation.id if actor.invitation else None,
        colleague=colleague.name.strip() or colleague.address,
        handed_over=hands_over,
    )
