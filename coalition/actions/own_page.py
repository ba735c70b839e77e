"""The way to an organisation's own page: links that are asked for, and who acts there.

The page stands behind a link of its own, mailed to a known address, and a step-up code (SAFETY §2). Whoever asks for
links again gets one answer, whatever is known under the address: what belongs to it is found when the mail is made.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from coalition import clock
from coalition.actions.acts import LinkReplaced
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import limit, record
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation, InvitationRevoked
from coalition.models.limit import TooOften
from coalition.vault import blind_index

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

AT_MOST: Final = 3
EVERY: Final = timedelta(days=1)
"""So often one address, or one contact, is mailed its links."""
FROM_EVERYBODY: Final = 2000
"""So many addresses may be typed in an hour: a flood of them fills no outbox."""


class OwnPageClosed(Exception):
    """The link to the page works no more: the contact left, its address changed, or the organisation is gone."""


@dataclass(frozen=True, slots=True)
class Here:
    """Who acts from an organisation's own page: the contact of the link, and its epoch when the page was opened."""

    contact_id: UUID
    epoch: int


def ask_for_links(address: str) -> None:
    """Have every live link of an address mailed to it once more; nothing is said of whether it is known.

    The address rests sealed until the mail is made, and then nowhere. More than three times a day nothing happens.
    Raises TooOften where too many others ask in this hour, whatever the address.
    """
    typed = address.strip()
    hour, now = timedelta(hours=1), clock.now()
    limit.ensure_room(db.session(), "links again", "", limit=FROM_EVERYBODY, every=hour, now=now)
    try:
        with transaction() as session:
            now = clock.now()
            folded = typed.casefold()
            limit.count(session, "links again", "", limit=FROM_EVERYBODY, every=hour, now=now)
            limit.count(session, "links again to", folded, limit=AT_MOST, every=EVERY, now=now)
            outbox.queue(
                session,
                "links_again",
                recipient=f"address:{blind_index('links again', folded.encode()).hex()[:32]}",
                occasion=f"links:{secrets.token_hex(16)}",
                now=now,
                kind_class=outbox.ASKED_BY_ADDRESS,
                address=typed,
            )
    except TooOften:
        return


def mail_own_page(invitation_id: UUID, *, epoch: int) -> None:
    """Mail the link of the organisation's own page to the contact of an invitation.

    Raises InvitationRevoked, LinkReplaced, TooOften.
    """
    with transaction() as session:
        invitation = session.get_one(Invitation, invitation_id)
        if invitation.revoked_at or invitation.contact.ended_at:
            raise InvitationRevoked
        if invitation.epoch != epoch:
            raise LinkReplaced
        now, contact = clock.now(), invitation.contact
        limit.count(session, "own page", contact.id.hex, limit=AT_MOST, every=EVERY, now=now)
        outbox.queue(
            session,
            "own_page",
            recipient=f"contact:{contact.id.hex}",
            occasion=f"own_page:{secrets.token_hex(16)}",
            now=now,
        )


def say_all_right(here: Here) -> None:
    """The organisation says that what is known of it is right: it is asked again in a year. Raises OwnPageClosed."""
    with transaction() as session:
        contact = acting(session, here)
        now = clock.now()
        contact.organisation.asked_if_right_at = now
        entered(session, "entry said to be right", contact, at=now)


def acting(session: Session, here: Here) -> Contact:
    """The locked contact that acts from the page; part of a verb. Raises OwnPageClosed."""
    contact = session.get(Contact, here.contact_id, with_for_update=True)
    if contact is None or contact.epoch != here.epoch or contact.ended_at or contact.erased_at:
        raise OwnPageClosed
    if contact.organisation.erased_at or contact.organisation.merged_at:
        raise OwnPageClosed
    return contact


def others_of(contact: Contact) -> list[Contact]:
    """The organisation's other contacts that can be written to."""
    return [one for one in contact.organisation.contacts if one.id != contact.id and is_live(one)]


def is_live(contact: Contact) -> bool:
    """Whether the contact stands in the directory."""
    return contact.ended_at is None and contact.erased_at is None


def entered(session: Session, verb: str, contact: Contact, *, at: datetime, **detail: Any) -> None:
    """Put what was done from the page into the house's record; part of a verb."""
    record.enter(
        session,
        verb,
        at=at,
        actor_kind="contact",
        organisation=contact.organisation_id.hex,
        by=contact.id.hex,
        **detail,
    )
