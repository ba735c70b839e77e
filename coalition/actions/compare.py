"""What an import would change: each organisation of a sheet beside the one that the directory has. Nothing is written.

An organisation is known by its name (but for case and accents) or an alias, else by the address of a contact of it,
else by being very likely the same (`coalition.intake.likeness`). By an address or a likeness alone its name stays as
the directory has it: two organisations may share an office, so the preview asks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.actions.compare_known import By, KnownOrganisations
from coalition.actions.directory import ContactEntry, DirectoryRow, OrganisationEntry
from coalition.intake.names import fold_name
from coalition.languages import guess_zone
from coalition.models.contact import address_index
from coalition.models.group import DirectoryGroup, Membership

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.intake.entries import Contact as ReadContact
    from coalition.intake.organisations import Organisation as ReadOrganisation
    from coalition.models.contact import Contact
    from coalition.models.organisation import Organisation

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
    """Whether the match is only likely: by an address or a likeness alone, or with another country."""
    by: By = By.NAME
    """How the one in the directory was known."""


def plan(
    session: Session, organisations: Sequence[ReadOrganisation], *, apart: Collection[int] = frozenset()
) -> list[Planned]:
    """What importing these would do. `apart`: first lines of those that are another organisation than the one found."""
    known = KnownOrganisations(session, organisations)
    groups = _groups_of(session)
    return [
        _planned(one, *((None, By.NAME) if one.lines[0] in apart else known.find(one)), groups=groups)
        for one in organisations
    ]


def _groups_of(session: Session) -> dict[UUID, set[str]]:
    """The groups of each organisation, by their folded names."""
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = session.execute(
        select(Membership.organisation_id, DirectoryGroup.name).join(
            DirectoryGroup, DirectoryGroup.id == Membership.group_id
        )
    )
    for organisation_id, name in rows:
        found[organisation_id].add(fold_name(name))
    return found


def _planned(one: ReadOrganisation, known: Organisation | None, by: By, *, groups: Mapping[UUID, set[str]]) -> Planned:
    if known is None:
        contacts = tuple(_new_contact(contact, one.country) for contact in one.contacts)
        return Planned(one, DirectoryRow(_entry(one), contacts, groups=one.groups), Status.NEW)
    entry = _entry_for(known, one, by)
    live = {contact.address_index: contact for contact in known.contacts if not contact.erased_at}
    contacts = tuple(
        _contact(contact, live.get(address_index(contact.address)), known, one) for contact in one.contacts
    )
    new_groups = tuple(name for name in one.groups if fold_name(name) not in groups.get(known.id, set()))
    changes = (
        *_changes_of(entry, known),
        *(Change("groups", "", name) for name in new_groups),
        *_changes_of_contacts(contacts, live),
    )
    return Planned(
        read=one,
        row=DirectoryRow(entry, contacts, known.id, groups=new_groups, changes=bool(changes)),
        status=Status.CHANGED if changes else Status.SAME,
        changes=changes,
        known_name="" if known.confidential_at and by is not By.NAME else known.name,
        may_be_another=by in {By.ADDRESS, By.LIKENESS}
        or any(change.part == "country" and change.before for change in changes),
        by=by,
    )


def _entry_for(known: Organisation, one: ReadOrganisation, by: By) -> OrganisationEntry:
    """What the sheet says of one we have: its name only where it is known by that; of a confidential one nothing."""
    if known.confidential_at:
        return OrganisationEntry(names={}, standing=one.standing or None)
    return _entry(one, with_name=by is By.NAME)


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
