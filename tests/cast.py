"""The cast: the people in every story.

Nadia coordinates at the secretariat. Kalina is the small member on a weak line; Sami's organisation is printed in
Arabic; Daria's must stay unnamed; Kofi is Kalina's colleague; Omar coordinates another team; a stranger holds a
forwarded link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from coalition.actions import directory, enter, found
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.models.account import Account

if TYPE_CHECKING:
    from coalition.models.contact import Contact

PASSWORD = "a long pass phrase for the desk"
COALITION = "Free Voices Network"


@dataclass(frozen=True, slots=True)
class Member:
    """A member organisation and its first contact."""

    organisation_id: UUID
    contact_id: UUID
    name: str
    address: str

    @property
    def contact(self) -> Contact:
        """The contact's row."""
        from coalition.models.contact import Contact as Row  # noqa: PLC0415 -- only for its type above

        return db.session.get_one(Row, self.contact_id)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, by what they are in the story."""

    coordinator_id: UUID
    other_coordinator_id: UUID
    small_member: Member
    arabic_member: Member
    unnamed_member: Member
    colleague_contact_id: UUID

    @property
    def coordinator(self) -> Account:
        """Nadia, coordinator of the secretariat and administrator of the house."""
        return db.session.get_one(Account, self.coordinator_id)

    @property
    def other_coordinator(self) -> Account:
        """Omar, who coordinates other letters."""
        return db.session.get_one(Account, self.other_coordinator_id)


def assemble() -> Cast:
    """Found the coalition and let everybody in."""
    token = found.found(
        found.Founding(
            coalition_name=COALITION,
            language="en",
            contact_address="secretariat@freevoices.example",
            account_name="Nadia Rahimi",
            account_address="nadia@freevoices.example",
            zone="Europe/Paris",
        )
    )
    nadia = enter.set_up(token, password=PASSWORD, hash_password=_hash)
    omar_id = enter.invite_colleague(by=nadia, name="Omar Haddad", address="omar@freevoices.example", language="en")
    nadia = db.session.scalars(select(Account).where(Account.email == "nadia@freevoices.example")).one()
    small = _member(nadia, {"und": "Kalina Press Club"}, "BG", "kalina@pressclub.example", "Kalina Ivanova", "en")
    arabic = _member(
        nadia, {"und": "Amman Writers’ House", "ar": "بيت كتّاب عمّان"}, "JO", "sami@amman.example", "Sami Nasser", "ar"
    )
    unnamed = _member(
        nadia, {"und": "Northern Lights Reporters"}, "BY", "daria@lights.example", "Daria", "fr", "withhold"
    )
    nadia = db.session.scalars(select(Account).where(Account.email == "nadia@freevoices.example")).one()
    colleague = directory.add_contact(
        small.organisation_id,
        ContactEntry(address="kofi@pressclub.example", name="Kofi Mensah", language="en", zone="Europe/Sofia"),
        by=nadia,
    )
    return Cast(
        coordinator_id=nadia.id,
        other_coordinator_id=omar_id,
        small_member=small,
        arabic_member=arabic,
        unnamed_member=unnamed,
        colleague_contact_id=colleague,
    )


def _hash(password: str) -> str:
    from flask_security import hash_password  # noqa: PLC0415 -- needs the app

    return str(hash_password(password))


def _member(
    by: Account, names: dict[str, str], country: str, address: str, person: str, language: str, safety: str = "show"
) -> Member:
    organisation_id = directory.add_organisation(
        OrganisationEntry(names=names, country=country, standing="member", safety_default=safety),
        [ContactEntry(address=address, name=person, language=language, zone="Europe/Sofia")],
        by=by,
    )
    from coalition.models.contact import Contact  # noqa: PLC0415 -- see above

    contact_id = db.session.scalars(select(Contact.id).where(Contact.organisation_id == organisation_id)).one()
    db.session.rollback()
    return Member(organisation_id, contact_id, names["und"], address)
