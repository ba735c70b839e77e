"""The link to an organisation's own page: made when a mail is on its way, and then the same in each mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock, tokens
from coalition.emails.case import NO_LINK, NoLongerDue
from coalition.models.link import Link

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.emails.case import Case
    from coalition.models.contact import Contact

LASTS: Final = timedelta(days=90)
"""A link to the own page opens nothing without a code, and so may lie in a mail box for a while."""
STILL_GOOD_FOR: Final = timedelta(days=30)
"""A mail brings the link that is there while it works for so long; after that a new one."""


def own_page_address(case: Case, contact: Contact) -> str:
    """The live address of the page of the contact's organisation, for a mail to that contact.

    Where there is none a link is made, but only for a mail that the worker is about to send: who only looks at a mail
    changes nothing. Raises NoLongerDue where the contact has left.
    """
    if case.is_preview:
        return NO_LINK
    if contact.ended_at or contact.erased_at:
        raise NoLongerDue("the contact is there no more")
    link = _present(case, contact, now=clock.now()) or _made(case, contact, now=clock.now())
    return f"{case.root}/o/{link.token(tokens.ours())}"


def _present(case: Case, contact: Contact, *, now: datetime) -> Link | None:
    least = now + STILL_GOOD_FOR if _is_going_out(case) else now
    return case.session.scalars(
        select(Link)
        .where(
            Link.contact_id == contact.id,
            Link.epoch == contact.epoch,
            Link.revoked_at.is_(None),
            Link.expires_at > least,
        )
        .order_by(Link.created_at.desc())
    ).first()


def _made(case: Case, contact: Contact, *, now: datetime) -> Link:
    if not _is_going_out(case):
        raise NoLongerDue("its link has expired")
    link = Link.for_own_page(contact, tokens.ours(), now=now, expires_at=now + LASTS)
    case.session.add(link)
    case.session.flush()
    return link


def _is_going_out(case: Case) -> bool:
    return case.row.state == "claimed"
