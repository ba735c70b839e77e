"""The organisation keeps its contacts current by itself; whatever changes, the others are told (SAFETY §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coalition import clock
from coalition.actions.directory import AddressIsKnown, end_links, find_contact
from coalition.actions.own_page import acting, entered, is_live, others_of
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models.contact import Contact, address_index

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.own_page import Here

PARTS = (
    "name", "language", "zone", "telephone", "other_channel", "safe_mail", "is_told", "wants_updates",
)  # fmt: skip


class LastContact(Exception):
    """An organisation without any contact could not be written to any more, nor open its page."""


class NotOfUs(Exception):
    """There is no such contact of this organisation."""


@dataclass(frozen=True, slots=True)
class OwnContact:
    """A contact as the organisation gives it."""

    name: str
    address: str
    language: str
    zone: str
    telephone: str = ""
    other_channel: str = ""
    safe_mail: bool = False
    is_told: bool = True
    wants_updates: bool = True
    is_muted: bool = False
    """Nothing is mailed to this person that is not an answer to something they do."""


def add(here: Here, entry: OwnContact) -> UUID:
    """Add a contact; returns its id. A former contact of that address returns. Raises OwnPageClosed, AddressIsKnown."""
    with transaction() as session:
        by = acting(session, here)
        now = clock.now()
        contact = find_contact(session, by.organisation_id, entry.address)
        if contact is not None and is_live(contact):
            raise AddressIsKnown(entry.address)
        if contact is None:
            contact = Contact(organisation_id=by.organisation_id, created_at=now)
            session.add(contact)
            contact.move_to(entry.address)
        contact.ended_at = None
        _apply(contact, entry, now=now)
        session.flush()
        session.expire(by.organisation, ["contacts"])
        _tell(session, by, contact, "added", now=now)
        entered(session, "own contact added", by, at=now, about=contact.id.hex)
        return contact.id


def change(here: Here, contact_id: UUID, entry: OwnContact) -> None:
    """Change a contact. A changed address ends every link that was mailed to the former one, which is told too.

    Raises OwnPageClosed, NotOfUs, AddressIsKnown.
    """
    with transaction() as session:
        by = acting(session, here)
        contact, now = _of_ours(session, by, contact_id), clock.now()
        before = (contact.name or "", contact.address or "")
        has_moved = address_index(entry.address) != contact.address_index
        if not has_moved and _facts(contact) == _wanted(entry):
            return
        if has_moved:
            if find_contact(session, contact.organisation_id, entry.address):
                raise AddressIsKnown(entry.address)
            contact.move_to(entry.address)
            end_links(session, contact)
        _apply(contact, entry, now=now)
        if has_moved:
            _tell_former(session, by, contact, before, "moved", now=now)
            if contact.id == by.id:
                _mail_new_link(session, contact, now=now)
        _tell(session, by, contact, "moved" if has_moved else "changed", now=now)
        entered(session, "own contact changed", by, at=now, about=contact.id.hex, moved=has_moved)


def end(here: Here, contact_id: UUID) -> None:
    """Somebody left: every link of theirs dies. Raises OwnPageClosed, NotOfUs, LastContact."""
    with transaction() as session:
        by = acting(session, here)
        contact, now = _of_ours(session, by, contact_id), clock.now()
        if not others_of(contact):
            raise LastContact
        contact.ended_at = now
        end_links(session, contact)
        _tell_former(session, by, contact, (contact.name or "", contact.address), "ended", now=now)
        _tell(session, by, contact, "ended", now=now)
        entered(session, "own contact ended", by, at=now, about=contact.id.hex)


def tell_others(session: Session, by: Contact, about: Contact, change: str, person: str, *, now: datetime) -> None:
    """Tell the organisation's other contacts what `person` changed; part of a verb."""
    key = f"contacts:{about.id.hex}:{now.isoformat()}"
    for other in by.organisation.contacts:
        if other.id != by.id and is_live(other):
            _queue(session, other, key, change, person, about.name or about.address or "", now=now)


def _tell(session: Session, by: Contact, about: Contact, change: str, *, now: datetime) -> None:
    tell_others(session, by, about, change, by.name or by.address or "", now=now)


def _tell_former(
    session: Session, by: Contact, about: Contact, before: tuple[str, str], change: str, *, now: datetime
) -> None:
    """Tell the address that is written to no more."""
    name, address = before
    outbox.queue(
        session,
        "contacts_changed",
        recipient=f"contact:{about.id.hex}",
        occasion=f"contacts:former:{now.isoformat()}",
        now=now,
        change=change,
        person=by.name or by.address or "",
        colleague=name or address,
        at=now.isoformat(),
        address=address,
        to_name=name,
    )


def _mail_new_link(session: Session, contact: Contact, *, now: datetime) -> None:
    """Who moved has lost the way to this very page: the new address gets the new link."""
    outbox.queue(
        session,
        "own_page",
        recipient=f"contact:{contact.id.hex}",
        occasion=f"own_page:moved:{now.isoformat()}",
        now=now,
    )


def _queue(session: Session, to: Contact, key: str, change: str, person: str, colleague: str, *, now: datetime) -> None:
    outbox.queue(
        session,
        "contacts_changed",
        recipient=f"contact:{to.id.hex}",
        occasion=key[:80],
        now=now,
        change=change,
        person=person,
        colleague=colleague,
        at=now.isoformat(),
    )


def _of_ours(session: Session, by: Contact, contact_id: UUID) -> Contact:
    contact = session.get(Contact, contact_id, with_for_update=True)
    if contact is None or contact.organisation_id != by.organisation_id or not is_live(contact):
        raise NotOfUs
    return contact


def _apply(contact: Contact, entry: OwnContact, *, now: datetime) -> None:
    if contact.zone != entry.zone:
        contact.zone_guessed = False
    for part in PARTS:
        setattr(contact, part, getattr(entry, part))
    contact.muted_at = (contact.muted_at or now) if entry.is_muted else None


def _facts(contact: Contact) -> tuple[object, ...]:
    kept = tuple(getattr(contact, part) for part in PARTS)
    return (*(value if isinstance(value, bool) else value or "" for value in kept), contact.muted_at is not None)


def _wanted(entry: OwnContact) -> tuple[object, ...]:
    return (*(getattr(entry, part) for part in PARTS), entry.is_muted)
