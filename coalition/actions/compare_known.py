"""Which organisation of the directory one of a sheet is: by its name, an alias, an address, or what it is likely."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coalition.actions.duplicates import directory_of
from coalition.intake.likeness import MAIL, SAME_NAME, SITE, mail_domain
from coalition.intake.names import fold_name
from coalition.models.contact import Contact, address_index
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.intake.likeness import Likeness
    from coalition.intake.organisations import Organisation as ReadOrganisation

Part = TypeVar("Part", str, bytes)
BATCH = 500


class By(StrEnum):
    """How an organisation of a sheet was known."""

    NAME = "name"
    ALIAS = "alias"
    ADDRESS = "address"
    LIKENESS = "likeness"


class KnownOrganisations:
    """The organisations of the directory that could be meant by those of a sheet."""

    def __init__(self, session: Session, organisations: Sequence[ReadOrganisation]) -> None:
        self.session = session
        self.by_name: dict[str, list[Organisation]] = defaultdict(list)
        self.by_alias: dict[str, list[UUID]] = defaultdict(list)
        self.by_address: dict[bytes, list[Organisation]] = defaultdict(list)
        live = select(Organisation).where(Organisation.erased_at.is_(None), Organisation.merged_into_id.is_(None))
        whole = selectinload(Organisation.contacts)
        for batch in _batches({one.folded_name for one in organisations}):
            for row in session.scalars(live.where(Organisation.folded_name.in_(batch)).options(whole)):
                self.by_name[row.folded_name].append(row)
        for some in _batches({address_index(contact.address) for one in organisations for contact in one.contacts}):
            found = live.join(Contact, Contact.organisation_id == Organisation.id).where(
                Contact.address_index.in_(some), Contact.erased_at.is_(None)
            )
            for row in session.scalars(found.options(whole)).unique():
                for contact in row.contacts:
                    if contact.address_index in some:
                        self.by_address[contact.address_index].append(row)
        self._put_aliases()
        self.likely = directory_of(session) if len(self.by_name) < len(organisations) else None

    def _put_aliases(self) -> None:
        rows = self.session.execute(
            select(Organisation.id, Organisation.names, Organisation.aliases).where(
                Organisation.erased_at.is_(None),
                Organisation.merged_into_id.is_(None),
                Organisation.confidential_at.is_(None),
            )
        )
        for row in rows:
            for name in dict.fromkeys((*row.aliases, *(name for tag, name in row.names.items() if tag != "und"))):
                self.by_alias[fold_name(name)].append(row.id)

    def find(self, one: ReadOrganisation) -> tuple[Organisation | None, By]:
        """The one that is meant, and by what it is known: the likeliest of several; what two share decides nothing."""
        if named := self.by_name.get(one.folded_name, []):
            best = max(named, key=lambda row: (_shares_address(row, one), row.country == one.country, row.created_at))
            return best, By.NAME
        if len(ids := self.by_alias.get(one.folded_name, [])) == 1:
            return self.session.get_one(Organisation, ids[0]), By.ALIAS
        addressed = {row.id: row for contact in one.contacts for row in self._at(contact.address)}
        if len(addressed) == 1:
            return next(iter(addressed.values())), By.ADDRESS
        return self._likely(one), By.LIKENESS

    def _at(self, address: str) -> list[Organisation]:
        return self.by_address.get(address_index(address), [])

    def _likely(self, one: ReadOrganisation) -> Organisation | None:
        """The only one that is very likely meant: the same bare name, or its acronym together with its domain."""
        if self.likely is None:
            return None
        domains = [domain for contact in one.contacts if (domain := mail_domain(contact.address))]
        found = self.likely.alike(
            one.name,
            acronym=one.acronym,
            site=one.site,
            domains=domains,
            country=one.country,
            others=tuple(one.names.values()),
        )
        sure = [alike for alike in found if _is_sure(alike, one)]
        return self.session.get_one(Organisation, sure[0].known.id) if len(sure) == 1 else None


def _is_sure(alike: Likeness, one: ReadOrganisation) -> bool:
    """Whether it is more than a hint: a name alone does it where the country does not speak against it."""
    told = set(alike.reasons)
    same_country = not (alike.known.country and one.country) or alike.known.country == one.country
    return same_country and (SAME_NAME in told or (len(told) > 1 and bool(told & {SITE, MAIL})))


def _shares_address(row: Organisation, one: ReadOrganisation) -> bool:
    indices = {address_index(contact.address) for contact in one.contacts}
    return any(contact.address_index in indices for contact in row.contacts)


def _batches(values: Collection[Part]) -> Iterator[list[Part]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
