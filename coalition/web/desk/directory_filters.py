"""What of the directory is shown: the filters that stand in an address, and where organisations stand in a list."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select

from coalition.actions import groups
from coalition.database import db
from coalition.intake.names import fold_name
from coalition.models.account import Account
from coalition.models.contact import Contact, address_index
from coalition.models.group import Membership
from coalition.models.organisation import SAFETY_DEFAULTS, STANDINGS, Organisation
from coalition.web.desk import choices
from coalition.web.forms import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select

REACHES = ("none", "asked_not")
"""Nobody can be written to; it asked not to be asked."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the directory is shown: it stands in the address."""

    q: str = ""
    country: str = ""
    standing: str = ""
    safety: str = ""
    group: str = ""
    """The id of a group."""
    reach: str = ""
    """One of REACHES."""

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Filters:
        """The filters in an address or a form; what is none of theirs is left out."""
        return Filters(
            q=shown(sent.get("q", "")).strip()[:200],
            country=sent.get("country", "") if sent.get("country") in choices.country_codes() else "",
            standing=sent.get("standing", "") if sent.get("standing") in STANDINGS else "",
            safety=sent.get("safety", "") if sent.get("safety") in SAFETY_DEFAULTS else "",
            group=_id_or_nothing(sent.get("group", "")),
            reach=sent.get("reach", "") if sent.get("reach") in REACHES else "",
        )

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on organisations."""
        found = present()
        if self.q:
            found.append(_matches(self.q))
        if self.country:
            found.append(Organisation.country == self.country)
        if self.standing:
            found.append(Organisation.standing == self.standing)
        if self.safety:
            found.append(Organisation.safety_default == self.safety)
        if self.group:
            members = select(Membership.organisation_id).where(Membership.group_id == UUID(self.group))
            found.append(Organisation.id.in_(members))
        if self.reach == "none":
            found.append(~is_reached())
        if self.reach == "asked_not":
            found.append(Organisation.do_not_ask_at.is_not(None))
        return found

    def facts(self) -> dict[str, str]:
        """The filters that are set, by the names of their fields."""
        return {name: value for name, value in asdict(self).items() if value}


def present() -> list[ColumnElement[bool]]:
    """Conditions on organisations: those that are there, neither erased nor merged into another."""
    return [Organisation.erased_at.is_(None), Organisation.merged_into_id.is_(None)]


def is_reached() -> ColumnElement[bool]:
    """Whether somebody at the organisation can be written to, or sits at the desk."""
    by_mail = Organisation.contacts.any(
        (Contact.ended_at.is_(None)) & (Contact.erased_at.is_(None)) & (Contact.bounced_at.is_(None))
        & Contact.address_index.is_not(None)
    )  # fmt: skip
    return or_(by_mail, Organisation.id.in_(at_the_desk()))


def at_the_desk() -> Select[UUID]:
    """The organisations that have accounts: they sign here, not by mail."""
    return select(Account.organisation_id).where(Account.ended_at.is_(None))


def countries_present() -> list[tuple[str, str]]:
    """Code and name of the countries that organisations of the directory are in."""
    codes = set(db.session.scalars(select(Organisation.country).where(*present()).distinct()))
    return [pair for pair in choices.countries() if pair[0] in codes]


def groups_present() -> list[tuple[str, str]]:
    """Id and name of every group."""
    return [(str(group.id), group.name) for group, _size in groups.sizes(db.session())]


def ids_shown(filters: Filters) -> list[UUID]:
    """Every organisation that the filters show, on whatever page of the list."""
    return list(db.session.scalars(select(Organisation.id).where(*filters.conditions())))


def _id_or_nothing(typed: str) -> str:
    try:
        return str(UUID(typed))
    except ValueError:
        return ""


def _matches(words: str) -> ColumnElement[bool]:
    """By any part of a name, an alias or the acronym, whatever case and accents; by a contact's whole mail address.

    Names are kept as JSON, which no database folds: they are folded and looked through here.
    """
    folded = fold_name(words)
    rows = db.session.execute(
        select(Organisation.id, Organisation.names, Organisation.aliases, Organisation.acronym).where(*present())
    )
    found = [
        row.id
        for row in rows
        if any(folded in fold_name(name) for name in (*row.names.values(), *row.aliases, row.acronym))
    ]
    by_name = Organisation.id.in_(found)
    if "@" not in words:
        return by_name
    return or_(by_name, Organisation.contacts.any(Contact.address_index == address_index(words)))
