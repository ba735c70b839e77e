"""Erasing: a contact who wants nothing held of them, and an organisation whose entry is to go.

The row stays, emptied: what was signed names it, and ledgers are never rewritten. What remains is said on the page and
in docs/own-page.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from coalition import clock, journal
from coalition.actions import sweep
from coalition.actions.directory import end_links
from coalition.actions.own_contacts import tell_others
from coalition.actions.own_entry import drop_logo, page_changed
from coalition.actions.own_page import acting, entered
from coalition.database import transaction
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.actions.own_page import Here
    from coalition.models.contact import Contact
    from coalition.models.organisation import Organisation

UNDER_WAY: Final = ("claimed", "transmitting")
"""A mail in this state is being sent while we look: it is left to the worker."""


def erase_oneself(here: Here) -> None:
    """The contact who acts is erased: name, address, telephone and all; their links are dead. Raises OwnPageClosed."""
    with transaction() as session:
        contact = acting(session, here)
        now, person = clock.now(), contact.name or contact.address or ""
        entered(session, "own contact erased", contact, at=now)
        tell_others(session, contact, contact, "erased", person, now=now)
        erase_contact(session, contact, now=now)


def erase_contact(session: Session, contact: Contact, *, now: datetime) -> None:
    """Empty a contact's row, end its links, and empty the mails that were written to it; part of a verb."""
    journal.append("contact", contact.id, now)
    sweep.is_wanted(session, now=now)
    for part in ("name", "address", "telephone", "other_channel"):
        setattr(contact, part, None)
    contact.address_index = None
    contact.bounced_at = contact.bounce = None
    contact.zone, contact.language, contact.zone_guessed = "UTC", "en", True
    contact.ended_at, contact.erased_at = contact.ended_at or now, now
    end_links(session, contact)
    invitations = select(Invitation.id).where(Invitation.contact_id == contact.id)
    session.execute(
        update(Link)
        .where((Link.contact_id == contact.id) | Link.invitation_id.in_(invitations), Link.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    for invitation in session.scalars(select(Invitation).where(Invitation.contact_id == contact.id)):
        invitation.note = None
    for reply in session.scalars(select(IncomingEmail).where(IncomingEmail.invitation_id.in_(invitations))):
        reply.said = reply.raw = None
    _empty_mails(session, contact)


def erase_organisation(session: Session, organisation: Organisation, *, now: datetime) -> None:
    """Empty an organisation's entry, with all its contacts; part of a verb.

    The name stays where acts of consent need it to be read; it is asked nothing any more, and has no public page.
    """
    journal.append("organisation", organisation.id, now)
    sweep.is_wanted(session, now=now)
    for contact in organisation.contacts:
        if contact.erased_at is None:
            erase_contact(session, contact, now=now)
    drop_logo(session, organisation)
    organisation.public_page_at = None
    page_changed(session, organisation)
    organisation.acronym, organisation.kind, organisation.site = "", "", ""
    organisation.aliases, organisation.sort_keys = [], {}
    organisation.parent_id = None
    organisation.do_not_ask_at = organisation.do_not_ask_at or now
    organisation.erased_at = now


def _empty_mails(session: Session, contact: Contact) -> None:
    """Mails to the contact hold its name; those whose row names the recipient are emptied, sent or not.

    The last words, to the address that is given up, are still to go out.
    """
    rows = session.scalars(
        select(OutgoingEmail).where(
            OutgoingEmail.recipient == f"contact:{contact.id.hex}", OutgoingEmail.state.not_in(UNDER_WAY)
        )
    )
    for row in rows:
        for report in session.scalars(select(IncomingEmail).where(IncomingEmail.outgoing_email_id == row.id)):
            report.said = report.raw = None
        if not (row.settled_at is None and row.context_or_empty.get("address")):
            row.context = {}
