"""How the invented coalition comes about: by the same verbs as a real one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask_security import hash_password
from sqlalchemy import select

from coalition import clock
from coalition.actions import (
    announce,
    answer,
    circulate,
    close,
    directory,
    draft,
    enter,
    found,
    illustrate,
    publish,
)
from coalition.actions.acts import Shown
from coalition.actions.answer import SigningForm
from coalition.actions.check import check
from coalition.actions.directory import ContactEntry, DirectoryRow, OrganisationEntry
from coalition.actions.draft import Dates
from coalition.actions.illustrate import PhotoWords
from coalition.cli.demonstration import people, texts
from coalition.cli.demonstration.picture import landscape
from coalition.database import db
from coalition.intake.photos import clean_photo
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coalition.cli.demonstration.people import Invented
    from coalition.models.version import Text

REASON = "Looked at: it is a demonstration."


@dataclass(frozen=True, slots=True)
class Made:
    """The coordinator's account and, by the keys of `people`, whom each organisation sends its mail to."""

    coordinator_id: UUID
    contact_ids: dict[str, UUID]

    @property
    def coordinator(self) -> Account:
        """The account that does everything at the desk."""
        return db.session.get_one(Account, self.coordinator_id)


def build(password: str) -> None:
    """Found the coalition in the present, empty database, with its letters; its coordinator gets that password."""
    made = _coalition(password)
    _published_letter(made)
    _open_letter(made)
    _draft(made)


def _coalition(password: str) -> Made:
    founding = found.Founding(
        coalition_name=people.COALITION["und"],
        names=people.COALITION,
        language="en",
        contact_address="letters@clearstream.example",
        account_name=people.COORDINATOR,
        account_address=people.ADDRESS,
        zone=people.ZONE,
    )
    account = enter.set_up(found.found(founding), password=password, hash_password=hash_password)
    secretariat = OrganisationEntry(names=people.COALITION, country=people.COUNTRY, standing="member")
    directory.edit_organisation(account.organisation_id, secretariat, by=account)
    done = directory.import_rows([_row(one) for one in people.ORGANISATIONS], by=account)
    keys = [one.key for one in people.ORGANISATIONS]
    return Made(account.id, dict(zip(keys, done.contact_ids, strict=True)))


def _row(one: Invented) -> DirectoryRow:
    return DirectoryRow(
        organisation=OrganisationEntry(
            names={"und": one.name} | dict(one.other_names),
            acronym=one.acronym,
            country=one.country,
            standing=one.standing,
            safety_default=one.safety,
        ),
        contacts=(ContactEntry(address=one.address, name=one.person, language=one.language, zone=one.zone),),
    )


def _published_letter(made: Made) -> None:
    letter_id = _written(made, "open_letter", texts.MEASURED, days=10)
    draft.save_addressees(letter_id, texts.ADDRESSEES, by=made.coordinator)
    illustrate.save_photo(letter_id, clean_photo(landscape()), by=made.coordinator)
    illustrate.describe_photo(letter_id, PhotoWords(texts.CREDIT, texts.LICENCE), by=made.coordinator)
    _send(made, letter_id, list(made.contact_ids))
    _sign_at_desk(made, letter_id)
    for key in ("ledger", "ouvert", "house", "delta", "arkiv", "manso", "littoral", "oasis"):
        _sign(made, letter_id, key)
    _sign(made, letter_id, "lantern", is_withheld=True)
    _decline(made, letter_id, "kestrel", reason="We report on the Commission and do not sign letters to it.")
    close.close(letter_id, by=made.coordinator)
    found_by_check = check(db.session(), db.session.get_one(Letter, letter_id))
    overrides = {finding.key: REASON for finding in found_by_check.findings}
    publish.publish(letter_id, by=made.coordinator, overrides=overrides)
    announce.announce(letter_id, by=made.coordinator)


def _open_letter(made: Made) -> None:
    letter_id = _written(made, "joint_statement", texts.DOWNSTREAM, days=12)
    draft.save_choices(letter_id, {"why_now": texts.WHY_NOW}, by=made.coordinator)
    _send(made, letter_id, list(made.contact_ids))
    _sign_at_desk(made, letter_id)
    _sign(made, letter_id, "manso")
    _sign(made, letter_id, "ouvert")
    _sign(made, letter_id, "lantern", is_withheld=True)
    _decline(made, letter_id, "kestrel")


def _draft(made: Made) -> None:
    letter_id = draft.create_letter(
        by=made.coordinator,
        title=texts.ACCORD["title"],
        body=texts.ACCORD["body"],
        kind="joint_letter",
        language="en",
        zone=people.ZONE,
    )
    draft.add_language(letter_id, "ar", by=made.coordinator)


# -- the steps, as people take them ---------------------------------------------------------------------------------


def _written(made: Made, kind: str, parts: dict[str, dict[str, str]], *, days: int) -> UUID:
    """A letter with its texts and a deadline at six in the evening."""
    title = parts["en"]["title"]
    letter_id = draft.create_letter(by=made.coordinator, title=title, kind=kind, language="en", zone=people.ZONE)
    for language, words in parts.items():
        if language != "en":
            draft.add_language(letter_id, language, by=made.coordinator)
        draft.save_text(letter_id, language, words, by=made.coordinator)
    deadline = (clock.now() + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0)
    draft.save_dates(letter_id, Dates(deadline_at=deadline, zone=people.ZONE), by=made.coordinator)
    return letter_id


def _send(made: Made, letter_id: UUID, keys: Sequence[str]) -> None:
    number = circulate.invite(letter_id, [made.contact_ids[key] for key in keys], by=made.coordinator)
    circulate.send(letter_id, by=made.coordinator, number=number)


def _sign_at_desk(made: Made, letter_id: UUID) -> None:
    account = made.coordinator
    text = db.session.get_one(Letter, letter_id).text(account.language)
    form = SigningForm(
        key=secrets.token_hex(16),
        shown=_shown(text, epoch=0),
        person=account.name,
        role="Coordinator",
        printed_names=account.organisation.printable_names(),
        is_withheld=False,
    )
    answer.sign_at_desk(letter_id, form, by=account)


def _sign(made: Made, letter_id: UUID, key: str, *, is_withheld: bool = False) -> None:
    invitation, contact, shown = _with_link(made, letter_id, key)
    form = SigningForm(
        key=secrets.token_hex(16),
        shown=shown,
        person=contact.name,
        role=next(one.role for one in people.ORGANISATIONS if one.key == key),
        printed_names=invitation.organisation.printable_names(),
        is_withheld=is_withheld,
    )
    answer.sign(invitation.id, form)


def _decline(made: Made, letter_id: UUID, key: str, *, reason: str = "") -> None:
    invitation, _, shown = _with_link(made, letter_id, key)
    answer.decline(invitation.id, key=secrets.token_hex(16), shown=shown, reason=reason)


def _with_link(made: Made, letter_id: UUID, key: str) -> tuple[Invitation, Contact, Shown]:
    """What a contact has before them who opened the link of the mail."""
    query = select(Invitation).where(Invitation.letter_id == letter_id, Invitation.contact_id == made.contact_ids[key])
    invitation = db.session.scalars(query).one()
    text = invitation.letter.text(invitation.contact.language)
    return invitation, invitation.contact, _shown(text, epoch=invitation.epoch)


def _shown(text: Text, *, epoch: int) -> Shown:
    opened_at: datetime = clock.now()
    return Shown(
        fingerprint=text.fingerprint or "",
        version=text.version.number,
        language=text.language,
        opened_at=opened_at,
        epoch=epoch,
    )
