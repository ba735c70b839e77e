"""The directory: organisations and their contacts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from coalition import clock
from coalition.actions import groups
from coalition.actions.new_address import write_again
from coalition.database import transaction
from coalition.intake.names import check_name, fold_name
from coalition.models import record
from coalition.models.contact import Contact, address_index
from coalition.models.invitation import Invitation
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account


ORGANISATION_PARTS = tuple(
    "names acronym kind country country_printed site standing safety_default do_not_ask_at".split()
)
CONTACT_PARTS = tuple("name address language zone telephone other_channel safe_mail ended_at".split())


class AddressIsKnown(Exception):
    """The organisation has a contact with that address."""


class ChangedMeanwhile(Exception):
    """Somebody saved another state of the same entry while it was being edited."""


@dataclass(frozen=True, slots=True)
class OrganisationEntry:
    """An organisation as the desk or a sheet gives it. None leaves what is known; names["und"] is canonical.

    A language with an empty name loses it.
    """

    names: dict[str, str]
    acronym: str | None = None
    kind: str | None = None
    country: str | None = None
    country_printed: dict[str, str] | None = None
    site: str | None = None
    standing: str | None = None
    safety_default: str | None = None
    do_not_ask: bool | None = None


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """A contact as the desk or a sheet gives it. None leaves what is known."""

    address: str
    name: str | None = None
    language: str | None = None
    zone: str | None = None
    zone_guessed: bool = False
    telephone: str | None = None
    other_channel: str | None = None
    safe_mail: bool | None = None


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One organisation with the contacts that came with it; `known_id` when it updates one we have."""

    organisation: OrganisationEntry
    contacts: tuple[ContactEntry, ...] = ()
    known_id: UUID | None = None
    groups: tuple[str, ...] = ()
    """Names of groups to be in as well; made where there is none."""
    changes: bool = True
    """Whether it brings anything new to the one we have."""


