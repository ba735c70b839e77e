"""The directory as it is taken out: organisations for anybody at the desk, people only for administrators, recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coalition import clock
from coalition.actions.team import NotAllowed
from coalition.database import transaction
from coalition.models import record
from coalition.models.group import DirectoryGroup, Membership
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.contact import Contact

BATCH = 500
COLUMNS = {
    "name": "Organisation",
    "acronym": "Acronym",
    "country": "Country",
    "site": "Website",
    "standing": "Standing",
    "safety": "Safety",
    "do_not_ask": "Do not ask since",
    "groups": "Groups",
}
OF_PEOPLE = {
    "address": "Email",
    "person": "Contact",
    "language": "Language",
    "zone": "Time zone",
    "safe_mail": "Safe mail",
}
TELEPHONE = {"telephone": "Telephone"}


def organisations(session: Session, ids: Collection[UUID]) -> Iterator[dict[str, str]]:
    """A row for each organisation, without people; a confidential one under its code name alone."""
    groups = _groups(session)
    for found in _found(session, ids):
        yield _facts(found, groups)


def people(ids: Collection[UUID], *, by: Account, with_telephone: bool) -> list[dict[str, str]]:
    """A row for each contact who is there, noted in the record; nobody of a confidential organisation.

    Only administrators. Raises NotAllowed.
    """
    if not by.is_administrator:
        raise NotAllowed
    with transaction() as session:
        groups = _groups(session)
        rows = [
            _facts(found, groups) | _of_person(contact, with_telephone=with_telephone)
            for found in _found(session, ids)
            if not found.confidential_at
            for contact in found.contacts
            if not contact.ended_at and not contact.erased_at and contact.address_index
        ]
        record.enter(
            session,
            "directory taken out",
            at=clock.now(),
            actor_kind="account",
            actor_id=by.id,
            people=len(rows),
            with_telephone=with_telephone,
        )
        return rows


def headings(languages: Sequence[str], *, with_people: bool, with_telephone: bool = False) -> dict[str, str]:
    """The columns of a file, in the order of the file; names in languages after the name."""
    first, *rest = COLUMNS.items()
    named = {f"name_{tag}": f"Name ({tag})" for tag in languages}
    people_columns = OF_PEOPLE | (TELEPHONE if with_telephone else {})
    return dict([first]) | named | dict(rest) | (people_columns if with_people else {})


def _found(session: Session, ids: Collection[UUID]) -> Iterator[Organisation]:
    every = list(ids)
    rows: list[Organisation] = []
    for start in range(0, len(every), BATCH):
        rows += session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(every[start : start + BATCH]))
            .options(selectinload(Organisation.contacts))
        )
    yield from sorted(rows, key=lambda one: (one.folded_name, one.id))


def _groups(session: Session) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = session.execute(
        select(Membership.organisation_id, DirectoryGroup.name)
        .join(DirectoryGroup, DirectoryGroup.id == Membership.group_id)
        .order_by(DirectoryGroup.name)
    )
    for row in rows:
        found.setdefault(row.organisation_id, []).append(row.name)
    return found


def _facts(found: Organisation, groups: dict[UUID, list[str]]) -> dict[str, str]:
    names = {f"name_{tag}": name for tag, name in found.names.items() if tag != "und"}
    return names | {
        "name": found.name,
        "acronym": found.acronym,
        "country": found.country_printed.get("und") or found.country,
        "site": found.site,
        "standing": found.standing,
        "safety": found.safety_default,
        "do_not_ask": found.do_not_ask_at.date().isoformat() if found.do_not_ask_at else "",
        "groups": "; ".join(groups.get(found.id, [])),
    }


def _of_person(contact: Contact, *, with_telephone: bool) -> dict[str, str]:
    facts = {
        "address": contact.address,
        "person": contact.name or "",
        "language": contact.language,
        "zone": "" if contact.zone_guessed else contact.zone,
        "safe_mail": "yes" if contact.safe_mail else "no",
    }
    return facts | ({"telephone": contact.telephone or ""} if with_telephone else {})
