"""What an import would change: each organisation of a sheet beside the one that the directory has. Nothing is written.

An organisation is known by its name (but for case and accents), else by the address of a contact of it. By an address
alone its name stays as the directory has it: two organisations may share an office, so the preview asks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coalition.actions.directory import ContactEntry, DirectoryRow, OrganisationEntry
from coalition.languages import guess_zone
from coalition.models.contact import Contact, address_index
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from coalition.intake.entries import Contact as ReadContact
    from coalition.intake.organisations import Organisation as ReadOrganisation

Part = TypeVar("Part", str, bytes)
BATCH = 500
OF_ORGANISATION = ("acronym", "country", "site", "standing")
OF_CONTACT = ("name", "language", "zone", "telephone", "safe_mail")


class Status(StrEnum):
    """What would become of an organisation of the sheet."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `part` is a part of the entry, "contact" for a further one, "returned" for one who had left.

    `whose` is the contact's address where it is about one; `before` and `after` are values as they are kept.
    """

    part: str
    before: str
    after: str
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One organisation of the sheet, what would be written, and what that changes."""

    read: ReadOrganisation
    row: DirectoryRow
    status: Status
    changes: tuple[Change, ...] = ()
    known_name: str = ""
    """The name of the one in the directory."""
    may_be_another: bool = False
    """Whether the match is only likely: by an address alone, or with another country."""


def plan(
    session: Session, organisations: Sequence[ReadOrganisation], *, apart: Collection[int] = frozenset()
) -> list[Planned]:
    """What importing these would do. `apart`: first lines of those that are another organisation than the one found."""
    known = _Directory(session, organisations)
    return [_planned(one, None if one.lines[0] in apart else known.find(one)) for one in organisations]


class _Directory:
    """The organisations of the directory that could be meant."""

    def __init__(self, session: Session, organisations: Sequence[ReadOrganisation]) -> None:
        self.by_name: dict[str, list[Organisation]] = defaultdict(list)
        self.by_address: dict[bytes, list[Organisation]] = defaultdict(list)
        names = {one.folded_name for one in organisations}
        indices = {address_index(contact.address) for one in organisations for contact in one.contacts}
        live = select(Organisation).where(Organisation.erased_at.is_(None), Organisation.merged_into_id.is_(None))
        whole = selectinload(Organisation.contacts)
        for batch in _batches(names):
            for row in session.scalars(live.where(Organisation.folded_name.in_(batch)).options(whole)):
                self.by_name[row.folded_name].append(row)
        for some in _batches(indices):
            found = live.join(Contact, Contact.organisation_id == Organisation.id).where(
                Contact.address_index.in_(some), Contact.erased_at.is_(None)
            )
            for row in session.scalars(found.options(whole)).unique():
                for contact in row.contacts:
                    if contact.address_index in some:
                        self.by_address[contact.address_index].append(row)

    def find(self, one: ReadOrganisation) -> Organisation | None:
        """The one that is meant: by name, the likeliest of several first; else by an address that only one has."""
        named = self.by_name.get(one.folded_name, [])
        if named:
            return max(named, key=lambda row: (_shares_address(row, one), row.country == one.country, row.created_at))
        addressed = {row.id: row for contact in one.contacts for row in self._at(contact.address)}
        return next(iter(addressed.values())) if len(addressed) == 1 else None

    def _at(self, address: str) -> list[Organisation]:
        return self.by_address.get(address_index(address), [])


def _shares_address(row: Organisation, one: ReadOrganisation) -> bool:
    indices = {address_index(contact.address) for contact in one.contacts}
    return any(contact.address_index in indices for contact in row.contacts)


def _planned(one: ReadOrganisation, known: Organisation | None) -> Planned:
    if known is None:
        contacts = tuple(_new_contact(contact, one.country) for contact in one.contacts)
        return Planned(one, DirectoryRow(_entry(one), contacts), Status.NEW)
    by_name = known.folded_name == one.folded_name
    entry = _entry(one, with_name=by_name)
    live = {contact.address_index: contact for contact in known.contacts if not contact.erased_at}
    contacts = tuple(
        _contact(contact, live.get(address_index(contact.address)), known, one) for contact in one.contacts
    )
    changes = (*_changes_of(entry, known), *_changes_of_contacts(contacts, live))
    return Planned(
        read=one,
        row=DirectoryRow(entry, contacts, known.id, changes=bool(changes)),
        status=Status.CHANGED if changes else Status.SAME,
        changes=changes,
        known_name=known.name,
        may_be_another=not by_name or any(change.part == "country" and change.before for change in changes),
    )


def _entry(one: ReadOrganisation, *, with_name: bool = True) -> OrganisationEntry:
    return OrganisationEntry(
        names=({"und": one.name} if with_name else {}) | one.names,
        acronym=one.acronym or None,
        country=one.country or None,
        country_printed={"und": one.country_printed} if one.country_printed else None,
        site=one.site or None,
        standing=one.standing or None,
    )


def _new_contact(contact: ReadContact, country: str) -> ContactEntry:
    return ContactEntry(
        address=contact.address,
        name=contact.name or None,
        language=contact.language,
        zone=guess_zone(country) if contact.zone_guessed else contact.zone,
        zone_guessed=contact.zone_guessed,
        telephone=contact.telephone or None,
        safe_mail=contact.safe_mail,
    )


def _contact(
    contact: ReadContact, known: Contact | None, organisation: Organisation, one: ReadOrganisation
) -> ContactEntry:
    """What a sheet says for certain of a contact we have; all of it, guesses too, of one we have not."""
    if known is None:
        return _new_contact(contact, one.country or organisation.country)
    return ContactEntry(
        address=contact.address,
        name=contact.name or None,
        language=None if contact.language_guessed else contact.language,
        zone=None if contact.zone_guessed else contact.zone,
        telephone=contact.telephone or None,
        safe_mail=contact.safe_mail,
    )


def _changes_of(entry: OrganisationEntry, known: Organisation) -> Iterator[Change]:
    for language, name in entry.names.items():
        if name != known.names.get(language):
            yield Change("name" if language == "und" else f"name:{language}", known.names.get(language, ""), name)
    for part in OF_ORGANISATION:
        after = getattr(entry, part)
        if after is not None and after != getattr(known, part):
            yield Change(part, getattr(known, part), after)
    if entry.country_printed and entry.country_printed != known.country_printed:
        yield Change("country_printed", known.country_printed.get("und", ""), entry.country_printed["und"])


def _changes_of_contacts(entries: Iterable[ContactEntry], live: dict[bytes | None, Contact]) -> Iterator[Change]:
    for entry in entries:
        known = live.get(address_index(entry.address))
        if known is None:
            yield Change("contact", "", entry.name or "", entry.address)
            continue
        if known.ended_at:
            yield Change("returned", "", "", entry.address)
        for part in OF_CONTACT:
            after = getattr(entry, part)
            if after is not None and after != getattr(known, part):
                yield Change(part, str(getattr(known, part) or ""), str(after), entry.address)


def _batches(values: Collection[Part]) -> Iterator[list[Part]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
