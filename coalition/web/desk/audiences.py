"""A part of a letter's board: one country, or one group of the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from coalition import languages
from coalition.database import db
from coalition.models.group import DirectoryGroup, Membership
from coalition.web.desk.answers import Answer
from coalition.web.desk.frame import language

NO_COUNTRY = "none"
"""In an address: organisations that stand under no country."""
CODE_LENGTH = 2


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What part is shown: an ISO 3166 code (or NO_COUNTRY), a group; everything where neither is set."""

    country: str = ""
    group: DirectoryGroup | None = None

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Narrowed:
        """The part that an address or a form names; what there is not is left out."""
        country = sent.get("country", "")
        is_code = len(country) == CODE_LENGTH and country.isascii() and country.isalpha()
        return cls(country if is_code or country == NO_COUNTRY else "", _group(sent.get("group", "")))

    def among(self, lines: Iterable[Answer]) -> list[Answer]:
        """Those of the lines that belong to the part."""
        members = self._members()
        return [line for line in lines if self._is_there(line) and (members is None or line.organisation.id in members)]

    def facts(self) -> dict[str, str]:
        """What an address or a form keeps of it."""
        found = {"country": self.country} if self.country else {}
        return found | ({"group": self.group.id.hex} if self.group else {})

    def words(self) -> str:
        """Its name; "" where everything is shown."""
        names = [country_words(self.country)] if self.country else []
        return languages.join(names + ([self.group.name] if self.group else []), language())

    def _is_there(self, line: Answer) -> bool:
        return not self.country or line.organisation.country == ("" if self.country == NO_COUNTRY else self.country)

    def _members(self) -> set[UUID] | None:
        if self.group is None:
            return None
        return set(db.session.scalars(select(Membership.organisation_id).where(Membership.group_id == self.group.id)))


def country_words(country: str) -> str:
    """The name of a country; of NO_COUNTRY, words that say so."""
    return languages.country_name(country, language()) if country != NO_COUNTRY else str(_("No country"))


def _group(typed: str) -> DirectoryGroup | None:
    try:
        return db.session.get(DirectoryGroup, UUID(hex=typed))
    except ValueError:
        return None