@dataclass(slots=True)
class Imported:
    """What an import did."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    contacts_added: int = 0
    organisation_ids: list[UUID] = field(default_factory=list)
    contact_ids: list[UUID] = field(default_factory=list)


def add_organisation(entry: OrganisationEntry, contacts: Sequence[ContactEntry] = (), *, by: Account) -> UUID:
    """Add an organisation with its contacts; returns its id. Raises UnprintableName, AddressIsKnown."""
    with transaction() as session:
        organisation = _add(session, entry, now=clock.now())
        for contact in contacts:
            _add_contact(session, organisation, contact, now=clock.now())
        _entered(session, "organisation added", by, organisation=organisation.id.hex)
        return organisation.id


def new_organisation(session: Session, entry: OrganisationEntry, *, now: datetime) -> Organisation:
    """A new organisation in the directory; part of a verb. Raises UnprintableName."""
    return _add(session, entry, now=now)


def new_contact(session: Session, organisation: Organisation, entry: ContactEntry, *, now: datetime) -> Contact:
    """A new contact of an organisation; part of a verb. Raises AddressIsKnown."""
    return _add_contact(session, organisation, entry, now=now)


def edit_organisation(organisation_id: UUID, entry: OrganisationEntry, *, by: Account, seen: str | None = None) -> None:
    """Change what the entry names; None leaves a part as it is.

    `seen` is the `state_of` that the form showed. Raises ChangedMeanwhile, UnprintableName.
    """
    with transaction() as session:
        organisation = _present(session, organisation_id)
        _ensure_seen(organisation, seen)
        put(organisation, entry)
        _entered(session, "organisation edited", by, organisation=organisation.id.hex)


def _make_mail_safe(organisation: Organisation) -> None:
    """Whoever is to stay unnamed gets neutral mails from now on; a contact can be taken out of it by hand."""
    for contact in organisation.contacts:
        contact.safe_mail = True


def add_contact(organisation_id: UUID, entry: ContactEntry, *, by: Account) -> UUID:
    """Add a contact; returns its id. Raises AddressIsKnown."""
    with transaction() as session:
        organisation = _present(session, organisation_id)
        contact = _add_contact(session, organisation, entry, now=clock.now())
        _entered(session, "contact added", by, organisation=organisation.id.hex, contact=contact.id.hex)
        return contact.id


def edit_contact(contact_id: UUID, entry: ContactEntry, *, by: Account, seen: str | None = None) -> None:
    """Change a contact. A changed address ends every live link of that contact (SAFETY §2), and gets new ones.

    `seen` is the `state_of` that the form showed. Raises ChangedMeanwhile, AddressIsKnown.
    """
    with transaction() as session:
        contact = session.get_one(Contact, contact_id, with_for_update=True)
        _ensure_seen(contact, seen)
        if address_index(entry.address) != contact.address_index:
            _ensure_unknown(session, contact.organisation_id, entry.address)
            contact.move_to(entry.address)
            end_links(session, contact)
            write_again(session, contact, now=clock.now())
        _apply_contact(contact, entry)
        contact.safe_mail = contact.safe_mail or contact.organisation.confidential_at is not None
        _entered(session, "contact edited", by, contact=contact.id.hex)


def end_contact(contact_id: UUID, *, by: Account) -> None:
    """The person left: is written to no more, and every live link dies."""
    with transaction() as session:
        contact = session.get_one(Contact, contact_id, with_for_update=True)
        contact.ended_at = contact.ended_at or clock.now()
        end_links(session, contact)
        _entered(session, "contact ended", by, contact=contact.id.hex)


def return_contact(contact_id: UUID, *, by: Account) -> None:
    """The person is there after all. Links sent before stay dead."""
    with transaction() as session:
        contact = session.get_one(Contact, contact_id, with_for_update=True)
        if not contact.erased_at:
            contact.ended_at = None
        _entered(session, "contact returned", by, contact=contact.id.hex)


def import_rows(rows: Sequence[DirectoryRow], *, by: Account) -> Imported:
    """Write a confirmed import: all of it or nothing. Rows with a known_id update; known addresses are updated too."""
    with transaction() as session:
        return import_into(session, rows, by=by)


def import_into(session: Session, rows: Sequence[DirectoryRow], *, by: Account) -> Imported:
    """Write the rows of a confirmed import within the present transaction; part of a verb."""
    done, now = Imported(), clock.now()
    for row in rows:
        _import_row(session, row, done, now=now)
    _entered(session, "directory imported", by, added=done.added, updated=done.updated)
    return done


def state_of(row: Organisation | Contact) -> str:
    """A short seal over all that the desk can edit of an organisation or a contact."""
    parts = ORGANISATION_PARTS if isinstance(row, Organisation) else CONTACT_PARTS
    facts = [str(getattr(row, part)) for part in parts]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _ensure_seen(row: Organisation | Contact, seen: str | None) -> None:
    if seen is not None and seen != state_of(row):
        raise ChangedMeanwhile


def end_links(session: Session, contact: Contact) -> None:
    """End every link, session and open form of the contact by raising the epochs; part of a verb."""
    contact.epoch += 1
    for invitation in session.scalars(select(Invitation).where(Invitation.contact_id == contact.id)):
        invitation.epoch += 1


def _import_row(session: Session, row: DirectoryRow, done: Imported, *, now: datetime) -> None:
    if row.known_id:
        organisation = _present(session, row.known_id)
        put(organisation, row.organisation)
        if row.changes:
            done.updated += 1
        else:
            done.unchanged += 1
    else:
        organisation = _add(session, row.organisation, now=now)
        done.added += 1
    groups.join(session, organisation, row.groups)
    done.organisation_ids.append(organisation.id)
    for entry in row.contacts:
        contact = find_contact(session, organisation.id, entry.address)
        if contact:
            contact.ended_at = None
            _apply_contact(contact, entry)
            contact.safe_mail = contact.safe_mail or organisation.confidential_at is not None
        else:
            contact = _add_contact(session, organisation, entry, now=now)
            done.contacts_added += 1
        done.contact_ids.append(contact.id)


def find_contact(session: Session, organisation_id: UUID, address: str) -> Contact | None:
    """The live contact of that organisation with that address."""
    return session.scalar(
        select(Contact).where(
            Contact.organisation_id == organisation_id,
            Contact.address_index == address_index(address),
            Contact.erased_at.is_(None),
        )
    )


def _present(session: Session, organisation_id: UUID) -> Organisation:
    """The organisation, locked; the one into which it was merged meanwhile."""
    organisation = session.get_one(Organisation, organisation_id, with_for_update=True)
    if organisation.merged_into_id is None:
        return organisation
    return session.get_one(Organisation, organisation.merged_into_id, with_for_update=True)


def _add(session: Session, entry: OrganisationEntry, *, now: datetime) -> Organisation:
    organisation = Organisation(names={"und": ""}, folded_name="", created_at=now, standing="member")
    put(organisation, entry)
    session.add(organisation)
    session.flush()
    return organisation


def put(organisation: Organisation, entry: OrganisationEntry) -> None:
    """Write what an entry names; part of a verb. A confidential one takes a code name, and nothing that betrays it."""
    if organisation.confidential_at:
        code_name = {"und": entry.names["und"]} if "und" in entry.names else {}
        entry = replace(entry, names=code_name, acronym=None, site=None, country_printed=None)
    if entry.safety_default == "withhold" != organisation.safety_default:
        _make_mail_safe(organisation)
    names = organisation.names | {language: name and check_name(name) for language, name in entry.names.items()}
    organisation.names = {language: name for language, name in names.items() if name or language == "und"}
    organisation.folded_name = fold_name(organisation.name)[:400]
    for part in ("acronym", "kind", "country", "country_printed", "site", "standing", "safety_default"):
        value = getattr(entry, part)
        if value is not None:
            setattr(organisation, part, value)
    if entry.do_not_ask is not None:
        organisation.do_not_ask_at = (organisation.do_not_ask_at or clock.now()) if entry.do_not_ask else None


def _add_contact(session: Session, organisation: Organisation, entry: ContactEntry, *, now: datetime) -> Contact:
    _ensure_unknown(session, organisation.id, entry.address)
    contact = Contact(
        organisation_id=organisation.id,
        safe_mail=_is_safe(organisation),
        created_at=now,
    )
    contact.move_to(entry.address)
    _apply_contact(contact, entry)
    contact.safe_mail = contact.safe_mail or organisation.confidential_at is not None
    session.add(contact)
    session.flush()
    return contact


def _is_safe(organisation: Organisation) -> bool:
    """Whether its people get neutral mails to begin with; those of a confidential organisation always do."""
    return organisation.safety_default == "withhold" or organisation.confidential_at is not None


def _apply_contact(contact: Contact, entry: ContactEntry) -> None:
    for part in ("name", "language", "telephone", "other_channel", "safe_mail"):
        value = getattr(entry, part)
        if value is not None:
            setattr(contact, part, value)
    if entry.zone is not None:
        contact.zone, contact.zone_guessed = entry.zone, entry.zone_guessed


def _ensure_unknown(session: Session, organisation_id: UUID, address: str) -> None:
    if find_contact(session, organisation_id, address):
        raise AddressIsKnown(address)


def _entered(session: Session, verb: str, by: Account, **detail: Any) -> None:
    record.enter(session, verb, at=clock.now(), actor_kind="account", actor_id=by.id, **detail)
