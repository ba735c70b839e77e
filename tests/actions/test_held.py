"""What is held on a person: found in every table there is, given to them whole, and gone when they erase themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock, config
from coalition.actions import forget, held, own_entry, standing_consent
from coalition.actions.own_page import Here
from coalition.actions.standing_consent import Beforehand
from coalition.database import Base, db, transaction
from coalition.emails.settling import settle
from coalition.emails.wire import Accepted
from coalition.models.contact import Contact
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.sealed_columns import sealed_columns
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast

NAME, ADDRESS, WORDS = "Zenobia Kanarek", "zenobia.kanarek@seven.example", "The prison in the north"

GIVEN = {
    "approvals.decision", "approvals.prepared", "comments.wording", "comments.words", "consents.at", "consents.by",
    "consents.invitation", "contacts.address", "contacts.bounce", "contacts.name", "contacts.other_channel",
    "contacts.telephone", "identity_changes.by", "identity_changes.wanted", "incoming_emails.said",
    "invitations.answer", "invitations.note", "objections.at", "objections.words", "organisations.real_names",
    "requests_to_sign.address", "requests_to_sign.asked", "signatures.organisation", "signatures.person",
    "signatures.printed_names", "signatures.role", "standing_consents.by",
}  # fmt: skip
"""What the download has, of the person or of their organisation."""
OF_THE_TEAM = {
    "comments.author_name", "comments.reply", "consents.evidence_file_id", "editions.overrides", "evidence.content",
    "evidence.said", "incoming_emails.raw", "kept_copies.content", "letter_archives.content", "objections.resolution",
    "planned_releases.overrides", "private_notes.words", "record.detail", "record.nonce", "reports.reply",
    "reports.said", "requests_to_sign.taken_for", "standing_acts.about", "standing_acts.outcome",
    "text_sources.content", "text_sources.result",
}  # fmt: skip
"""What a letter's team keeps: the secretariat gives it; said so on the page."""
OF_NO_CONTACT = {
    "accounts.recovery_key", "accounts.totp_secret",
    "addressees.address", "addressees.postal", "deliveries.remark", "houses.canary", "openings.withheld",
    "outgoing_emails.context", "public_lines.signature", "signatures.affiliation", "step_up_codes.code",
    "webhooks.old_secret", "webhooks.secret",
}  # fmt: skip
"""Of others, or of machines. Of mails their number is told; they are with who got them."""


def places(*canaries: str) -> set[str]:
    """Every sealed column of every table in which one of the words stands."""
    found = set()
    for table, columns in sealed_columns():
        for name, sealed in columns.items():
            column = table.c[name]
            for row_id, value in db.session.execute(select(table.c.id, column).where(column.is_not(None))):
                said = json.dumps(sealed.opened(bytes(value), table=table.name, row=row_id), ensure_ascii=False)
                if any(one in said for one in canaries):
                    found.add(f"{table.name}.{name}")
    db.session.rollback()
    return found


@pytest.mark.only_on("sqlite")
def test_of_every_sealed_column_it_is_known_whether_a_contact_gets_it() -> None:
    there = {f"{table.name}.{name}" for table, columns in sealed_columns() for name in columns}
    told = [*GIVEN, *OF_THE_TEAM, *OF_NO_CONTACT]
    assert (set(told), len(told)) == (there, len(there))
    of_contacts = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "contacts"
    }
    assert of_contacts == {"invitations", "links"}


def test_who_erases_themselves_is_in_the_ledgers_alone_and_took_the_rest_along(cast: Cast) -> None:
    member = cast.small_member
    with transaction() as session:
        contact = session.get_one(Contact, member.contact_id)
        contact.name = NAME
        contact.move_to(ADDRESS)
        here = Here(contact.id, contact.epoch)
    builders.said(builders.consulted(cast), member, words=WORDS)
    signed = builders.an_open_letter(cast)
    builders.signed(signed, member)
    builders.replied(signed, member)
    builders.prepared(builders.an_open_letter(cast, title="Third"), member, "colleague@seven.example")
    builders.declined(builders.an_open_letter(cast, title="Fourth"), member, reason=WORDS)
    change = own_entry.ask_for_change(here, {"kind": "union"})
    lead = cast.coordinator.organisation_id
    standing_consent.revoke(here, standing_consent.give(here, Beforehand(lead, ("open_letter",), 48, "Chair")))
    own_entry.take_back_change(here, change)
    with transaction() as session:
        for mail in session.scalars(select(OutgoingEmail)):
            mail.state, mail.settled_at = "accepted", mail.date
    before = places(NAME, ADDRESS, WORDS)
    assert before <= GIVEN | {"outgoing_emails.context"}
    told = json.dumps(held.held_on(db.session(), db.session.get_one(Contact, member.contact_id)), ensure_ascii=False)
    for part in (NAME, ADDRESS, WORDS, "Chair", "union", "Yes, we sign."):
        assert part in told
    forget.erase_oneself(here)
    kept = {"consents.by", "signatures.person", "approvals.prepared", "outgoing_emails.context"}
    assert places(NAME, ADDRESS) <= kept
    waiting = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.settled_at.is_not(None))).all()
    assert not any(NAME in str(one.context_or_empty) for one in waiting)
    the_rest_leaves()
    assert places(NAME, ADDRESS) <= kept - {"outgoing_emails.context"}


def the_rest_leaves() -> None:
    """A mail server takes what still waits."""
    config.install(replace(config.settings(), mail_server="127.0.0.1"))
    with transaction() as session:
        for mail in session.scalars(select(OutgoingEmail).where(OutgoingEmail.settled_at.is_(None))):
            mail.state = "transmitting"
            settle(session, mail, Accepted(250, "taken"), now=clock.now())
