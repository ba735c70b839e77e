"""Organisations of the directory that are likely one, and those of which somebody said that they are not."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import load_only

from coalition import clock
from coalition.database import transaction
from coalition.intake.likeness import Directory, Known, mail_domain
from coalition.models import record
from coalition.models.contact import Contact
from coalition.models.organisation import KeptApart, Organisation

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.intake.likeness import Likeness, Pair
    from coalition.models.account import Account


def directory_of(session: Session) -> Directory:
    """Everybody of the directory under their keys: ask it `alike` or `pairs`. Opens the vault for mail domains.

    A confidential organisation takes part with its code name alone.
    """
    domains = _domains(session)
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.names,
            Organisation.aliases,
            Organisation.acronym,
            Organisation.site,
            Organisation.country,
            Organisation.confidential_at,
        ).where(Organisation.erased_at.is_(None), Organisation.merged_into_id.is_(None))
    )
    return Directory(
        Known(row.id, row.names["und"])
        if row.confidential_at
        else Known(
            id=row.id,
            name=row.names["und"],
            others=tuple(dict.fromkeys([*row.names.values(), *row.aliases])),
            acronym=row.acronym,
            site=row.site,
            domains=frozenset(domains[row.id]),
            country=row.country,
        )
        for row in rows
    )


def alike(
    session: Session,
    name: str,
    *,
    acronym: str = "",
    site: str = "",
    address: str = "",
    country: str = "",
    but: UUID | None = None,
) -> list[Likeness]:
    """Whom of the directory somebody likely means, the likeliest first; `address` is a mail address of theirs.

    For several at once ask `directory_of` yourself.
    """
    domains = [domain for domain in [mail_domain(address)] if domain]
    return directory_of(session).alike(name, acronym=acronym, site=site, domains=domains, country=country, but=but)


def pairs(session: Session) -> list[Pair]:
    """Every two of the directory that are likely one, the likeliest first."""
    apart = session.execute(select(KeptApart.one_id, KeptApart.other_id))
    return directory_of(session).pairs(apart)


def keep_apart(one_id: UUID, other_id: UUID, *, by: Account) -> None:
    """Say that two are not the same: they are suggested as one no more."""
    with transaction() as session:
        for each in (one_id, other_id):
            session.get_one(Organisation, each, with_for_update=True)
        first, second = sorted((one_id, other_id))
        known = session.get(KeptApart, (first, second))
        if known is not None or first == second:
            return
        now = clock.now()
        session.add(KeptApart(one_id=first, other_id=second, said_at=now))
        record.enter(
            session,
            "organisations kept apart",
            at=now,
            actor_kind="account",
            actor_id=by.id,
            one=first.hex,
            other=second.hex,
        )


def _domains(session: Session) -> dict[UUID, set[str]]:
    """The mail domains of each organisation's contacts, without those that anybody can have."""
    found: dict[UUID, set[str]] = defaultdict(set)
    contacts = session.scalars(
        select(Contact)
        .where(Contact.ended_at.is_(None), Contact.erased_at.is_(None), Contact.address_index.is_not(None))
        .options(load_only(Contact.organisation_id, Contact._address))  # noqa: SLF001 -- our own column
    )
    for contact in contacts:
        if domain := mail_domain(contact.address or ""):
            found[contact.organisation_id].add(domain)
    return found
